/**
 * Answers of the control API: plain JSON, and RFC 9457 problems that name the field.
 */
import type * as z from "zod";
import { jsonAnswer, type Answer } from "./exchange.ts";

export const problem = (status: number, title: string, detail: string): Answer =>
  problemWith(status, title, { detail });

/** A body that does not fit its schema: one entry per mistake, with a JSON pointer to the field. */
export const invalidBody = (issues: readonly z.core.$ZodIssue[]): Answer =>
  problemWith(400, "The request body is not valid", {
    detail: issues.map((issue) => `${pointer(issue)}: ${issue.message}`).join(" "),
    errors: issues.map((issue) => ({ pointer: pointer(issue), message: issue.message })),
  });

const pointer = (issue: z.core.$ZodIssue): string => `/${issue.path.map(String).join("/")}`;

const problemWith = (status: number, title: string, more: Record<string, unknown>): Answer => ({
  ...jsonAnswer(status, { type: "about:blank", title, status, ...more }),
  headers: { "content-type": "application/problem+json", "cache-control": "no-store" },
});
