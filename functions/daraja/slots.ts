/**
 * Slots shared by all processes. Callers that wait in one process take their slots together, so a busy process pays one
 * conditional write for a whole block and an idle one wastes none. What must stay true: a call starts within its slot
 * or takes another, and whoever can't start before its deadline is told so at once. A lane that measures how late calls
 * start gives the turn ahead of the slot, and the last look at the clock comes right before the request.
 *
 * A push has a person waiting and the stage's own throttle in front of it, so it costs no write until Daraja throttles
 * one; for the next minute pushes take slots like everybody else.
 */
import type { LaneRate } from "./gcra.ts";
import { slowDown, slowedSince, takeBlock, viewOf } from "./lane-pace.ts";
import type { Block, LanePaceDeps, LaneView } from "./lane-pace.ts";
import { LANES } from "./pacing.ts";
import type { Lane, Slots, Turn } from "./pacing.ts";

export interface SlotsDeps extends LanePaceDeps {
  readonly rates: Readonly<Record<Lane, LaneRate>>;
  readonly wait: (ms: number) => Promise<void>;
  /** Told of each block of slots that was taken: how much of the lane is used. */
  readonly onTaken?: (lane: Lane, slots: number) => void;
}

/** Slots that one conditional write takes at most. */
const MOST_PER_WRITE = 10;
/** Callers that one process keeps waiting in one lane; more are told `too_late`. */
const MOST_WAITING = 1_000;
/** For how long after a throttled push this process's pushes take slots. */
const CAREFUL_MS = 60_000;

/** The longest that a caller waits for company before slots are taken. */
const MOST_GATHER_MS = 1_000;

interface Waiter {
  readonly deadline: number;
  readonly settle: (turn: Turn) => void;
}

interface LaneState extends LaneView {
  readonly waiting: Waiter[];
  taking: boolean;
  throttledAt: number;
}

/** The clock shows whole milliseconds: a moment lies up to this much after what it shows. */
const CLOCK_STEP_MS = 1;
/** A timer may fire a moment early; a slot is never begun before its time. */
const MOST_NAPS = 3;

const sleepUntil = async ({ clock, wait }: SlotsDeps, at: number): Promise<void> => {
  for (let nap = 0; nap < MOST_NAPS && clock.now() < at; nap += 1) await wait(at - clock.now());
};

/** A slot as its caller gets it, ahead of its moment when there is something to measure. */
const turnIn = (deps: SlotsDeps, state: LaneState, { at, withinMs }: { at: number; withinMs: number }): Turn => {
  const { lateness } = state;
  if (lateness === null) return "go";
  const start = async (): Promise<boolean> => {
    await sleepUntil(deps, at);
    const late = deps.clock.now() - at + CLOCK_STEP_MS;
    lateness.note(late);
    return late <= withinMs;
  };
  return { at, start };
};

const headStartMs = ({ rate }: LaneState): number => rate.measured?.aheadMs ?? 0;

/**
 * Sleeps until the caller's turn and lets it go. A caller that woke up too late for its slot, or whose lane slowed
 * meanwhile, queues again, in front.
 */
const useSlot = async (
  deps: SlotsDeps,
  state: LaneState,
  use: { waiter: Waiter; at: number; block: Block },
): Promise<void> => {
  const { waiter, at, block } = use;
  await sleepUntil(deps, at - headStartMs(state));
  const late = deps.clock.now() - at;
  if (late <= block.withinMs && !slowedSince(state, block.takenUnder)) {
    waiter.settle(turnIn(deps, state, { at, withinMs: block.withinMs }));
    return;
  }
  state.waiting.unshift(waiter);
  await serve(deps, state);
};

/** Tells those whose deadline comes before the next free slot; the lane never gets freer than it is known to be. */
const dismiss = (deps: SlotsDeps, state: LaneState): void => {
  const earliest = Math.max(deps.clock.now(), state.pace?.tat ?? 0);
  const waiting = state.waiting.splice(0);
  for (const waiter of waiting) {
    if (waiter.deadline < earliest) waiter.settle("too_late");
    else state.waiting.push(waiter);
  }
};

/**
 * While the lane is taken for some time ahead nobody loses by waiting a part of it for company: callers that come back
 * one by one then share a write.
 */
const gather = async (deps: SlotsDeps, state: LaneState): Promise<void> => {
  const aheadMs = (state.pace?.tat ?? 0) - deps.clock.now() - state.leadMs - headStartMs(state);
  if (aheadMs <= 0 || state.waiting.length === 0 || state.waiting.length >= MOST_PER_WRITE) return;
  await deps.wait(Math.min(MOST_GATHER_MS, aheadMs / 2));
};

/** Serves everybody who waits in the lane, block by block, first come first served. */
const serve = async (deps: SlotsDeps, state: LaneState): Promise<void> => {
  if (state.taking) return;
  state.taking = true;
  await Promise.resolve();
  while (state.waiting.length > 0) {
    dismiss(deps, state);
    await gather(deps, state);
    const waiters = state.waiting.splice(0, MOST_PER_WRITE);
    if (waiters.length === 0) continue;
    const until = Math.max(...waiters.map(({ deadline }) => deadline));
    const block = await takeBlock(deps, state, { count: waiters.length, until });
    if (block.slots.length > 0) deps.onTaken?.(state.lane, block.slots.length);
    for (const [place, waiter] of waiters.entries()) {
      const at = block.slots[place];
      if (at === undefined || at > waiter.deadline) waiter.settle("too_late");
      else void useSlot(deps, state, { waiter, at, block });
    }
  }
  state.taking = false;
};

/** The slots of one process; share it between all callers of the process. */
export const createSlots = (deps: SlotsDeps): Slots => {
  const fresh = (lane: Lane): LaneState => ({
    ...viewOf(lane, deps.rates[lane]),
    waiting: [],
    taking: false,
    throttledAt: Number.NEGATIVE_INFINITY,
  });
  const states: Readonly<Record<Lane, LaneState>> = { stk: fresh("stk"), query: fresh("query"), bulk: fresh("bulk") };

  const take = (lane: Lane, deadline: number): Promise<Turn> => {
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
    const { takenUnder } = states[lane];
    states[lane].throttledAt = deps.clock.now();
    for (const slower of LANES.slice(LANES.indexOf(lane)))
      await slowDown(deps, states[slower], slower === lane ? takenUnder : null);
  };

  return { take, throttled };
};
