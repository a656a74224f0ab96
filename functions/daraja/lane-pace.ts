/**
 * One lane's pace as one process sees and moves it. What must stay true: every block of slots and every slowing is one
 * conditional write on the shared item, and after a refused write the item is known as it is. No loop is without an end.
 */
import type { Clock } from "../domain/clock.ts";
import { factorAt, slotTimes, slowed, spanMs, takenFrom } from "./gcra.ts";
import type { LaneRate } from "./gcra.ts";
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
  /** The shared item as this process last saw it; null before that, and when there is none. */
  pace: LanePace | null;
  /** How long the last write took, milliseconds: slots are asked for that much ahead, or they would arrive void. */
  leadMs: number;
}

/** Writes that one change may need when others write in between. */
const MOST_WRITES = 8;

/** The longest that slots are asked for ahead. */
const MOST_LEAD_MS = 1_000;
const NO_SLOTS: readonly number[] = [];

/** What one process wants of a lane: so many slots, the first of them at `until` at the latest. */
export interface Want {
  readonly count: number;
  readonly until: number;
}

/** Tries once to take slots; null when somebody else moved the item, which is then known as it is. */
const tryBlock = async (deps: LanePaceDeps, view: LaneView, want: Want): Promise<readonly number[] | null> => {
  const asked = deps.clock.now();
  const from = asked + view.leadMs;
  const { pace, lane } = view;
  if (pace && pace.tat > want.until) return NO_SLOTS;
  const byMs = spanMs(view.rate, pace ? factorAt(pace, asked) : 1, want.count);
  const busy = pace !== null && pace.tat >= from;
  const write = busy
    ? await deps.items.advance(lane, { byMs, slowedAt: pace.slowedAt, from, to: want.until })
    : await deps.items.swap(lane, { expected: pace, next: takenFrom(pace, from, byMs) });
  view.leadMs = Math.min(MOST_LEAD_MS, deps.clock.now() - asked);
  view.pace = write.pace;
  const taken = "taken" in write ? write.taken : write.swapped;
  return taken && write.pace ? slotTimes(write.pace.tat - byMs, byMs, want.count) : null;
};

const logUnreachable = (deps: LanePaceDeps, lane: Lane, fault: unknown): void =>
  deps.log("pacing.shared_unreachable", { lane, error: fault instanceof Error ? fault.name : "unknown" });

/** Slots by this process's own account, while the shared item can't be reached. */
const takeAlone = (deps: LanePaceDeps, view: LaneView, want: Want): readonly number[] => {
  const now = deps.clock.now();
  if (view.pace && view.pace.tat > want.until) return NO_SLOTS;
  const byMs = spanMs(view.rate, view.pace ? factorAt(view.pace, now) : 1, want.count);
  view.pace = takenFrom(view.pace, now, byMs);
  return slotTimes(view.pace.tat - byMs, byMs, want.count);
};

/** Up to `count` slots that start by `until`; none when the lane is taken for longer than that. */
export const takeBlock = async (deps: LanePaceDeps, view: LaneView, want: Want) => {
  try {
    for (let write = 0; write < MOST_WRITES; write += 1) {
      const slots = await tryBlock(deps, view, want);
      if (slots) return slots;
    }
    return NO_SLOTS;
  } catch (fault) {
    logUnreachable(deps, view.lane, fault);
    return takeAlone(deps, view, want);
  }
};

/** Halves the lane's pace for all processes. When the item can't be reached this process slows alone. */
export const slowDown = async (deps: LanePaceDeps, view: LaneView): Promise<void> => {
  for (let write = 0; write < MOST_WRITES; write += 1) {
    const next = slowed(view.pace, deps.clock.now());
    if (next === null) return;
    try {
      const swap = await deps.items.swap(view.lane, { expected: view.pace, next });
      view.pace = swap.pace;
      if (!swap.swapped) continue;
    } catch (fault) {
      logUnreachable(deps, view.lane, fault);
      view.pace = next;
    }
    deps.log("pacing.slowed", { lane: view.lane, factor: next.factor });
    return;
  }
};
