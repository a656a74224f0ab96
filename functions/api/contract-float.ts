/** Routes of what payouts are paid from and leave by: the shortcode's balances, and its lane with the API operator. */
import { route } from "./contract-route.ts";
import type { Route } from "./contract-route.ts";
import { laneHalt } from "./requests-payouts.ts";
import { nothing } from "./requests.ts";

const READERS = ["reconciliation:read", "payouts:write", "payouts:approve"] as const;
const MENDERS = ["payouts:write", "reconciliation:write"] as const;

export const FLOAT_ROUTES = {
  readBalance: route({
    operation: "readBalance",
    method: "GET",
    path: "/v1/balance",
    function: "read-payouts",
    auth: "key",
    scopes: READERS,
    idempotent: false,
    summary: "Read the shortcode's balances",
    description:
      "What M-PESA last said, per account, and when. Payouts are taken from the utility account. Malipo asks by itself before a batch starts and every few minutes.",
    params: nothing,
    query: nothing,
    body: null,
    success: { status: 200, description: "The last known balances." },
    problems: ["balance_unknown", "daraja_not_configured"],
  }),
  refreshBalance: route({
    operation: "refreshBalance",
    method: "POST",
    path: "/v1/balance/refresh",
    function: "steer-batch",
    auth: "key",
    scopes: MENDERS,
    idempotent: false,
    summary: "Ask for the balances now",
    description:
      "M-PESA answers a balance question by a callback, mostly within seconds: read the balance until its `received_at` is later than this answer's `asked_at`. Harmless to repeat.",
    params: nothing,
    query: nothing,
    body: null,
    success: { status: 202, description: "The question is on its way." },
    problems: ["payout_lane_halted", "balance_not_asked", "daraja_not_configured", "payouts_not_configured"],
  }),
  readPayoutLane: route({
    operation: "readPayoutLane",
    method: "GET",
    path: "/v1/payout-lane",
    function: "read-payouts",
    auth: "key",
    scopes: READERS,
    idempotent: false,
    summary: "Read whether payouts may leave",
    description:
      "`halted` when M-PESA has complained about the API operator, the float or the shortcode, or when somebody has halted it on purpose (`person`): nothing leaves until somebody has mended it and says so. `unproven` when M-PESA has not yet accepted the credential in use: the first payout is preceded by one balance question.",
    params: nothing,
    query: nothing,
    body: null,
    success: { status: 200, description: "The shortcode's payout lane." },
    problems: ["daraja_not_configured", "payouts_not_configured"],
  }),
  haltPayoutLane: route({
    operation: "haltPayoutLane",
    method: "POST",
    path: "/v1/payout-lane/halt",
    function: "steer-batch",
    auth: "key",
    scopes: MENDERS,
    idempotent: false,
    summary: "Let no payout leave",
    description:
      "For the whole shortcode, single payouts and batches alike: before the API operator's password is changed, or when something looks wrong. Batches that run are paused. What had left can't be called back: M-PESA is asked how it ended, and nothing else names the operator. Only the lane's own `resume` lifts it, after which one balance question has to be answered before anything leaves. Harmless to repeat; a lane that is halted already stays as it is. The body may be left out.",
    params: nothing,
    query: nothing,
    body: laneHalt,
    success: { status: 200, description: "The shortcode's payout lane, halted." },
    problems: ["invalid_request", "invalid_json", "body_too_large", "daraja_not_configured", "payouts_not_configured"],
  }),
  resumePayoutLane: route({
    operation: "resumePayoutLane",
    method: "POST",
    path: "/v1/payout-lane/resume",
    function: "steer-batch",
    auth: "key",
    scopes: MENDERS,
    idempotent: false,
    summary: "Say that payouts may leave again",
    description:
      "Lifts the halt, for single payouts; a batch that was paused by it is resumed by its own route, which lifts M-PESA's halts as well, but not a person's. Mend first: a wrong password that is tried again locks the API operator. After a complaint about the operator, or a person's halt, one balance question has to be answered before anything else leaves.",
    params: nothing,
    query: nothing,
    body: null,
    success: { status: 200, description: "The shortcode's payout lane." },
    problems: ["daraja_not_configured", "payouts_not_configured"],
  }),
} as const satisfies Record<string, Route>;
