import { env } from "../runtime/env.ts";
import { DUE_SHARDS } from "../store/table.ts";
import { clock, intervalMs, log, measure, questionsAtOnce, random, shortcode } from "../wiring.ts";
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
import { askForRefund, recordOfRefund, refunds, sendFromSweep } from "../wiring-refunds.ts";
import { oneAfterAnother } from "./one-after-another.ts";
import { sweepPayouts } from "./sweep-payouts.ts";
import { sweepRefunds } from "./sweep-refunds.ts";

const looking = { shards: DUE_SHARDS, atOnce: questionsAtOnce(), clock, log, random, intervalMs };

/** The refunds first: they are few, and a payroll gone silent could take all of a run. */
export const handler = overSchedule(
  oneAfterAnother([
    sweepRefunds({
      refunds: refunds(),
      record: recordOfRefund(),
      send: sendFromSweep(),
      askRefund: askForRefund(),
      prove: prove(),
      shortcode,
      ...looking,
    }),
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
      measure,
      payoutQueue,
      batchQueue,
      shortcode,
      initiator,
      balanceIntervalMs: () => env.balanceIntervalSeconds() * 1000,
      ...looking,
    }),
  ]),
);
