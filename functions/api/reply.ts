/**
 * What an endpoint answers, as values: a resource, a file, the way to a file, or a problem (RFC 9457) that says what
 * happened, what to do, and nothing about how we are built.
 */
import type { HttpResponse } from "../runtime/http.ts";
import { PROBLEMS } from "./problems.ts";
import type { ProblemCode } from "./problems.ts";
import type { ProblemDocument } from "./responses.ts";

/** Where the documentation is on a stage that has no address for it: a reference, resolved against the API's own. */
const DOCS_PATH = "/docs";

type Extra = Partial<
  Pick<
    ProblemDocument,
    | "detail"
    | "errors"
    | "payment_id"
    | "payout_id"
    | "batch_id"
    | "refund_id"
    | "checkout_session_id"
    | "retry_at"
    | "reason"
    | "line"
    | "rejected"
  >
>;

export type Reply =
  | { readonly reply: "resource"; readonly status: 200 | 201 | 202; readonly body: unknown; readonly replayed: boolean }
  | { readonly reply: "file"; readonly type: "text/csv"; readonly name: string; readonly text: string }
  | { readonly reply: "page"; readonly html: string; readonly policy: string }
  | { readonly reply: "elsewhere"; readonly url: string }
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
/** Begun, and not done yet. */
export const accepted = (body: unknown): Reply => ({ reply: "resource", status: 202, body, replayed: false });

/** A CSV file to be saved as `name`. */
export const csvFile = (name: string, text: string): Reply => ({ reply: "file", type: "text/csv", name, text });

/** A page to look at; `policy` is its Content-Security-Policy. */
export const page = ({ html, policy }: { readonly html: string; readonly policy: string }): Reply => ({
  reply: "page",
  html,
  policy,
});

/** What was asked for is at `url`, which needs no key: it is good for a few minutes only. */
export const elsewhere = (url: string): Reply => ({ reply: "elsewhere", url });

/** A problem. `retryAfter` is in seconds. */
export const problem = (code: ProblemCode, extra: Extra = {}, retryAfter: number | null = null): Reply => ({
  reply: "problem",
  code,
  extra,
  retryAfter,
});

const problemResponse = (
  { code, extra, retryAfter }: Extract<Reply, { reply: "problem" }>,
  { requestId, docs }: { readonly requestId: string; readonly docs: string },
): HttpResponse => {
  const { status, title, advice } = PROBLEMS[code];
  const document: ProblemDocument = {
    type: `${docs}/errors/${code}`,
    title,
    status,
    detail: advice,
    code,
    request_id: requestId,
    ...extra,
  };
  return {
    status,
    headers: {
      "content-type": "application/problem+json",
      ...(retryAfter === null ? {} : { "retry-after": String(retryAfter) }),
    },
    body: document,
  };
};

/** `docs` is where the documentation explains problems, without a slash at the end. */
export const toResponse = (reply: Reply, requestId: string, docs = DOCS_PATH): HttpResponse => {
  switch (reply.reply) {
    case "resource":
      return {
        status: reply.status,
        headers: reply.replayed ? { "idempotent-replayed": "true" } : {},
        body: reply.body,
      };
    case "file":
      return {
        status: 200,
        headers: {
          "content-type": `${reply.type}; charset=utf-8`,
          "content-disposition": `attachment; filename="${reply.name}"`,
        },
        body: null,
        text: reply.text,
      };
    case "page":
      return {
        status: 200,
        headers: { "content-type": "text/html; charset=utf-8", "content-security-policy": reply.policy },
        body: null,
        text: reply.html,
      };
    case "elsewhere":
      return { status: 303, headers: { location: reply.url }, body: null };
    case "problem":
      return problemResponse(reply, { requestId, docs });
  }
};
