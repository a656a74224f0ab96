import { ask, checkStkToken, clock, count, isSafaricom, ledger, log, onUnlistedCode, record } from "../wiring.ts";
import { overCallbacks } from "../wiring-doors.ts";
import { stkCallback } from "./stk-callback.ts";

export const handler = overCallbacks(
  stkCallback({
    ledger: ledger(),
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
