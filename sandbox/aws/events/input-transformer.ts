/** What a rule makes of an event before its target sees it: values picked by paths, put into a template. */
import * as z from "zod";

import { isRecord } from "../../template/json.ts";

export const InputTransformer = z.strictObject({
  InputPathsMap: z
    .record(z.string(), z.string().regex(/^\$(\.[\w-]+)+$/, "the sandbox follows paths like $.detail.object.key only"))
    .default({}),
  InputTemplate: z.string().min(1),
});

/** A text of the template, or a placeholder outside of one. */
const PARTS = /"(?:[^"\\]|\\.)*"|<([\w.-]+)>/g;
const PLACEHOLDER = /<([\w.-]+)>/g;

/**
 * The template's text with the event's values. A placeholder on its own becomes the value as JSON, one within a text its
 * words; what the event lacks becomes null, or nothing. Throws for a placeholder that has no path.
 */
export const compileTransformer = ({ InputPathsMap, InputTemplate }: z.infer<typeof InputTransformer>) => {
  for (const [, name = ""] of InputTemplate.matchAll(PLACEHOLDER))
    if (!Object.hasOwn(InputPathsMap, name)) throw new Error(`The input template's <${name}> has no path.`);
  return (event: unknown): unknown => {
    const value = (name: string): unknown => follow(event, InputPathsMap[name] ?? "$");
    const filled = InputTemplate.replace(PARTS, (part, name: string | undefined) =>
      name === undefined
        ? part.replace(PLACEHOLDER, (_whole, inner: string) => words(value(inner)))
        : json(value(name)),
    );
    const input: unknown = JSON.parse(filled);
    return input;
  };
};

const follow = (event: unknown, path: string): unknown =>
  path
    .split(".")
    .slice(1)
    .reduce<unknown>((at, name) => (isRecord(at) ? at[name] : undefined), event);

const json = (value: unknown): string => JSON.stringify(value ?? null);
/** As it stands within the quotes of a JSON text. */
const words = (value: unknown): string =>
  JSON.stringify(typeof value === "string" ? value : value === undefined ? "" : json(value)).slice(1, -1);
