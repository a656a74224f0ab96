/**
 * Losses that somebody wants, written down where they are reviewed: each for one resource and one deed, with a reason, a
 * name and a last day. What must stay true: an exception that is over excepts nothing, and neither does one too many.
 */
import * as z from "zod";
import { NotDone } from "../refusal.ts";
import type { Refusal } from "./finding.ts";

const Exception = z.strictObject({
  stack: z.string(),
  resource: z.string(),
  deed: z.enum(["delete", "replace", "weaken", "break"]),
  because: z.string().min(20, "says why in a sentence of at least 20 characters"),
  by: z.string().min(2),
  /** The last day on which it holds, UTC. */
  until: z.iso.date(),
});
export type Exception = z.infer<typeof Exception>;

const Exceptions = z.strictObject({ exceptions: z.array(Exception).max(100) });

const parsedJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new NotDone("The file of exceptions is not JSON. Nothing was compared.");
  }
};

/** @throws NotDone for a text that is not what it has to be. */
export const readExceptions = (text: string): readonly Exception[] => {
  const parsed = Exceptions.safeParse(parsedJson(text));
  if (parsed.success) return parsed.data.exceptions;
  throw new NotDone(`The file of exceptions can't be read: ${z.prettifyError(parsed.error)}`);
};

export interface Excepted {
  readonly refusals: readonly Refusal[];
  readonly excepted: readonly { readonly refusal: Refusal; readonly exception: Exception }[];
  /** Exceptions that are over, or that nothing needs. */
  readonly idle: readonly Exception[];
}

/** `today` is a UTC day, `yyyy-MM-dd`. */
export const except = (refusals: readonly Refusal[], exceptions: readonly Exception[], today: string): Excepted => {
  const covers = (exception: Exception, { stack, resource, deed }: Refusal): boolean =>
    exception.stack === stack && exception.resource === resource && exception.deed === deed && exception.until >= today;
  const excepted = refusals.flatMap((refusal) => {
    const exception = exceptions.find((each) => covers(each, refusal));
    return exception === undefined ? [] : [{ refusal, exception }];
  });
  const covered = new Set(excepted.map(({ refusal }) => refusal));
  const used = new Set(excepted.map(({ exception }) => exception));
  return {
    refusals: refusals.filter((refusal) => !covered.has(refusal)),
    excepted,
    idle: exceptions.filter((exception) => !used.has(exception)),
  };
};
