import { env } from "../runtime/env.ts";
import { DUE_SHARDS } from "../store/table.ts";
import { clock, intervalMs, log, questionsAtOnce, random, shortcode } from "../wiring.ts";
import { overSchedule } from "../wiring-doors.ts";
import {
  askForBalance,
  askForStatus,
  batches,
  batchQueue,
  gate,
  initiator,
  lanes,
  payoutQueue,
  payouts,
  prove,
  record,
  send,
  watch,
} from "../wiring-payouts.ts";
import { sweepPayouts } from "./sweep-payouts.ts";

export const handler = overSchedule(
  sweepPayouts({
    payouts: payouts(),
    batches: batches(),
    lanes: lanes(),
    record: record(),
    send: send(),
    gate,
    askStatus: askForStatus(),
    askBalance: askForBalance(),
    prove: prove(),
    watch,
    payoutQueue,
    batchQueue,
    shortcode,
    initiator,
    balanceIntervalMs: () => env.balanceIntervalSeconds() * 1000,
    intervalMs,
    shards: DUE_SHARDS,
    atOnce: questionsAtOnce(),
    clock,
    log,
    random,
  }),
);
