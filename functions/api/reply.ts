/**
 * What an endpoint answers, as values: a resource, or a problem (RFC 9457) that says what happened, what to do, and
 * nothing about how we are built.
 */
import type { HttpResponse } from "../runtime/http.ts";
import { PROBLEMS } from "./problems.ts";
import type { ProblemCode } from "./problems.ts";
import type { ProblemDocument } from "./responses.ts";

/** Where each problem is explained; a relative reference, resolved against the API's own address. */
const TYPE_BASE = "/docs/errors/";

type Extra = Partial<Pick<ProblemDocument, "detail" | "errors" | "payment_id" | "retry_at">>;

export type Reply =
  | { readonly reply: "resource"; readonly status: 200 | 201; readonly body: unknown; readonly replayed: boolean }
  | {
      readonly reply: "problem";
      readonly code: ProblemCode;
      readonly extra: Extra;
      readonly retryAfter: number | null;
    };

export const ok = (body: unknown): Reply => ({ reply: "resource", status: 200, body, replayed: false });
export const created = (body: unknown, options: { readonly replayed: boolean }): Reply => ({
  reply: "resource",
  status: 201,
  body,
  ...options,
});

/** A problem. `retryAfter` is in seconds. */
export const problem = (code: ProblemCode, extra: Extra = {}, retryAfter: number | null = null): Reply => ({
  reply: "problem",
  code,
  extra,
  retryAfter,
});

export const toResponse = (reply: Reply, requestId: string): HttpResponse => {
  if (reply.reply === "resource")
    return {
      status: reply.status,
      headers: reply.replayed ? { "idempotent-replayed": "true" } : {},
      body: reply.body,
    };
  const { status, title, advice } = PROBLEMS[reply.code];
  const document: ProblemDocument = {
    type: `${TYPE_BASE}${reply.code}`,
    title,
    status,
    detail: advice,
    code: reply.code,
    request_id: requestId,
    ...reply.extra,
  };
  return {
    status,
    headers: {
      "content-type": "application/problem+json",
      ...(reply.retryAfter === null ? {} : { "retry-after": String(reply.retryAfter) }),
    },
    body: document,
  };
};
