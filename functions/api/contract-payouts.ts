/** Routes of single payouts. What a batch pays is made and steered by the batch's own routes, and read here as well. */
import { route } from "./contract-route.ts";
import type { Route } from "./contract-route.ts";
import { payoutQuery, payoutRequest } from "./requests-payouts.ts";
import { idParams, nothing } from "./requests.ts";

/** Who pays, who approves, and who looks things up. */
export const PAYOUT_READERS = ["payouts:write", "payouts:approve", "payments:read"] as const;

export const PAYOUT_ROUTES = {
  startPayout: route({
    operation: "startPayout",
    method: "POST",
    path: "/v1/payouts",
    function: "start-payout",
    auth: "key",
    scopes: ["payouts:write"],
    idempotent: true,
    summary: "Pay one person",
    description:
      "Records the payout and queues it; it leaves within seconds, at the pace that Safaricom grants, and `status` tells the rest. One that is above the stage's limit for single payouts has to be paid by a batch, so that somebody approves it. Never start a second payout for the same debt while one is `queued` or `pending`.",
    params: nothing,
    query: nothing,
    body: payoutRequest,
    success: { status: 201, description: "The payout." },
    problems: [
      "invalid_request",
      "invalid_json",
      "body_too_large",
      "idempotency_key_missing",
      "idempotency_key_invalid",
      "idempotency_key_reused",
      "daraja_not_configured",
      "payouts_not_configured",
    ],
  }),
  readPayout: route({
    operation: "readPayout",
    method: "GET",
    path: "/v1/payouts/{id}",
    function: "read-payouts",
    auth: "key",
    scopes: PAYOUT_READERS,
    idempotent: false,
    summary: "Read a payout",
    description: "The payout as the ledger holds it now, whether it was started alone or belongs to a batch.",
    params: idParams,
    query: nothing,
    body: null,
    success: { status: 200, description: "The payout." },
    problems: ["not_found"],
  }),
  listPayouts: route({
    operation: "listPayouts",
    method: "GET",
    path: "/v1/payouts",
    function: "read-payouts",
    auth: "key",
    scopes: PAYOUT_READERS,
    idempotent: false,
    summary: "List payouts",
    description:
      "Newest first. By time alone, these are the payouts that were started one by one; a batch lists its own. With `phone`, `receipt` or `reference` a batch's payouts are found here too. A page can hold fewer payouts than `limit`, even none, and still have a `next_cursor`: follow it until it is null.",
    params: nothing,
    query: payoutQuery,
    body: null,
    success: { status: 200, description: "A page of payouts." },
    problems: ["invalid_request"],
  }),
  cancelPayout: route({
    operation: "cancelPayout",
    method: "POST",
    path: "/v1/payouts/{id}/cancel",
    function: "start-payout",
    auth: "key",
    scopes: ["payouts:write"],
    idempotent: false,
    summary: "Cancel a payout that has not left",
    description:
      "Works while the payout is `queued`. What was sent can't be called back; only the receiver can return it. Harmless to repeat.",
    params: idParams,
    query: nothing,
    body: null,
    success: { status: 200, description: "The cancelled payout." },
    problems: ["not_found", "payout_already_sent", "already_finished"],
  }),
} as const satisfies Record<string, Route>;
