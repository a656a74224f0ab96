import { BatchMessage } from "../payouts/messages.ts";
import { env } from "../runtime/env.ts";
import { clock, count, intervalMs, log } from "../wiring.ts";
import {
  askForBalance,
  batches,
  batchQueue,
  files,
  float,
  lanes,
  payoutQueue,
  payouts,
  record,
  results,
  steer,
  trip,
} from "../wiring-payouts.ts";
import { overQueue } from "../wiring-doors.ts";
import { tendBatches } from "./tend-batch.ts";

export const handler = overQueue(env.batchQueue)(
  BatchMessage,
  tendBatches({
    batches: batches(),
    payouts: payouts(),
    lanes: lanes(),
    files,
    float: float(),
    ask: askForBalance(),
    change: steer(),
    record: record(),
    trip: trip(),
    writeResults: results(),
    payoutQueue,
    batchQueue,
    rate: () => env.lanes().bulk,
    intervalMs,
    clock,
    log,
    count,
  }),
);
