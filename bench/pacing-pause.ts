/** How many payouts still leave after somebody has paused their batch. */
import { play } from "./pacing-virtual.ts";
import type { Scene } from "./pacing-virtual.ts";
import { seededRandom } from "../test/unit/daraja/virtual-time.ts";

export interface Paused {
  /** Payouts that left in the second before. */
  readonly before: number;
  /** Payouts that left after it, of the dispatcher that sent most. */
  readonly byOne: number;
  /** Of all dispatchers together. */
  readonly all: number;
  /** How long after it the last one left; 0 when none did. */
  readonly lastMs: number;
}

/** The lane is full and its margin known by then. */
const AFTER_S = { least: 60, most: 70 } as const;
/** Long enough for whatever could still leave. */
const WATCHED_S = 5;

/** Plays one batch that is paused at a random moment. */
export const pausedOnce = async (given: Pick<Scene, "perSecond" | "dispatchers" | "seed">): Promise<Paused> => {
  const pausedAt = AFTER_S.least + seededRandom(given.seed)() * (AFTER_S.most - AFTER_S.least);
  const seconds = pausedAt + WATCHED_S;
  const { sent } = await play({ ...given, jitterMs: 50, seconds, warmUpSeconds: AFTER_S.least, pausedAt });
  const after = sent.filter(({ at }) => at >= pausedAt);
  const each = Array.from({ length: given.dispatchers }, (_, one) => after.filter(({ by }) => by === one).length);
  return {
    before: sent.filter(({ at }) => at >= pausedAt - 1 && at < pausedAt).length,
    byOne: Math.max(...each),
    all: after.length,
    lastMs: Math.max(0, ...after.map(({ at }) => (at - pausedAt) * 1_000)),
  };
};
