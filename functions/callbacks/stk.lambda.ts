import { ask, checkStkToken, clock, count, isSafaricom, ledger, log, overCallbacks, record } from "../wiring.ts";
import { stkCallback } from "./stk-callback.ts";

export const handler = overCallbacks(
  stkCallback({
    ledger: ledger(),
    record: record(),
    ask: ask(),
    checkToken: checkStkToken,
    isSafaricom,
    clock,
    log,
    count,
  }),
);
