/** Routes of checkout sessions: a payment link, how it stands, and the button on its page. */
import { route } from "./contract-route.ts";
import type { Route } from "./contract-route.ts";
import { checkoutPaymentRequest, checkoutRequest } from "./requests-checkout.ts";
import { idParams, nothing } from "./requests.ts";

export const CHECKOUT_ROUTES = {
  createCheckoutSession: route({
    operation: "createCheckoutSession",
    method: "POST",
    path: "/v1/checkout-sessions",
    function: "checkout-sessions",
    auth: "key",
    scopes: ["payments:write"],
    idempotent: true,
    summary: "Make a payment link",
    description:
      "Makes a page on which a customer pays this amount with a phone of their choice. Send them to `url`, or send it to them. Nobody's phone rings until they press the button there. While one try is pending no other is sent, and after one succeeded none ever is, so a link can be paid once.",
    params: nothing,
    query: nothing,
    body: checkoutRequest,
    success: { status: 201, description: "The session, with its link." },
    problems: [
      "invalid_request",
      "invalid_json",
      "body_too_large",
      "idempotency_key_missing",
      "idempotency_key_invalid",
      "idempotency_key_reused",
      "checkout_not_configured",
    ],
  }),
  readCheckoutSession: route({
    operation: "readCheckoutSession",
    method: "GET",
    path: "/v1/checkout-sessions/{id}",
    function: "checkout-sessions",
    auth: "key_or_client_token",
    scopes: ["payments:read"],
    idempotent: false,
    summary: "Read a checkout session",
    description:
      "How it stands now, with the payment that tells. The page reads its own session with the token from its link. The id of a payment that asked a phone does as well, with that payment's client token: it is a session of one try, which is `expired` once that try has failed.",
    params: idParams,
    query: nothing,
    body: null,
    success: { status: 200, description: "The session." },
    problems: ["not_found"],
  }),
  payCheckoutSession: route({
    operation: "payCheckoutSession",
    method: "POST",
    path: "/v1/checkout-sessions/{id}/payments",
    function: "pay-checkout",
    auth: "key_or_client_token",
    scopes: ["payments:write"],
    idempotent: false,
    summary: "Ask a phone to pay a checkout session",
    description:
      "Sends the prompt, under the same rules and limits as `POST /v1/payments`. Safe to repeat without an Idempotency-Key: while a payment of this session is pending, or once one has succeeded, the answer is that payment and nothing is sent. After a failure a new one is, at most 20 times.",
    params: idParams,
    query: nothing,
    body: checkoutPaymentRequest,
    success: { status: 200, description: "The session, with the payment that is being made or was." },
    problems: [
      "invalid_request",
      "invalid_json",
      "body_too_large",
      "not_found",
      "payment_in_progress",
      "checkout_session_expired",
      "checkout_session_exhausted",
      "too_many_prompts",
      "too_many_uncompleted",
      "daraja_not_configured",
    ],
  }),
} as const satisfies Record<string, Route>;
