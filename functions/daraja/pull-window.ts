/**
 * What time span a pull asks for. What must stay true: spans follow each other with an overlap and never leave a gap
 * without saying so; none reaches further back than M-PESA keeps, which is 48 hours.
 *
 * Nobody has told whether M-PESA reads the times of the request as Nairobi's or as UTC. They are written in Nairobi time,
 * like all others. Read as UTC they would name a span three hours later, so an overlap of more than three hours reaches
 * everything in either case: a payment that one pull misses lies in the next ones' span.
 */
import { darajaTimestamp } from "../domain/time.ts";

/** From and until, epoch milliseconds. */
export interface PullWindow {
  readonly from: number;
  readonly until: number;
}

const HOUR_MS = 3_600_000;
/** What M-PESA keeps (Daraja portal, Pull Transactions), less the minutes that a pull may take. */
const REACH_MS = 48 * HOUR_MS - 10 * 60_000;
/** How far the two readings of a time lie apart. */
const DOUBT_MS = 3 * HOUR_MS;
/** The doubt, and an hour for what M-PESA lists late. */
const OVERLAP_MS = DOUBT_MS + HOUR_MS;

export interface NextPull {
  readonly window: PullWindow;
  /**
   * What was never pulled and the window may not reach, in the less favourable reading of its times: only a statement can
   * still tell of it. Null when nothing was missed.
   */
  readonly gap: PullWindow | null;
}

/**
 * What to pull at `now`, after everything until `pulledUntil` was pulled completely; null when nothing ever was, which
 * asks for all that M-PESA keeps.
 */
export const nextPull = (now: number, pulledUntil: number | null): NextPull => {
  const oldest = now - REACH_MS;
  if (pulledUntil === null) return { window: { from: oldest, until: now }, gap: null };
  const from = Math.max(oldest, Math.min(pulledUntil, now) - OVERLAP_MS);
  const surelyReached = oldest + DOUBT_MS;
  const gap = pulledUntil < surelyReached ? { from: pulledUntil, until: surelyReached } : null;
  return { window: { from, until: now }, gap };
};

/** How long M-PESA may take to list a payment. */
const LISTED_AFTER_MS = 15 * 60_000;

/**
 * The part of a span whose payments an answer for the span must show, in either reading of its times, to somebody who
 * asked at `now`; null when there is none.
 */
export const surelyShown = ({ from, until }: PullWindow, now: number): PullWindow | null => {
  const shown = { from: from + DOUBT_MS, until: Math.min(until, now - LISTED_AFTER_MS) };
  return shown.from < shown.until ? shown : null;
};

/** The longest span that is pulled as one: progress is kept after each, and a span that failed is pulled again. */
const SPAN_MS = 6 * HOUR_MS;

/** A window as spans that are pulled one after the other, the oldest first; neighbours share a moment. */
export const spansOf = ({ from, until }: PullWindow): readonly PullWindow[] =>
  Array.from({ length: Math.ceil((until - from) / SPAN_MS) }, (_, index) => ({
    from: from + index * SPAN_MS,
    until: Math.min(from + (index + 1) * SPAN_MS, until),
  }));

/** Shorter spans are not cut in two: whatever is wrong, it is not their length. */
const SHORTEST_MS = 60_000;

/** The two halves of a span whose answer was too long; null when it is too short to be halved. They share a moment. */
export const halves = ({ from, until }: PullWindow): readonly [PullWindow, PullWindow] | null => {
  if (until - from < 2 * SHORTEST_MS) return null;
  const middle = Math.floor((from + until) / 2_000) * 1_000;
  return [
    { from, until: middle },
    { from: middle, until },
  ];
};

/** `2020-08-04 08:36:00`: Nairobi time, as the request has it. */
export const pullTime = (ms: number): string =>
  darajaTimestamp(ms).replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)$/, "$1-$2-$3 $4:$5:$6");
