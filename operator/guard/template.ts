/**
 * A CloudFormation template as the guard reads it: what is in it, how it is protected, and what other stacks take of it.
 * Everything of a template is kept, read or not, because what is compared is the whole.
 */
import * as z from "zod";

const Resource = z.looseObject({
  Type: z.string(),
  Properties: z.record(z.string(), z.unknown()).default({}),
  DeletionPolicy: z.string().optional(),
  UpdateReplacePolicy: z.string().optional(),
});

const Output = z.looseObject({
  Value: z.unknown(),
  Export: z.object({ Name: z.unknown() }).optional(),
});

const Template = z.looseObject({
  Resources: z.record(z.string(), Resource),
  Outputs: z.record(z.string(), Output).default({}),
});

export type TemplateResource = z.infer<typeof Resource>;
export type Template = z.infer<typeof Template>;
/** Templates by the name of their stack. */
export type Templates = ReadonlyMap<string, Template>;

/** The template in a text, or in what CloudFormation's answer calls `TemplateBody`; null for anything else. */
export const readTemplate = (text: string): Template | null => {
  try {
    const written: unknown = JSON.parse(text);
    const answer = z.object({ TemplateBody: z.unknown() }).safeParse(written);
    const body = answer.success && answer.data.TemplateBody !== undefined ? answer.data.TemplateBody : written;
    return Template.safeParse(body).data ?? null;
  } catch {
    return null;
  }
};

/** What stands at a path of nested names; undefined where nothing does. */
export const valueAt = (value: unknown, [name, ...rest]: readonly string[]): unknown => {
  if (name === undefined) return value;
  if (typeof value !== "object" || value === null) return undefined;
  const found = Object.entries(value).find(([key]) => key === name);
  return found === undefined ? undefined : valueAt(found[1], rest);
};

/** Whether two parts of templates say the same; the order of names does not count. */
export const sayTheSame = (left: unknown, right: unknown): boolean => {
  if (typeof left !== "object" || typeof right !== "object" || left === null || right === null) return left === right;
  const [these, those] = [Object.entries(left), new Map(Object.entries(right))];
  return these.length === those.size && these.every(([name, value]) => sayTheSame(value, those.get(name)));
};
