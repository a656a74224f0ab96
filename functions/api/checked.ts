/** A value that fits the contract, or the reply that says where it does not. */
import type * as z from "zod";
import { problem } from "./reply.ts";
import type { Reply } from "./reply.ts";
import { pointer } from "./strict-json.ts";
import type { Mistake } from "./strict-json.ts";

const MAX_MISTAKES = 20;
const LONGEST_POINTER = 200;

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reply: Reply };
export const good = <T>(value: T): Checked<T> => ({ ok: true, value });
export const bad = (reply: Reply): Checked<never> => ({ ok: false, reply });

const mistakes = (error: z.ZodError, prefix: readonly string[]): Mistake[] =>
  error.issues
    .slice(0, MAX_MISTAKES)
    .flatMap((issue) =>
      issue.code === "unrecognized_keys"
        ? issue.keys
            .slice(0, MAX_MISTAKES)
            .map((key) => ({ path: [...prefix, ...issue.path, key], message: "there is no such field" }))
        : [{ path: [...prefix, ...issue.path], message: issue.message }],
    )
    .map(({ path, message }) => ({ pointer: pointer(path).slice(0, LONGEST_POINTER), message }));

/** `value` as `schema` reads it; its mistakes are pointed at below `prefix`. */
export const parsed = (schema: z.ZodType, value: unknown, prefix: readonly string[] = []): Checked<unknown> => {
  const result = schema.safeParse(value);
  return result.success
    ? good(result.data)
    : bad(problem("invalid_request", { errors: mistakes(result.error, prefix) }));
};
