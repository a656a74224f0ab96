import {
  checkToken,
  clock,
  count,
  exceptions,
  isSafaricom,
  payments,
  log,
  onUnlistedCode,
  random,
  shortcode,
  wait,
} from "../wiring.ts";
import { recordTold, shortcodes, toldLedger } from "../wiring-c2b.ts";
import { overCallbacks } from "../wiring-doors.ts";
import { askForStatus, batches, batchQueue, changeOfLane, lanes, record, trip, watch } from "../wiring-payouts.ts";
import { askForRefund, recordOfRefund, refunds } from "../wiring-refunds.ts";
import { takeResult } from "./results.ts";

export const handler = overCallbacks(
  takeResult({
    checkToken,
    record: record(),
    askStatus: askForStatus(),
    refunds: refunds(),
    recordRefund: recordOfRefund(),
    askRefund: askForRefund(),
    exceptions: exceptions(),
    ledger: payments(),
    told: toldLedger(),
    recordTold: recordTold(),
    shortcodes,
    wait,
    random,
    trip: trip(),
    change: changeOfLane(),
    lanes: lanes(),
    batches: batches(),
    batchQueue,
    watch,
    shortcode,
    isSafaricom,
    onUnlistedCode,
    clock,
    log,
    count,
  }),
);
