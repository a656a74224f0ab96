/**
 * The payouts' sweep: on the clock, wakes the batches that are due, asks for the balance and chases payouts that went
 * silent. What must stay true: it never outruns its time, and what it does not get to stays due; one thing's trouble is no
 * other's; with a credential that M-PESA has not accepted it asks one balance question and nothing else.
 */
import { mayAsk } from "../domain/decide-lane.ts";
import type { Payout } from "../domain/payout.ts";
import type { AskBalance } from "../payouts/ask-balance.ts";
import type { ProveLane } from "../payouts/prove-lane.ts";
import type { WatchFloat } from "../payouts/watch-float.ts";
import type { Measure } from "../runtime/metrics.ts";
import type { ScheduledRun } from "../runtime/schedule.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import type { LaneLedger } from "../store/lane-ledger.ts";
import type { PayoutLedger } from "../store/payout-ledger.ts";
import type { Queue } from "../runtime/queue.ts";
import { chasePayout } from "./chase-payout.ts";
import type { ChaseDeps, Chased } from "./chase-payout.ts";
import { measureAges } from "./measure-ages.ts";
import { walkDue } from "./walk-due.ts";
import type { WalkEnd } from "./walk-due.ts";

export interface SweepPayoutsDeps extends ChaseDeps {
  readonly payouts: Pick<PayoutLedger, "due"> & ChaseDeps["payouts"];
  readonly batches: Pick<BatchLedger, "due">;
  readonly lanes: Pick<LaneLedger, "lane" | "balances">;
  readonly batchQueue: Queue;
  readonly askBalance: AskBalance;
  readonly prove: ProveLane;
  readonly watch: WatchFloat;
  readonly measure: Measure;
  /** The shortcode that the stage's credentials belong to. */
  readonly shortcode: () => Promise<string>;
  /** Fingerprint of the API operator in force; null when none is configured. */
  readonly initiator: () => Promise<string | null>;
  /** How often the balance is asked for. */
  readonly balanceIntervalMs: () => number;
  readonly shards: number;
  /** How many payouts may wait for their slots at once. */
  readonly atOnce: number;
}

export interface PayoutSweepReport extends Readonly<Record<Chased, number>> {
  /** Batches that were woken. */
  readonly batches: number;
  readonly ended: WalkEnd;
}

/** The slowest step (sending once more: its slot, its call and the writes around it) ends within this. */
const MARGIN_MS = 60_000;

/** Has the batches that are due looked after. */
const wakeBatches = async (deps: SweepPayoutsDeps): Promise<number> => {
  const due = await deps.batches.due(deps.clock.now());
  if (due.length > 0) await deps.batchQueue.send(due.map((batch) => ({ batch })));
  return due.length;
};

/** Whether this run is the first of a balance interval: so an answer that never comes is not asked for again at once. */
const beginsInterval = (deps: SweepPayoutsDeps): boolean => {
  const every = deps.balanceIntervalMs();
  const now = deps.clock.now();
  return Math.floor(now / every) !== Math.floor((now - deps.intervalMs()) / every);
};

/** Rings while the float is low, and asks for the balance once in each interval. An unproven credential is not proven here. */
const watchBalance = async (deps: SweepPayoutsDeps): Promise<void> => {
  const [shortcode, initiator] = await Promise.all([deps.shortcode(), deps.initiator()]);
  const balances = await deps.lanes.balances(shortcode);
  if (balances !== null) deps.watch(shortcode, balances);
  if (initiator === null || !beginsInterval(deps)) return;
  if (mayAsk(await deps.lanes.lane(shortcode), initiator)) await deps.askBalance(shortcode);
};

/** Whether payouts may be asked about; found out when the first one wants to know, and once in a run. */
const createMayAsk = (deps: SweepPayoutsDeps): (() => Promise<boolean>) => {
  const find = async (): Promise<boolean> => {
    const [shortcode, initiator] = await Promise.all([deps.shortcode(), deps.initiator()]);
    if (initiator === null) return false;
    const lane = await deps.lanes.lane(shortcode);
    if (mayAsk(lane, initiator)) return true;
    if (lane.halt === null) await deps.prove(shortcode);
    return false;
  };
  let known: Promise<boolean> | undefined;
  return () => (known ??= find());
};

/** Everything that is due among the payouts, for as long as there is time. */
const chaseAll = async (
  deps: SweepPayoutsDeps,
  { requestId, remainingMs }: ScheduledRun,
): Promise<Omit<PayoutSweepReport, "batches">> => {
  const until = deps.clock.now();
  const counts: Record<Chased, number> = { queued: 0, asked: 0, sent_again: 0, postponed: 0, overdue: 0, failed: 0 };
  const ages: number[] = [];
  const chase = chasePayout(deps);
  const run = { requestId, mayAsk: createMayAsk(deps) };
  const ended = await walkDue<Payout>({
    shards: deps.shards,
    page: async (shard, after) => {
      const { payouts: items, ...page } = await deps.payouts.due(until, shard, { limit: deps.atOnce, after });
      return { items, ...page };
    },
    each: async (payout) => {
      const step = await chase(run, payout);
      counts[step] += 1;
      // One that still waits to be sent is no riddle.
      if (step === "asked" || (step === "postponed" && payout.state !== "queued"))
        ages.push(deps.clock.now() - payout.createdAt);
    },
    onUnreadable: (id) => {
      deps.log.error("sweep.item_failed", { transaction: id, because: "unreadable" });
      counts.failed += 1;
    },
    hasTime: () => remainingMs() > MARGIN_MS,
  });
  measureAges(deps, "PayoutUnknownAge", ages);
  return { ...counts, ended };
};

/** One sweep. Rejects at its end when something as a whole could not be done, so that the run is repeated. */
export const sweepPayouts =
  (deps: SweepPayoutsDeps) =>
  async (run: ScheduledRun): Promise<PayoutSweepReport> => {
    const [woken, watched] = await Promise.allSettled([wakeBatches(deps), watchBalance(deps)]);
    const chased = await chaseAll(deps, run);
    const report = { ...chased, batches: woken.status === "fulfilled" ? woken.value : 0 };
    deps.log.info("sweep.done", { ...report });
    if (woken.status === "rejected") throw woken.reason;
    if (watched.status === "rejected") throw watched.reason;
    return report;
  };
