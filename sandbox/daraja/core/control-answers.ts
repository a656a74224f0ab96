/**
 * Answers of the control API: plain JSON, and RFC 9457 problems that name the field.
 */
import type * as z from "zod";
import { jsonAnswer, type Answer } from "./exchange.ts";

/** Done, and nothing to say. */
export const noContent: Answer = { kind: "answer", status: 204, headers: {}, body: "" };

export const problem = (status: number, title: string, detail: string): Answer =>
  problemWith(status, title, { detail });

/** A list that is short enough to be whole. */
export const listAnswer = (data: readonly unknown[], status = 200): Answer =>
  jsonAnswer(status, { object: "list", data });

type Issues = readonly z.core.$ZodIssue[];

/** A body that does not fit its schema: one entry per mistake, with a JSON pointer to the field. */
export const invalidBody = (issues: Issues): Answer => invalid("The request body is not valid", issues);

/** The same for a query string, whose parameters are pointed at as if they were fields. */
export const invalidQuery = (issues: Issues): Answer => invalid("The query string is not valid", issues);

const invalid = (title: string, issues: Issues): Answer => {
  const errors = issues.flatMap(mistakesIn);
  const mistakes = errors.map(({ pointer, message }) => (pointer === "" ? message : `${pointer}: ${message}`));
  return problemWith(400, title, { detail: `${mistakes.join(". ")}. Nothing was changed.`, errors });
};

/** A field that should not be there is pointed at itself, not at the object it is in. */
const mistakesIn = (issue: z.core.$ZodIssue): { pointer: string; message: string }[] =>
  issue.code === "unrecognized_keys"
    ? issue.keys.map((key) => ({ pointer: pointerTo([...issue.path, key]), message: "There is no such field" }))
    : [{ pointer: pointerTo(issue.path), message: issue.message.replace(/\.$/, "") }];

/** RFC 6901: empty for the whole body. */
const pointerTo = (path: readonly PropertyKey[]): string =>
  path.map((part) => `/${String(part).replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");

const problemWith = (status: number, title: string, more: Record<string, unknown>): Answer => ({
  ...jsonAnswer(status, { type: "about:blank", title, status, ...more }),
  headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
});
