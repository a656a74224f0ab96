/**
 * The arithmetic of a shared rate limit (generic cell rate algorithm): one moment, the theoretical arrival time, says
 * when the next call may start, and whoever takes slots moves it. Pure: no clock, no store. What must stay true: slots
 * are never closer together than the pace allows, and the pace is never above the lane's rate.
 */
import type { LanePace } from "./pacing.ts";

export interface LaneRate {
  /** Calls a second that Safaricom grants. */
  readonly perSecond: number;
  /** How much later than its slot a call may reach Daraja, milliseconds. A slot that is older than this is void. */
  readonly jitterMs: number;
}

/** Safaricom counts per second; a rate below one a second is counted over the time of one call. */
const windowMs = (rate: LaneRate): number => Math.max(1_000, 1_000 / rate.perSecond);

/** A throttled lane is back at its full rate after this long without another throttling. */
export const RECOVERY_MS = 60_000;
/** A lane never slows below this share of its rate. */
const LEAST_FACTOR = 1 / 32;
/** One burst of throttled calls slows a lane once. */
const ONE_BURST_MS = 1_000;

/** The share of the full rate that is left now: halved by each throttling, growing back steadily. */
export const factorAt = (pace: LanePace, now: number): number =>
  Math.min(1, pace.factor + Math.max(0, now - pace.slowedAt) / RECOVERY_MS);

/**
 * Milliseconds that `count` slots take, rounded up to a whole one. Calls that start up to J late put at most
 * (W + J) / T of them into a window W, so the interval T is stretched by (W + J) / W.
 */
export const spanMs = (rate: LaneRate, factor: number, count: number): number => {
  const margin = windowMs(rate) / (windowMs(rate) + rate.jitterMs);
  return Math.ceil((count * 1_000) / (rate.perSecond * factor * margin));
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

/** The pace after Daraja throttled the lane: half as fast, after a second of silence. Null if it slowed already. */
export const slowed = (pace: LanePace | null, now: number): LanePace | null => {
  const before = pace ?? UNUSED;
  if (pace && now - before.slowedAt < ONE_BURST_MS && before.slowedAt > 0) return null;
  return {
    tat: Math.max(before.tat, now + ONE_BURST_MS),
    factor: Math.max(LEAST_FACTOR, factorAt(before, now) / 2),
    slowedAt: Math.max(now, before.slowedAt + 1),
  };
};
