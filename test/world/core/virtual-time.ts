/**
 * A clock that nobody waits for. Whatever waits is an event; time jumps from one to the next. What must stay true: between
 * two events everything that can go on has gone on, so two runs of one seed take the same steps; and time never goes back.
 */
import { createEventHeap } from "./event-heap.ts";

export type VirtualTime = ReturnType<typeof createVirtualTime>;

/**
 * Everything that was waiting for a promise has run when this resolves: Node takes the next tick only when no promise has
 * anything left to do. Nothing in a world waits for the machine, so a world needs no turn of the event loop of its own.
 */
const settled = (): Promise<void> => new Promise((resolve) => process.nextTick(resolve));

/** Turns of the machine that one event gets while something may be at work that needs many of them. */
const TURNS = 40;

/** Lets the machine see to what is its own, once per world. */
const breath = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/**
 * `isBusy`: whether streams of the machine may be at work, which go on turn by turn and wait for nobody's time: then each
 * event lasts until they have come as far as they can.
 */
export const createVirtualTime = (start: number, isBusy: () => boolean = () => false) => {
  const heap = createEventHeap();
  let now = start;
  let turns = 0;

  /** Runs `run` once, `ms` from now, to the millisecond as a machine's clock tells it; what comes back cancels it. */
  const after = (ms: number, run: () => void): (() => void) => {
    let cancelled = false;
    turns += 1;
    heap.put({ at: now + Math.max(0, Math.round(ms)), turn: turns, run: () => (cancelled ? undefined : run()) });
    return () => {
      cancelled = true;
    };
  };

  return {
    now: (): number => now,
    after,
    wait: (ms: number): Promise<void> => new Promise((resolve) => after(ms, resolve)),
    /** Lets everything up to `until` happen. `each` is called after each event; `mostEvents` bounds a world that turns in circles. */
    async run({ until, mostEvents, each }: { until: number; mostEvents: number; each?: () => void }): Promise<void> {
      await breath();
      for (let happened = 0; ; happened += 1) {
        const event = heap.take();
        if (!event) return;
        if (event.at > until) {
          heap.put(event);
          now = until;
          return;
        }
        if (happened >= mostEvents) throw new Error(`more than ${mostEvents} events: the world turns in circles`);
        now = event.at;
        event.run();
        await settled();
        for (let taken = 0; isBusy() && taken < TURNS; taken += 1) await settled();
        each?.();
      }
    },
  };
};
