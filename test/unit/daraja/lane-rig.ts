/** A lane's view over a shared item whose answers are made to order. */
import type { LaneRate } from "../../../functions/daraja/gcra.ts";
import { takeBlock, viewOf } from "../../../functions/daraja/lane-pace.ts";
import type { LaneView } from "../../../functions/daraja/lane-pace.ts";
import type { LanePace, SlotItems } from "../../../functions/daraja/pacing.ts";

export const NOW = 1_000_000;
/** 10 slots take 550 ms. */
export const FIXED: LaneRate = { perSecond: 20, jitterMs: 100 };
/** 10 slots take 1050 ms. */
export const MEASURED: LaneRate = {
  perSecond: 10,
  jitterMs: 50,
  measured: { aheadMs: 100, apartMs: 20, mostJitterMs: 250 },
};
export const pace = (changes: Partial<LanePace> = {}): LanePace => ({ tat: NOW, factor: 1, slowedAt: 0, ...changes });
export const WANT = { count: 10, until: NOW + 60_000 };

type Write =
  | readonly ["advance", Parameters<SlotItems["advance"]>[1]]
  | readonly ["swap", Parameters<SlotItems["swap"]>[1]];
/** Whether a write succeeds, and what the item is after it: null for what was asked for. */
type Answer = readonly [done: boolean, pace: LanePace | null];

/** A lane's view over an item that gives `answers` in turn, the last one for ever; each takes `seen.writeMs`. */
export const setUp = (rate: LaneRate, seenPace: LanePace | null, answers: readonly Answer[]) => {
  const seen = { now: NOW, writeMs: 0, writes: [] as Write[], logs: [] as unknown[] };
  const next = (write: Write): Answer => {
    seen.now += seen.writeMs;
    return answers[Math.min(seen.writes.push(write), answers.length) - 1]!;
  };
  const items: SlotItems = {
    advance: (_, request) => {
      const [taken, after] = next(["advance", request]);
      return Promise.resolve({ taken, pace: after });
    },
    swap: (_, change) => {
      const [swapped, after] = next(["swap", change]);
      return Promise.resolve({ swapped, pace: after ?? (swapped ? change.next : null) });
    },
  };
  const deps = { items, clock: { now: () => seen.now }, log: (...entry: unknown[]) => seen.logs.push(entry) };
  const view: LaneView = viewOf("bulk", rate);
  view.pace = seenPace;
  return { deps, view, seen, take: (want = WANT) => takeBlock(deps, view, want) };
};
