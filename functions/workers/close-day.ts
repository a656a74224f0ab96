/**
 * Closes the days that the queue names. What must stay true: only days of our own shortcode that are over are closed; one
 * that somebody else closes just now comes again; and what a closed day hands to the next is handed on when it changes, even
 * if the run that changed it died before it could.
 */
import type { Clock } from "../domain/clock.ts";
import { ownerOfShortcode, storefrontsOf } from "../domain/routing.ts";
import type { RoutedStorefront } from "../domain/routing.ts";
import { dayBounds, nairobiDay } from "../domain/time.ts";
import type { CloseDay, DayToClose } from "../reconciliation-day/close-day.ts";
import type { DayMessage } from "../reconciliation-day/messages.ts";
import type { Delivered, Verdict } from "../runtime/consumer.ts";
import type { Log } from "../runtime/logger.ts";
import type { Queue } from "../runtime/queue.ts";
import type { ScheduledRun } from "../runtime/schedule.ts";
import type { DayLease } from "../store/day-lease.ts";

export interface CloseDaysDeps {
  readonly close: CloseDay;
  readonly lease: DayLease;
  readonly dayQueue: Queue;
  readonly storefronts: () => Promise<readonly RoutedStorefront[]>;
  /** What the ledger's transactions carry, and what customers pay to: of a till two numbers, else one. */
  readonly shortcodes: () => Promise<{ readonly shortcode: string; readonly receiver: string }>;
  readonly newHolder: () => string;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * When to look again at a day that somebody else has in hand: soon at first, then ever more seldom. All the waits of one
 * message together outlast the longest lease, so that none is given up (`DAY_TRIES`, lib/close-functions.ts) for waiting.
 */
const FIRST_WAIT_S = 5;
const LONGEST_WAIT_S = 150;
/** How much longer than its holder a lease lasts: clocks differ. */
const MARGIN_MS = 5_000;
const DAY_MS = 86_400_000;

const DONE: Verdict = { verdict: "done" };
const again = (times: number): Verdict => ({
  verdict: "again",
  afterSeconds: Math.min(LONGEST_WAIT_S, FIRST_WAIT_S * 2 ** Math.min(times - 1, 8)),
});

/** The day that a message names; null when it is not ours to close, or not over. */
const dayOf = async (deps: CloseDaysDeps, { shortcode: asked, day }: DayMessage): Promise<DayToClose | null> => {
  const window = dayBounds(day);
  const { shortcode, receiver } = await deps.shortcodes();
  const isOurs = asked === shortcode || asked === receiver;
  if (window === null || !isOurs || window.until > deps.clock.now()) return null;
  const storefronts = await deps.storefronts();
  const storefront = ownerOfShortcode(storefronts, shortcode);
  if (storefront === null) return null;
  return {
    ...{ shortcode, day, window, storefront },
    shortcodes: [...new Set([shortcode, receiver])],
    storefronts: storefrontsOf(storefronts, shortcode).map(({ id }) => id),
    dayBefore: nairobiDay(window.from - DAY_MS),
  };
};

/** A next day that is over has to know what it is handed now; also one that somebody closes at this moment, unseen. */
const tellNextDay = async (deps: CloseDaysDeps, { shortcode, window }: DayToClose): Promise<void> => {
  const day = nairobiDay(window.until);
  const isOver = (dayBounds(day)?.until ?? Infinity) <= deps.clock.now();
  if (isOver) await deps.dayQueue.send([{ shortcode, day }]);
};

/** A day, and how often its message was delivered so far. */
interface Turn {
  readonly day: DayToClose;
  readonly times: number;
}

const closeOne = async (deps: CloseDaysDeps, { day, times }: Turn, requestId: string): Promise<Verdict> => {
  const outcome = await deps.close(day, { at: deps.clock.now(), requestId });
  if (outcome.closed === "overtaken") return again(times);
  const { version, current } = outcome.record;
  const facts = { day: day.day, version, basis: current.basis };
  if (outcome.closed === "unchanged") deps.log.info("day.unchanged", facts);
  else deps.log.info("day.closed", { ...facts, matched: current.totals.received.count });
  // An earlier delivery may have written the day and died before it told the next; telling it twice changes nothing.
  const mayBeUntold = times > 1 || (outcome.closed !== "unchanged" && outcome.handoverChanged);
  if (mayBeUntold) await tellNextDay(deps, day);
  return DONE;
};

const inTurn = async (deps: CloseDaysDeps, turn: Turn, run: ScheduledRun): Promise<Verdict> => {
  const { day, times } = turn;
  const holder = deps.newHolder();
  if (!(await deps.lease.take(day, { holder, forMs: run.remainingMs() + MARGIN_MS }))) return again(times);
  try {
    return await closeOne(deps, turn, run.requestId);
  } finally {
    // Best effort: a lease that is kept ends by itself.
    await deps.lease.giveUp(day, holder).catch(() => undefined);
  }
};

const tend = async (deps: CloseDaysDeps, delivered: Delivered<DayMessage>, run: ScheduledRun): Promise<Verdict> => {
  const { message, times } = delivered;
  try {
    const day = await dayOf(deps, message);
    if (day !== null) return await inTurn(deps, { day, times }, run);
    deps.log.warn("day.refused", { day: message.day });
    return DONE;
  } catch (fault) {
    deps.log.error("day.not_closed", { day: message.day }, fault);
    return { verdict: "failed" };
  }
};

/** One verdict for each message, in order; one after the other, because a day may need all memory. */
export const closeDays =
  (deps: CloseDaysDeps) =>
  async (messages: readonly Delivered<DayMessage>[], run: ScheduledRun): Promise<readonly Verdict[]> => {
    const verdicts: Verdict[] = [];
    for (const delivered of messages) verdicts.push(await tend(deps, delivered, run));
    return verdicts;
  };
