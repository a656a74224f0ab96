/** Routes that move a payout batch: approved by another key than its maker's, over exactly the frozen rows; then steered. */
import { route } from "./contract-route.ts";
import type { Route } from "./contract-route.ts";
import { approval } from "./requests-payouts.ts";
import { idParams, nothing } from "./requests.ts";

/** Stopping is safe, so whoever approves may stop as well. */
const STOPPERS = ["payouts:write", "payouts:approve"] as const;

export const STEERING_ROUTES = {
  approveBatch: route({
    operation: "approveBatch",
    method: "POST",
    path: "/v1/payout-batches/{id}/approve",
    function: "steer-batch",
    auth: "key",
    scopes: ["payouts:approve"],
    idempotent: false,
    summary: "Approve exactly these rows",
    description:
      "Takes the `digest` of the rows that were looked at. Never by the key that made the batch; above the stage's thresholds two different keys have to approve (`approvals_needed`). With the last approval the balance is asked for, and the batch starts by itself. An approval whose answer was lost may be repeated: it counts once, and `approvals` shows it.",
    params: idParams,
    query: nothing,
    body: approval,
    success: { status: 200, description: "The batch." },
    problems: [
      "invalid_request",
      "invalid_json",
      "body_too_large",
      "not_found",
      "not_awaiting_approval",
      "own_batch",
      "digest_mismatch",
      "already_approved",
    ],
  }),
  pauseBatch: route({
    operation: "pauseBatch",
    method: "POST",
    path: "/v1/payout-batches/{id}/pause",
    function: "steer-batch",
    auth: "key",
    scopes: STOPPERS,
    idempotent: false,
    summary: "Pause a batch",
    description: "Nothing more of it leaves, except the few payouts that are on their way at this moment.",
    params: idParams,
    query: nothing,
    body: null,
    success: { status: 200, description: "The batch." },
    problems: ["not_found", "not_running", "already_finished"],
  }),
  resumeBatch: route({
    operation: "resumeBatch",
    method: "POST",
    path: "/v1/payout-batches/{id}/resume",
    function: "steer-batch",
    auth: "key",
    scopes: ["payouts:write"],
    idempotent: false,
    summary: "Let a batch go on",
    description:
      "Continues where it stopped, and pays again what was stopped by the trouble that `stop` names; what was paid stays paid once. Mend that trouble first. A batch that waits for float runs whatever the last known balance says.",
    params: idParams,
    query: nothing,
    body: null,
    success: { status: 200, description: "The batch." },
    problems: ["not_found", "not_paused", "not_awaiting_approval", "payout_lane_halted", "already_finished"],
  }),
  cancelBatch: route({
    operation: "cancelBatch",
    method: "POST",
    path: "/v1/payout-batches/{id}/cancel",
    function: "steer-batch",
    auth: "key",
    scopes: STOPPERS,
    idempotent: false,
    summary: "Cancel what is left of a batch",
    description:
      "For good. What was sent by now can't be called back and still ends as M-PESA says; `progress` shows it as pending until then.",
    params: idParams,
    query: nothing,
    body: null,
    success: { status: 200, description: "The batch." },
    problems: ["not_found", "already_finished"],
  }),
} as const satisfies Record<string, Route>;
