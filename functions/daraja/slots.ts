/**
 * Slots shared by all processes. Callers that wait in one process take their slots together, so a busy process pays one
 * conditional write for a whole block and an idle one wastes none. What must stay true: a call starts within its slot
 * or takes another, and whoever can't start before its deadline is told so at once.
 *
 * A push has a person waiting and the stage's own throttle in front of it, so it costs no write until Daraja throttles
 * one; for the next minute pushes take slots like everybody else.
 */
import type { Clock } from "../domain/clock.ts";
import { factorAt, slotTimes, slowed, spanMs, takenFrom } from "./gcra.ts";
import type { LaneRate } from "./gcra.ts";
import type { Log } from "./log.ts";
import { LANES } from "./pacing.ts";
import type { Lane, LanePace, SlotItems, Slots } from "./pacing.ts";

export interface SlotsDeps {
  readonly items: SlotItems;
  readonly rates: Readonly<Record<Lane, LaneRate>>;
  readonly clock: Clock;
  readonly wait: (ms: number) => Promise<void>;
  readonly log: Log;
}

/** Slots that one conditional write takes at most. */
const MOST_PER_WRITE = 10;
/** Callers that one process keeps waiting in one lane; more are told `too_late`. */
const MOST_WAITING = 1_000;
/** Writes that one block may need when others write in between. */
const MOST_WRITES = 8;
/** For how long after a throttled push this process's pushes take slots. */
const CAREFUL_MS = 60_000;

interface Waiter {
  readonly deadline: number;
  readonly settle: (turn: "go" | "too_late") => void;
}

interface LaneState {
  readonly lane: Lane;
  readonly rate: LaneRate;
  readonly waiting: Waiter[];
  /** The shared item as this process last saw it; null before that, and when there is none. */
  pace: LanePace | null;
  taking: boolean;
  /** How long the last write took, milliseconds: slots are asked for that much ahead, or they would be void on arrival. */
  leadMs: number;
  throttledAt: number;
}

const NO_SLOTS: readonly number[] = [];

/** The longest that slots are asked for ahead. */
const MOST_LEAD_MS = 1_000;

/** What one process wants of a lane: so many slots, the first of them at `until` at the latest. */
interface Want {
  readonly count: number;
  readonly until: number;
}

/** Tries once to take slots; null when somebody else moved the item, which is then known as it is. */
const tryBlock = async (deps: SlotsDeps, state: LaneState, want: Want): Promise<readonly number[] | null> => {
  const asked = deps.clock.now();
  const from = asked + state.leadMs;
  const { pace, lane } = state;
  if (pace && pace.tat > want.until) return NO_SLOTS;
  const byMs = spanMs(state.rate, pace ? factorAt(pace, asked) : 1, want.count);
  const busy = pace !== null && pace.tat >= from;
  const write = busy
    ? await deps.items.advance(lane, { byMs, slowedAt: pace.slowedAt, from, to: want.until })
    : await deps.items.swap(lane, { expected: pace, next: takenFrom(pace, from, byMs) });
  state.leadMs = Math.min(MOST_LEAD_MS, deps.clock.now() - asked);
  state.pace = write.pace;
  const taken = "taken" in write ? write.taken : write.swapped;
  return taken && write.pace ? slotTimes(write.pace.tat - byMs, byMs, want.count) : null;
};

const logUnreachable = (deps: SlotsDeps, lane: Lane, fault: unknown): void =>
  deps.log("pacing.shared_unreachable", { lane, error: fault instanceof Error ? fault.name : "unknown" });

/** Slots by this process's own account, while the shared item can't be reached. */
const takeAlone = (deps: SlotsDeps, state: LaneState, want: Want): readonly number[] => {
  const now = deps.clock.now();
  if (state.pace && state.pace.tat > want.until) return NO_SLOTS;
  const byMs = spanMs(state.rate, state.pace ? factorAt(state.pace, now) : 1, want.count);
  state.pace = takenFrom(state.pace, now, byMs);
  return slotTimes(state.pace.tat - byMs, byMs, want.count);
};

/** Up to `count` slots that start by `until`; none when the lane is taken for longer than that. */
const takeBlock = async (deps: SlotsDeps, state: LaneState, want: Want) => {
  try {
    for (let write = 0; write < MOST_WRITES; write += 1) {
      const slots = await tryBlock(deps, state, want);
      if (slots) return slots;
    }
    return NO_SLOTS;
  } catch (fault) {
    logUnreachable(deps, state.lane, fault);
    return takeAlone(deps, state, want);
  }
};

/** Sleeps until the slot and lets the caller go; a caller that woke up too late for it queues again, in front. */
const useSlot = async (deps: SlotsDeps, use: { state: LaneState; waiter: Waiter; slot: number }): Promise<void> => {
  const { state, waiter, slot } = use;
  const now = deps.clock.now();
  if (slot > now) await deps.wait(slot - now);
  if (deps.clock.now() <= slot + state.rate.jitterMs) {
    waiter.settle("go");
    return;
  }
  state.waiting.unshift(waiter);
  await serve(deps, state);
};

/** Serves everybody who waits in the lane, block by block, first come first served. */
const serve = async (deps: SlotsDeps, state: LaneState): Promise<void> => {
  if (state.taking) return;
  state.taking = true;
  await Promise.resolve();
  while (state.waiting.length > 0) {
    const block = state.waiting.splice(0, MOST_PER_WRITE);
    const until = Math.max(...block.map(({ deadline }) => deadline));
    const slots = until < deps.clock.now() ? NO_SLOTS : await takeBlock(deps, state, { count: block.length, until });
    for (const [place, waiter] of block.entries()) {
      const slot = slots[place];
      if (slot === undefined || slot > waiter.deadline) waiter.settle("too_late");
      else void useSlot(deps, { state, waiter, slot });
    }
  }
  state.taking = false;
};

/** Halves the lane's pace for all processes. When the item can't be reached this process slows alone. */
const slowDown = async (deps: SlotsDeps, state: LaneState): Promise<void> => {
  for (let write = 0; write < MOST_WRITES; write += 1) {
    const next = slowed(state.pace, deps.clock.now());
    if (next === null) return;
    try {
      const swap = await deps.items.swap(state.lane, { expected: state.pace, next });
      state.pace = swap.pace;
      if (!swap.swapped) continue;
    } catch (fault) {
      deps.log("pacing.shared_unreachable", {
        lane: state.lane,
        error: fault instanceof Error ? fault.name : "unknown",
      });
      state.pace = next;
    }
    deps.log("pacing.slowed", { lane: state.lane, factor: next.factor });
    return;
  }
};

/** The slots of one process; share it between all callers of the process. */
export const createSlots = (deps: SlotsDeps): Slots => {
  const fresh = (lane: Lane): LaneState => ({
    lane,
    rate: deps.rates[lane],
    waiting: [],
    pace: null,
    taking: false,
    leadMs: 0,
    throttledAt: Number.NEGATIVE_INFINITY,
  });
  const states: Readonly<Record<Lane, LaneState>> = { stk: fresh("stk"), query: fresh("query"), bulk: fresh("bulk") };

  const take = (lane: Lane, deadline: number): Promise<"go" | "too_late"> => {
    const state = states[lane];
    const free = lane === "stk" && deps.clock.now() - state.throttledAt >= CAREFUL_MS;
    if (free) return Promise.resolve("go");
    if (state.waiting.length >= MOST_WAITING) return Promise.resolve("too_late");
    return new Promise((settle) => {
      state.waiting.push({ deadline, settle });
      void serve(deps, state);
    });
  };

  /** The lane itself first: its next call may be waiting for this. */
  const throttled = async (lane: Lane): Promise<void> => {
    states[lane].throttledAt = deps.clock.now();
    for (const slower of LANES.slice(LANES.indexOf(lane))) await slowDown(deps, states[slower]);
  };

  return { take, throttled };
};
