/**
 * How late calls start after their slots, as one process measures it, and the margin that this calls for. What must stay
 * true: the margin only decides how many slots are wasted. It makes nothing safe (a call beyond it is not sent), so it
 * may be learned from the past; what can't be measured has a part of it that is never given away.
 */

/** Starts that are remembered: a few hundred, so that one slow start in a hundred is seen and the oldest are forgotten. */
const REMEMBERED = 256;
/** Starts that a margin is learned from at least. */
const LEAST_STARTS = 32;
/** Starts that must agree before a margin is lowered: too wide costs little, too narrow costs slots. */
const LEAST_STARTS_TO_LOWER = 128;

/** Calls start within a whole millisecond of the clock at best. */
const LEAST_LATE_MS = 1;
/** A margin is lowered when that gains at least this share of the rate, so that two processes don't tug at it. */
const WORTH_LOWERING = 0.005;

/** What lateness to plan for, milliseconds: the window of the limit, and the margin at least and at most. */
export interface MarginBounds {
  readonly windowMs: number;
  /** The part of the margin that is not for lateness: it stays free whatever was measured. */
  readonly apartMs: number;
  readonly mostMs: number;
}

/**
 * The margin J, whole milliseconds, with which most calls would have been sent: too narrow, and calls that start beyond
 * it lose their slots; too wide, and all slots lie further apart, by (W + J) / W. So it maximises (share of calls within
 * J) / (W + J): of a jitter with a sharp end it is the largest one, and a single slow start in a hundred is let go.
 */
export const bestMargin = (lateness: readonly number[], { windowMs, apartMs, mostMs }: MarginBounds): number => {
  let best = { jitterMs: apartMs + LEAST_LATE_MS, worth: 0 };
  for (const [place, late] of lateness.toSorted((a, b) => a - b).entries()) {
    const jitterMs = Math.min(mostMs, apartMs + Math.max(LEAST_LATE_MS, Math.ceil(late)));
    if (apartMs + late > jitterMs) break;
    const worth = (place + 1) / (windowMs + jitterMs);
    if (worth >= best.worth) best = { jitterMs, worth };
  }
  return best.jitterMs;
};

export interface Lateness {
  /** Takes note of a start, `ms` after its slot. */
  note(ms: number): void;
  /** The margin that the lane should have instead of `current`; `current` itself while nothing speaks against it. */
  margin(current: number, mayLower: boolean): number;
}

/** What one process remembers about the starts in one lane. */
export const createLateness = (bounds: MarginBounds): Lateness => {
  const starts: number[] = [];
  return {
    note: (ms) => {
      starts.push(Math.max(0, ms));
      if (starts.length > REMEMBERED) starts.shift();
    },
    margin: (current, mayLower) => {
      if (starts.length < LEAST_STARTS) return current;
      const best = bestMargin(starts, bounds);
      if (best > current) return best;
      const worthwhile = current - best >= WORTH_LOWERING * (bounds.windowMs + current);
      return mayLower && worthwhile && starts.length >= LEAST_STARTS_TO_LOWER ? best : current;
    },
  };
};
