/**
 * The API's contract: every route once, as data. The stack makes the routes, the Lambdas find their endpoint, the
 * validation and the OpenAPI document all come from here, so what is documented is what is deployed and enforced.
 */
import type * as z from "zod";
import type { Scope } from "../domain/scopes.ts";
import type { ProblemCode } from "./problems.ts";
import * as requests from "./requests.ts";

export type Method = "GET" | "POST" | "DELETE";

/** Functions of the storefront's door; each has an entry `functions/api/<name>.lambda.ts`. */
export type ApiFunction = "start-payment" | "read-payments" | "verify-payment" | "audit" | "meta";

export interface Route {
  /** Unique; also the OpenAPI operationId. */
  readonly operation: string;
  readonly method: Method;
  /** API Gateway's spelling: `/v1/payments/{id}`. */
  readonly path: `/${string}`;
  readonly function: ApiFunction;
  /** `key`: an API key with `scope`; `key_or_client_token`: also the browser's token of that one payment. */
  readonly auth: "none" | "key" | "key_or_client_token";
  readonly scope: Scope | null;
  /** Takes an Idempotency-Key, because it can move money. */
  readonly idempotent: boolean;
  readonly summary: string;
  readonly description: string;
  /** What a request has to look like; made when asked for. */
  readonly params: () => z.ZodObject;
  readonly query: () => z.ZodObject;
  readonly body: (() => z.ZodType) | null;
  readonly success: { readonly status: 200 | 201; readonly description: string };
  /** Problems of this route beside those that every route can answer. */
  readonly problems: readonly ProblemCode[];
}

const route = <const R extends Route>(definition: R): R => definition;
const { nothing, idParams } = requests;

export const ROUTES = {
  startPayment: route({
    operation: "startPayment",
    method: "POST",
    path: "/v1/payments",
    function: "start-payment",
    auth: "key",
    scope: "payments:write",
    idempotent: true,
    summary: "Ask a customer for money",
    description:
      "Sends an M-PESA prompt to the customer's phone. The payment is recorded before Safaricom hears of it, so the answer is always the payment itself: a push that M-PESA refused is a payment with `status: failed`, a push whose fate is unknown is `pending` until evidence says otherwise. Never start a second payment for the same order while one is pending.",
    params: nothing,
    query: nothing,
    body: requests.paymentRequest,
    success: { status: 201, description: "The payment." },
    problems: [
      "invalid_request",
      "invalid_json",
      "body_too_large",
      "idempotency_key_missing",
      "idempotency_key_invalid",
      "idempotency_key_reused",
      "payment_in_progress",
      "too_many_prompts",
      "too_many_uncompleted",
      "daraja_not_configured",
    ],
  }),
  readPayment: route({
    operation: "readPayment",
    method: "GET",
    path: "/v1/payments/{id}",
    function: "read-payments",
    auth: "key_or_client_token",
    scope: "payments:read",
    idempotent: false,
    summary: "Read a payment",
    description: "The payment as the ledger holds it now. A browser may read its own payment with its client token.",
    params: idParams,
    query: nothing,
    body: null,
    success: { status: 200, description: "The payment." },
    problems: ["not_found"],
  }),
  listPayments: route({
    operation: "listPayments",
    method: "GET",
    path: "/v1/payments",
    function: "read-payments",
    auth: "key",
    scope: "payments:read",
    idempotent: false,
    summary: "List payments",
    description:
      "Newest first. A page can hold fewer payments than `limit`, even none, and still have a `next_cursor`: follow it until it is null.",
    params: nothing,
    query: requests.paymentQuery,
    body: null,
    success: { status: 200, description: "A page of payments." },
    problems: ["invalid_request"],
  }),
  verifyPayment: route({
    operation: "verifyPayment",
    method: "POST",
    path: "/v1/payments/{id}/verify",
    function: "verify-payment",
    auth: "key",
    scope: "payments:write",
    idempotent: false,
    summary: "Ask Safaricom about a payment now",
    description:
      "Asks instead of waiting for the callback or the next sweep, and answers with the payment as it stands afterwards. Harmless to repeat: it asks, it never sends a prompt.",
    params: idParams,
    query: nothing,
    body: null,
    success: { status: 200, description: "The payment." },
    problems: ["not_found", "daraja_not_configured"],
  }),
  readHistory: route({
    operation: "readHistory",
    method: "GET",
    path: "/v1/transactions/{id}/history",
    function: "audit",
    auth: "key",
    scope: "audit:read",
    idempotent: false,
    summary: "Read a transaction's whole life",
    description: "Every change, when, on whose evidence, with the masked message it came from and the chained digests.",
    params: idParams,
    query: nothing,
    body: null,
    success: { status: 200, description: "The timeline." },
    problems: ["not_found"],
  }),
  audit: route({
    operation: "audit",
    method: "GET",
    path: "/v1/audit",
    function: "audit",
    auth: "key",
    scope: "audit:read",
    idempotent: false,
    summary: "Find a shilling",
    description:
      "Takes whatever is at hand: a payment's id, an M-PESA receipt, a phone number in any spelling, an order reference or a CheckoutRequestID.",
    params: nothing,
    query: requests.auditQuery,
    body: null,
    success: {
      status: 200,
      description: "The matching transactions with their timelines.",
    },
    problems: ["invalid_request"],
  }),
  listExceptions: route({
    operation: "listExceptions",
    method: "GET",
    path: "/v1/exceptions",
    function: "audit",
    auth: "key",
    scope: "reconciliation:read",
    idempotent: false,
    summary: "List what a person should look at",
    description: "Newest first: late money, evidence that disagrees, payments that stay unknown.",
    params: nothing,
    query: requests.pageQuery,
    body: null,
    success: { status: 200, description: "A page of exceptions." },
    problems: ["invalid_request"],
  }),
  health: route({
    operation: "health",
    method: "GET",
    path: "/health",
    function: "meta",
    auth: "none",
    scope: null,
    idempotent: false,
    summary: "Is it up?",
    description: "Answers 200 when the API answers at all.",
    params: nothing,
    query: nothing,
    body: null,
    success: { status: 200, description: "It is up." },
    problems: [],
  }),
  openapi: route({
    operation: "openapi",
    method: "GET",
    path: "/v1/openapi.json",
    function: "meta",
    auth: "none",
    scope: null,
    idempotent: false,
    summary: "This document",
    description: "The OpenAPI 3.1 description of this API, generated from the contract that routes and validates.",
    params: nothing,
    query: nothing,
    body: null,
    success: { status: 200, description: "An OpenAPI 3.1 document." },
    problems: [],
  }),
} as const satisfies Record<string, Route>;
export type Operation = keyof typeof ROUTES;
