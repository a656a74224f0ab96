/** Routes of what a person should look at: listed and read by the audit's function, worked on by one of its own. */
import { route } from "./contract-route.ts";
import type { Route } from "./contract-route.ts";
import type { ProblemCode } from "./problems.ts";
import { assignment, exceptionNote, exceptionQuery, resolution } from "./requests-exceptions.ts";
import { idParams, nothing } from "./requests.ts";

const READERS = ["reconciliation:read"] as const;
const WORKERS = ["reconciliation:write"] as const;
const BODY_PROBLEMS = ["invalid_request", "invalid_json", "body_too_large"] as const satisfies readonly ProblemCode[];

export const EXCEPTION_ROUTES = {
  listExceptions: route({
    operation: "listExceptions",
    method: "GET",
    path: "/v1/exceptions",
    function: "audit",
    auth: "key",
    scopes: READERS,
    idempotent: false,
    summary: "List what a person should look at",
    description:
      "Newest first: late money, evidence that disagrees, payments and payouts that stay unknown, lines of a statement that nothing explains. `status=open` lists all that is left to do, however old; a listing that may hold resolved ones goes back twelve months. A page may hold fewer than `limit`, even none, and still have a `next_cursor`.",
    params: nothing,
    query: exceptionQuery,
    body: null,
    success: { status: 200, description: "A page of exceptions." },
    problems: ["invalid_request"],
  }),
  readException: route({
    operation: "readException",
    method: "GET",
    path: "/v1/exceptions/{id}",
    function: "audit",
    auth: "key",
    scopes: READERS,
    idempotent: false,
    summary: "Read an exception",
    description: "With every time it happened, and all that was done about it, as a chained history.",
    params: idParams,
    query: nothing,
    body: null,
    success: { status: 200, description: "The exception." },
    problems: ["not_found"],
  }),
  assignException: route({
    operation: "assignException",
    method: "POST",
    path: "/v1/exceptions/{id}/assign",
    function: "work-exceptions",
    auth: "key",
    scopes: WORKERS,
    idempotent: false,
    summary: "Say who looks after an exception",
    description: "Whoever had it before is in its history. Repeating a request changes nothing.",
    params: idParams,
    query: nothing,
    body: assignment,
    success: { status: 200, description: "The exception." },
    problems: [...BODY_PROBLEMS, "not_found", "already_resolved", "exception_full"],
  }),
  noteException: route({
    operation: "noteException",
    method: "POST",
    path: "/v1/exceptions/{id}/note",
    function: "work-exceptions",
    auth: "key",
    scopes: WORKERS,
    idempotent: false,
    summary: "Note something about an exception",
    description:
      "Also about one that is resolved. The same words by the same key, right after another, are one note: a request whose answer was lost may be repeated.",
    params: idParams,
    query: nothing,
    body: exceptionNote,
    success: { status: 200, description: "The exception." },
    problems: [...BODY_PROBLEMS, "not_found", "exception_full"],
  }),
  resolveException: route({
    operation: "resolveException",
    method: "POST",
    path: "/v1/exceptions/{id}/resolve",
    function: "work-exceptions",
    auth: "key",
    scopes: WORKERS,
    idempotent: false,
    summary: "Resolve an exception",
    description:
      "Says how it ended, with a note. It moves no money and changes no transaction. Repeating the very same request is answered like the first; anything else about a resolved exception is `already_resolved`. If it happens again, it is open again.",
    params: idParams,
    query: nothing,
    body: resolution,
    success: { status: 200, description: "The exception." },
    problems: [...BODY_PROBLEMS, "not_found", "already_resolved"],
  }),
  askAboutException: route({
    operation: "askAboutException",
    method: "POST",
    path: "/v1/exceptions/{id}/ask",
    function: "work-exceptions",
    auth: "key",
    scopes: WORKERS,
    idempotent: false,
    summary: "Have M-PESA asked",
    description:
      "Asks how the payment, payout or refund ended, or what M-PESA's books say of the receipt, puts the answer on the ledger, and resolves the exception (`evidence`) when that leaves nothing to look at: when nobody knew the outcome, or word of it was not believed or not understood. Every other kind stays a person's to judge, with M-PESA's word beside it in the timeline. About a payout, a refund or a receipt M-PESA answers by callback, within seconds. The answer about a receipt (a confirmation that was not believed, a payment from the phone's menu) puts the payment on the ledger if M-PESA's books have it, and is told in the exception or resolves it; about a payout or refund ask again to have the answer weighed. Asking moves no money.",
    params: idParams,
    query: nothing,
    body: null,
    success: { status: 200, description: "The exception." },
    problems: ["not_found", "already_resolved", "exception_full", "nothing_to_ask", "not_asked"],
  }),
} as const satisfies Record<string, Route>;
