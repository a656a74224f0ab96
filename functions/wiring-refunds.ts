/**
 * The composition root of what gives payments back: see wiring-payouts.ts, whose lane it leaves by. What must stay true:
 * whatever changes a refund goes through the one function here that does so, whoever calls it.
 */
import { createPayoutDaraja } from "./daraja/payout-client.ts";
import { createReversalDaraja } from "./daraja/reversal-client.ts";
import type { TimeAllowed } from "./daraja/call.ts";
import { askRefund } from "./refunds/ask-refund.ts";
import { recordRefund } from "./refunds/record-refund.ts";
import { refundGate } from "./refunds/refund-gate.ts";
import { sendRefund } from "./refunds/send-refund.ts";
import { lazy } from "./runtime/lazy.ts";
import { createRefundLedger } from "./store/dynamo-refunds.ts";
import { clock, count, darajaCredentials, darajaDeps, ledgerDeps, log, shortcode } from "./wiring.ts";
import { firstCheck, lanes, trip } from "./wiring-payouts.ts";

/** Somebody waits for the API's answer, and API Gateway gives up after 29 s; what has no turn by then, the sweep sends. */
const WITHIN_A_REQUEST: TimeAllowed = { attemptMs: 12_000, totalMs: 20_000 };

export const refunds = /* @__PURE__ */ lazy(() => createRefundLedger(ledgerDeps()));

/** What the credentials in force belong to. */
export const merchant = async (): Promise<{ readonly shortcode: string; readonly receiver: string }> =>
  await darajaCredentials();

export const recordOfRefund = /* @__PURE__ */ lazy(() =>
  recordRefund({ ledger: refunds(), trip: trip(), shortcode, log, count }),
);

const sender = (time?: TimeAllowed) =>
  sendRefund({
    ledger: refunds(),
    daraja: createReversalDaraja({ ...darajaDeps(), ...(time === undefined ? {} : { time }) }),
    gate: refundGate({ lanes: lanes(), merchant, clock }),
    record: recordOfRefund(),
    trip: trip(),
    shortcode,
    firstCheck,
    clock,
    log,
  });

export const sendFromApi = /* @__PURE__ */ lazy(() => sender(WITHIN_A_REQUEST));
export const sendFromSweep = /* @__PURE__ */ lazy(() => sender());

export const askForRefund = /* @__PURE__ */ lazy(() =>
  askRefund({ lanes: lanes(), daraja: createPayoutDaraja(darajaDeps()), shortcode, log }),
);
