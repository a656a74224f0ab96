/**
 * One lane's pace as one process sees and moves it. What must stay true: every block of slots and every slowing is one
 * conditional write on the shared item, a new margin travels in such a write, and after a refused write the item is
 * known as it is. No loop is without an end.
 */
import type { Clock } from "../domain/clock.ts";
import {
  factorAt,
  marginOf,
  slotTimes,
  slowed,
  spanMs,
  startsWithinMs,
  takenFrom,
  windowMs,
  withMargin,
} from "./gcra.ts";
import type { LaneRate } from "./gcra.ts";
import { createLateness } from "./lateness.ts";
import type { Lateness } from "./lateness.ts";
import type { Log } from "./log.ts";
import type { Lane, LanePace, SlotItems } from "./pacing.ts";

export interface LanePaceDeps {
  readonly items: SlotItems;
  readonly clock: Clock;
  readonly log: Log;
}

export interface LaneView {
  readonly lane: Lane;
  readonly rate: LaneRate;
  /** How late calls start; null in a lane with a fixed margin. */
  readonly lateness: Lateness | null;
  /** The shared item as this process last saw it; null before that, and when there is none. */
  pace: LanePace | null;
  /**
   * How long writes have taken of late, whole milliseconds: slots are asked for that much ahead, or they would arrive
   * late.
   */
  leadMs: number;
  /** Others moved the item since this process's block, the last time that it looked: they will have again. */
  crowded: boolean;
  /** When this process learned of the margin in force, epoch milliseconds. */
  marginSince: number;
  /** `slowedAt` of the pace that the latest block was taken under; null when no block was taken yet. */
  takenUnder: number | null;
}

/** Slots taken in one write, and how late after each a call may start by this process's clock. */
export interface Block {
  readonly slots: readonly number[];
  readonly withinMs: number;
  /** `slowedAt` of the pace that it was taken under: a lane that slows later voids what is left of it. */
  readonly takenUnder: number;
}

/** Writes that one change may need when others write in between. */
const MOST_WRITES = 8;

/** The longest that slots are asked for ahead. */
const MOST_LEAD_MS = 1_000;
/** How much of a slow write is remembered at the next one. */
const LEAD_KEPT = 0.9;
/** A margin stands this long before a process with less jitter lowers it. */
const MARGIN_STANDS_MS = 60_000;
const NOTHING: Block = { slots: [], withinMs: 0, takenUnder: 0 };

/** What one process wants of a lane: so many slots, the first of them at `until` at the latest. */
export interface Want {
  readonly count: number;
  readonly until: number;
}

export const viewOf = (lane: Lane, rate: LaneRate): LaneView => {
  const { measured } = rate;
  const lateness = measured
    ? createLateness({ windowMs: windowMs(rate), apartMs: measured.apartMs, mostMs: measured.mostJitterMs })
    : null;
  const nothingSeen = { pace: null, leadMs: 0, crowded: false, marginSince: 0, takenUnder: null };
  return { lane, rate, lateness, ...nothingSeen };
};

const slowedAt = (pace: LanePace | null): number => pace?.slowedAt ?? 0;

/** What must not have changed for a block to be added to a busy lane. */
const epochOf = ({ slowedAt: since, jitterMs }: LanePace): Pick<LanePace, "slowedAt" | "jitterMs"> =>
  jitterMs === undefined ? { slowedAt: since } : { slowedAt: since, jitterMs };

/** Takes in the item as it stands now. */
const see = (deps: LanePaceDeps, view: LaneView, pace: LanePace | null): void => {
  if (view.marginSince === 0 || marginOf(view.rate, pace) !== marginOf(view.rate, view.pace))
    view.marginSince = deps.clock.now();
  view.pace = pace;
};

/** The pace that the next block is taken under: as last seen, or with the margin that this process has measured. */
const wantedPace = (deps: LanePaceDeps, { rate, pace, lateness, marginSince }: LaneView): LanePace | null => {
  const current = marginOf(rate, pace);
  const mayLower = pace !== null && deps.clock.now() - marginSince >= MARGIN_STANDS_MS;
  const margin = lateness?.margin(current, mayLower) ?? current;
  return margin === current ? pace : withMargin(rate, pace, margin);
};

const spanUnder = (view: LaneView, pace: LanePace | null, { count, now }: { count: number; now: number }): number =>
  spanMs({ ...view.rate, jitterMs: marginOf(view.rate, pace) }, pace ? factorAt(pace, now) : 1, count);

/** The block that ends where the next one begins. */
const blockBefore = (view: LaneView, pace: LanePace, { byMs, count }: { byMs: number; count: number }): Block => {
  view.takenUnder = pace.slowedAt;
  const slots = slotTimes(pace.tat - byMs, byMs, count);
  return { slots, withinMs: startsWithinMs(view.rate, pace), takenUnder: pace.slowedAt };
};

/** Tries once to take slots; null when somebody else moved the item, which is then known as it is. */
const tryBlock = async (deps: LanePaceDeps, view: LaneView, want: Want): Promise<Block | null> => {
  const asked = deps.clock.now();
  const from = asked + view.leadMs + (view.rate.measured?.aheadMs ?? 0);
  const { pace, lane } = view;
  if (pace && pace.tat > want.until) return NOTHING;
  const wanted = wantedPace(deps, view);
  const byMs = spanUnder(view, wanted, { count: want.count, now: asked });
  const busy = pace !== null && pace === wanted && (view.crowded || pace.tat >= from);
  const write = busy
    ? await deps.items.advance(lane, { ...epochOf(pace), byMs, from, to: want.until })
    : await deps.items.swap(lane, { expected: pace, next: takenFrom(wanted, from, byMs) });
  const tookMs = deps.clock.now() - asked;
  view.leadMs = Math.min(MOST_LEAD_MS, Math.ceil(Math.max(tookMs, view.leadMs * LEAD_KEPT)));
  see(deps, view, write.pace);
  const taken = "taken" in write ? write.taken : write.swapped;
  if (!taken) view.crowded = write.pace !== null && write.pace.tat >= from;
  return taken && write.pace ? blockBefore(view, write.pace, { byMs, count: want.count }) : null;
};

const logUnreachable = (deps: LanePaceDeps, lane: Lane, fault: unknown): void =>
  deps.log("pacing.shared_unreachable", { lane, error: fault instanceof Error ? fault.name : "unknown" });

/** Slots by this process's own account, while the shared item can't be reached. */
const takeAlone = (deps: LanePaceDeps, view: LaneView, want: Want): Block => {
  const now = deps.clock.now();
  if (view.pace && view.pace.tat > want.until) return NOTHING;
  const byMs = spanUnder(view, view.pace, { count: want.count, now });
  view.pace = takenFrom(view.pace, now, byMs);
  return blockBefore(view, view.pace, { byMs, count: want.count });
};

/**
 * Up to `count` slots that start by `until`; none when the lane is taken for longer than that. While the item can't be
 * reached, a process paces itself alone where a person waits for the answer; bulk calls, whose lane runs at its limit,
 * wait for the item.
 */
export const takeBlock = async (deps: LanePaceDeps, view: LaneView, want: Want): Promise<Block> => {
  try {
    for (let write = 0; write < MOST_WRITES; write += 1) {
      const block = await tryBlock(deps, view, want);
      if (block) return block;
    }
    return NOTHING;
  } catch (fault) {
    logUnreachable(deps, view.lane, fault);
    return view.lateness === null ? takeAlone(deps, view, want) : NOTHING;
  }
};

/**
 * Whether the lane slowed after slots were taken under `takenUnder`. Only a lane that measures starts has slots far
 * enough ahead for this to matter; elsewhere a slot that was taken stands.
 */
export const slowedSince = (view: LaneView, takenUnder: number | null): boolean =>
  view.lateness !== null && takenUnder !== null && slowedAt(view.pace) > takenUnder;

/** A share as people read it. Written out, 0.38370000000000004 has the digits of a phone number. */
const toHundredths = (share: number): number => Math.round(share * 100) / 100;

/**
 * Halves the lane's pace for all processes. When the item can't be reached this process slows alone. `takenUnder`: the
 * pace that the throttled call's slot was taken under; one that was taken before the lane slowed says nothing new, so
 * slots far ahead don't halve the pace once for each process that holds some.
 */
export const slowDown = async (deps: LanePaceDeps, view: LaneView, takenUnder: number | null): Promise<void> => {
  for (let write = 0; write < MOST_WRITES; write += 1) {
    if (slowedSince(view, takenUnder)) return;
    const next = slowed(view.pace, deps.clock.now());
    if (next === null) return;
    try {
      const swap = await deps.items.swap(view.lane, { expected: view.pace, next });
      see(deps, view, swap.pace);
      if (!swap.swapped) continue;
    } catch (fault) {
      logUnreachable(deps, view.lane, fault);
      view.pace = next;
    }
    deps.log("pacing.slowed", { lane: view.lane, factor: toHundredths(next.factor) });
    return;
  }
};
