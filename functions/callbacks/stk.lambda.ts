import { ask, checkStkToken, clock, count, isSafaricom, payments, log, onUnlistedCode, record } from "../wiring.ts";
import { overCallbacks } from "../wiring-doors.ts";
import { stkCallback } from "./stk-callback.ts";

export const handler = overCallbacks(
  stkCallback({
    ledger: payments(),
    record: record(),
    ask: ask(),
    checkToken: checkStkToken,
    isSafaricom,
    onUnlistedCode,
    clock,
    log,
    count,
  }),
);
