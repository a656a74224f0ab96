/**
 * Looks after a batch, whenever something happened to it and on the clock: has its float found, its rows fed, its results
 * written, its rest cancelled. What must stay true: every look may be repeated and may run twice at once, because whoever
 * is to act writes that first over the version that it read; a batch of a halted lane pauses; each look is bounded and the
 * next one is arranged.
 */
import type { Batch, Tally } from "../domain/batch.ts";
import { isLive, unsettled } from "../domain/decide-batch.ts";
import type { BatchMessage } from "../payouts/messages.ts";
import { FrozenFault } from "../payouts/rows/frozen-rows.ts";
import { stopOf } from "../payouts/trip-lane.ts";
import type { Delivered, Verdict } from "../runtime/consumer.ts";
import { MOST_DELAY_SECONDS } from "../runtime/queue.ts";
import type { ScheduledRun } from "../runtime/schedule.ts";
import type { BatchLedger } from "../store/batch-ledger.ts";
import type { LaneLedger } from "../store/lane-ledger.ts";
import { tendStarting, tendWaiting } from "./await-float.ts";
import type { AwaitFloatDeps } from "./await-float.ts";
import { feedBatch, LEASE_MS } from "./feed-batch.ts";
import type { FeedDeps } from "./feed-batch.ts";
import { cancelRows, completeBatch } from "./finish-batch.ts";
import type { FinishDeps } from "./finish-batch.ts";

export interface TendDeps extends AwaitFloatDeps, FeedDeps, FinishDeps {
  readonly batches: Pick<BatchLedger, "read" | "tally" | "progress">;
  readonly payouts: FeedDeps["payouts"] & FinishDeps["payouts"];
  readonly files: FeedDeps["files"] & FinishDeps["files"];
  readonly lanes: Pick<LaneLedger, "lane">;
  /** Payouts a second that Safaricom grants. */
  readonly rate: () => number;
}

/** Rows are handed on for so many seconds ahead of what is settled. */
const WINDOW_S = 90;
const LEAST_WINDOW = 50;
/**
 * Looks come after a tenth of the time that the batch has run, within these bounds: often while what is on its way ends
 * within seconds, more rarely when nobody knows how the last ones ended. Once everything is handed on, the bound grows with
 * the silence, as the patience with each payout does: a tenth of it, an hour at the most.
 */
const LOOK_S = { first: 2, ending: 5, feeding: 20, most: 30, silent: 3_600 } as const;
const PARTS = 10;
/** What waits for so long was lost on its way, and is handed on once more. */
const LOST_AFTER_MS = 900_000;
/** Time that the last look at a large batch takes: its results are read row by row. */
const FINISH_MS = 120_000;
const FAILED_WAIT_S = 30;

const isDue = ({ checkAt }: Batch, now: number): boolean => checkAt !== null && checkAt <= now;

/** Rows of which it is known that they were sent, or will not be. */
const accounted = ({ succeeded, failed, cancelled, uncertain }: Tally): number =>
  succeeded.count + failed.count + cancelled.count + uncertain.count;

const countOf = ({ rows }: Batch): number => rows?.count ?? 0;

/** A batch as it runs, and what has become of its rows. */
interface Running {
  readonly batch: Batch;
  readonly tally: Tally;
  /** When this look was due. */
  readonly dueAt: number;
}

/** When the batch began to run, or went on. */
const runningSince = ({ history }: Batch, now: number): number => history.at(-1)?.at ?? now;

const longestLook = ({ batch, tally }: Omit<Running, "dueAt">, now: number): number => {
  if (batch.handed < countOf(batch)) return LOOK_S.feeding;
  const silenceS = (now - Math.max(runningSince(batch, now), tally.changedAt ?? 0)) / 1_000;
  const usual = accounted(tally) < countOf(batch) ? LOOK_S.ending : LOOK_S.most;
  return Math.max(usual, Math.min(LOOK_S.silent, silenceS / PARTS));
};

/** Seconds until the next look: soon after the start, more rarely the longer the batch has been running. */
const nextLook = (running: Omit<Running, "dueAt">, now: number): number => {
  const elapsedS = (now - runningSince(running.batch, now)) / 1_000;
  const most = longestLook(running, now);
  return Math.round(Math.min(most, Math.max(LOOK_S.first, elapsedS / PARTS)));
};

/**
 * Whether this is the look, one in a quarter of an hour, at which the rows that are still queued are handed on once more:
 * messages get lost only by mistakes and outages, and then nothing else would ever bring those rows again.
 */
const isTimeToHandAnew = (running: Running, now: number): boolean => {
  const began = runningSince(running.batch, now);
  const quarter = (at: number): number => Math.floor((at - began) / LOST_AFTER_MS);
  const lookBefore = running.dueAt - nextLook(running, running.dueAt) * 1_000;
  return quarter(now) > quarter(Math.max(began, lookBefore));
};

/** Arranges the next look. The clock comes for a batch whose message got lost, or whose look is further off than one may be. */
const lookAgain = async (deps: TendDeps, batch: Batch, next: { handed: number; seconds: number }): Promise<void> => {
  const { fed, id } = batch;
  const { handed, seconds } = next;
  const checkAt = deps.clock.now() + seconds * 1_000;
  const isOurs = (await deps.batches.progress(batch, { fed, handed, checkAt })) !== null;
  if (isOurs && seconds <= MOST_DELAY_SECONDS) await deps.batchQueue.send([{ batch: id }], { delaySeconds: seconds });
};

/** Everything was handed on, or has ended: completes the batch, or goes on waiting. */
const settle = async (deps: TendDeps, running: Running, run: ScheduledRun): Promise<void> => {
  const { batch, tally } = running;
  if (unsettled(batch, tally) === 0) {
    if (run.remainingMs() > FINISH_MS) return completeBatch(deps)(batch, run);
    return lookAgain(deps, batch, { handed: batch.handed, seconds: 0 });
  }
  const now = deps.clock.now();
  const seconds = nextLook(running, now);
  // What failed for something that was mended meanwhile is paid anew once nothing else is on its way.
  const isAllKnown = accounted(tally) >= countOf(batch);
  const goesBack = isAllKnown ? tally.stopped.count > 0 : isTimeToHandAnew(running, now);
  return lookAgain(deps, batch, { handed: goesBack ? 0 : batch.handed, seconds });
};

/** The kept rows are not those that were approved: nothing more may leave, and a person has to look. */
const rowsChanged = async (deps: TendDeps, { id }: Batch, requestId: string): Promise<void> => {
  const at = deps.clock.now();
  const stop = { cause: "digest_mismatch", at, payoutId: null } as const;
  await deps.change(id, { event: "paused", stop }, { at, by: "clock", requestId });
};

const feed = async (deps: TendDeps, { batch, tally, dueAt }: Running, run: ScheduledRun): Promise<void> => {
  const window = Math.max(LEAST_WINDOW, Math.ceil(deps.rate() * WINDOW_S));
  const room = accounted(tally) + window - batch.handed;
  const fed = room > 0 ? await feedBatch(deps)(batch, room, run) : batch;
  if (fed === null) return;
  const isCut = fed.handed < countOf(fed) && fed.handed < batch.handed + room;
  const now = deps.clock.now();
  const seconds = isCut ? 0 : nextLook({ batch: fed, tally }, now);
  // A window that was lost as a whole leaves no room, and would never be left again.
  const goesBack = room <= 0 && isTimeToHandAnew({ batch: fed, tally, dueAt }, now);
  await lookAgain(deps, fed, { handed: goesBack ? 0 : fed.handed, seconds });
};

const tendRunning = async (deps: TendDeps, batch: Batch, run: ScheduledRun): Promise<void> => {
  const now = deps.clock.now();
  if (!isDue(batch, now)) return;
  const { fed, handed } = batch;
  const mine = await deps.batches.progress(batch, { fed, handed, checkAt: now + LEASE_MS });
  if (mine === null) return;
  const running = { batch: mine, tally: await deps.batches.tally(mine), dueAt: batch.checkAt ?? now };
  const hasMore = handed < countOf(mine) && unsettled(mine, running.tally) > 0;
  try {
    await (hasMore ? feed(deps, running, run) : settle(deps, running, run));
  } catch (fault) {
    if (!(fault instanceof FrozenFault)) throw fault;
    deps.log.error("batch.rows_changed", { batch: mine.id }, fault);
    await rowsChanged(deps, mine, run.requestId);
  }
};

/** A batch that lives although its lane is halted: it was missed when the lane was tripped. */
const pauseIfHalted = async (deps: TendDeps, batch: Batch, requestId: string): Promise<boolean> => {
  const { halt } = await deps.lanes.lane(batch.shortcode);
  if (halt === null) return false;
  const act = { at: deps.clock.now(), by: "clock", requestId };
  await deps.change(batch.id, { event: "paused", stop: stopOf(halt, false) }, act);
  return true;
};

/** One look at batch `id`. */
const tendBatch =
  (deps: TendDeps) =>
  async (id: string, run: ScheduledRun): Promise<void> => {
    const seen = await deps.batches.read(id);
    if (seen === null) return;
    if (seen.state === "cancelled") return cancelRows(deps)(seen, run);
    if (!isLive(seen) || (await pauseIfHalted(deps, seen, run.requestId))) return;
    if (seen.state === "starting") await tendStarting(deps)(seen, run.requestId);
    if (seen.state === "waiting_for_float") await tendWaiting(deps)(seen, run.requestId);
    const batch = seen.state === "running" ? seen : await deps.batches.read(id);
    if (batch?.state === "running") await tendRunning(deps, batch, run);
  };

/** One delivery of messages about batches. */
export const tendBatches = (deps: TendDeps) => {
  const tend = tendBatch(deps);
  return async (messages: readonly Delivered<BatchMessage>[], run: ScheduledRun): Promise<readonly Verdict[]> => {
    const verdicts: Verdict[] = [];
    for (const { message } of messages) {
      try {
        await tend(message.batch, run);
        verdicts.push({ verdict: "done" });
      } catch (fault) {
        deps.log.error("batch.item_failed", { batch: message.batch }, fault);
        verdicts.push({ verdict: "again", afterSeconds: FAILED_WAIT_S });
      }
    }
    return verdicts;
  };
};
