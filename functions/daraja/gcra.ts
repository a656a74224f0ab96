/**
 * The arithmetic of a shared rate limit (generic cell rate algorithm): one moment, the theoretical arrival time, says
 * when the next call may start, and whoever takes slots moves it. Pure: no clock, no store. What must stay true: slots
 * are never closer together than the pace allows, the pace is never above the lane's rate, and calls that start within
 * their margin are never more than the rate in any window, whatever the margin was before.
 */
import type { LanePace } from "./pacing.ts";

export interface LaneRate {
  /** Calls a second that Safaricom grants. */
  readonly perSecond: number;
  /**
   * How much later than its slot a call may reach Daraja, whole milliseconds: the lane's margin, a first guess where
   * lateness is measured. A slot that is older than this is void.
   */
  readonly jitterMs: number;
  /** Absent: `jitterMs` stands and a call starts when its turn comes. */
  readonly measured?: MeasuredLane;
}

/**
 * A lane that hands its slots out ahead and measures how late calls start in them, so that what a call has to do first
 * costs no margin.
 */
export interface MeasuredLane {
  /** How long before its slot a caller gets its turn, to get ready, milliseconds. */
  readonly aheadMs: number;
  /**
   * The part of the margin that no process can measure, whole milliseconds: how far apart two processes' clocks may be,
   * and by how much one request's way to Daraja may take longer than another's.
   */
  readonly apartMs: number;
  /** The margin follows the measured lateness up to here, `apartMs` included, milliseconds. */
  readonly mostJitterMs: number;
}

/** Safaricom counts per second; a rate below one a second is counted over the time of one call. */
export const windowMs = ({ perSecond }: Pick<LaneRate, "perSecond">): number => Math.max(1_000, 1_000 / perSecond);

/** A throttled lane is back at its full rate after this long without another throttling. */
export const RECOVERY_MS = 60_000;
/** A lane never slows below this share of its rate. */
const LEAST_FACTOR = 1 / 32;
/** One burst of throttled calls slows a lane once. */
const ONE_BURST_MS = 1_000;

/** The share of the full rate that is left now: halved by each throttling, growing back steadily. */
export const factorAt = (pace: LanePace, now: number): number =>
  Math.min(1, pace.factor + Math.max(0, now - pace.slowedAt) / RECOVERY_MS);

/** The margin in force, milliseconds. */
export const marginOf = (rate: LaneRate, pace: LanePace | null): number => pace?.jitterMs ?? rate.jitterMs;

/** How late by its own clock a process may start a call, milliseconds: what others' clocks may differ by is set aside. */
export const startsWithinMs = (rate: LaneRate, pace: LanePace | null): number =>
  Math.max(0, marginOf(rate, pace) - (rate.measured?.apartMs ?? 0));

/**
 * Milliseconds that `count` slots take, rounded up to a whole one. Of R + 1 calls in a row the first arrives at most J
 * after its slot and the last not before its own, R intervals later: they stay out of one window W when R T - J >= W, so
 * T = (W + J) / R. No longer interval is needed, and evenly spaced no shorter one will do, because the first may be J
 * late and the last on time.
 */
export const spanMs = (rate: LaneRate, factor: number, count: number): number => {
  const window = windowMs(rate);
  return Math.ceil((count * 1_000 * (window + rate.jitterMs)) / (rate.perSecond * window * factor));
};

/** When each of `count` slots between `from` and `from + byMs` starts. */
export const slotTimes = (from: number, byMs: number, count: number): readonly number[] =>
  Array.from({ length: count }, (_, slot) => from + Math.ceil((slot * byMs) / count));

/** A lane that nobody has used. */
const UNUSED: LanePace = { tat: 0, factor: 1, slowedAt: 0 };

/** The pace after `byMs` were taken from a lane that is idle at `now`: unused time is not saved up. */
export const takenFrom = (pace: LanePace | null, now: number, byMs: number): LanePace => ({
  ...(pace ?? UNUSED),
  tat: Math.max(now, pace?.tat ?? 0) + byMs,
});

/**
 * The pace under another margin. Slots that are taken already may still be used as late as the old margin allows, so
 * when it shrinks by d the next slot comes d later; then R intervals, however many of them are short ones, again span
 * W and the old margin.
 */
export const withMargin = (rate: LaneRate, pace: LanePace | null, jitterMs: number): LanePace => {
  const { tat, ...before } = pace ?? UNUSED;
  return { ...before, tat: tat + Math.max(0, marginOf(rate, pace) - jitterMs), jitterMs };
};

/** The pace after Daraja throttled the lane: half as fast, after a second of silence. Null if it slowed already. */
export const slowed = (pace: LanePace | null, now: number): LanePace | null => {
  const before = pace ?? UNUSED;
  if (pace && now - before.slowedAt < ONE_BURST_MS && before.slowedAt > 0) return null;
  return {
    ...before,
    tat: Math.max(before.tat, now + ONE_BURST_MS),
    factor: Math.max(LEAST_FACTOR, factorAt(before, now) / 2),
    slowedAt: Math.max(now, before.slowedAt + 1),
  };
};
