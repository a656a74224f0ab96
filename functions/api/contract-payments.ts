/** Routes of payments: asking a customer for money, and learning how that ended. */
import { route } from "./contract-route.ts";
import type { Route } from "./contract-route.ts";
import * as requests from "./requests.ts";

const { nothing, idParams } = requests;

export const PAYMENT_ROUTES = {
  startPayment: route({
    operation: "startPayment",
    method: "POST",
    path: "/v1/payments",
    function: "start-payment",
    auth: "key",
    scopes: ["payments:write"],
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
    scopes: ["payments:read"],
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
    scopes: ["payments:read"],
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
    scopes: ["payments:write"],
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
} as const satisfies Record<string, Route>;
