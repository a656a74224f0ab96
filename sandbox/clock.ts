/**
 * The sandbox's clock: the machine's, or so far ahead of it as somebody has travelled. Functions, schedules, buckets and the
 * simulator all go by it, so a night can be over in a moment. What must stay true: it never goes back, and nobody waits
 * longer for it: timers run by the machine's own clock.
 */

export type TravelClock = {
  /** Epoch milliseconds. */
  readonly now: () => number;
  /** How far ahead it is, milliseconds, in memory that instances of functions share. */
  readonly ahead: SharedArrayBuffer;
  /** Goes `ms` ahead and tells everybody who waits for a time. */
  travel(ms: number): void;
  /** `arrive` is called after each travel. */
  onTravel(arrive: () => void): void;
};

export const createTravelClock = (): TravelClock => {
  const ahead = new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT);
  const offset = new BigInt64Array(ahead);
  const listeners: (() => void)[] = [];
  return {
    ahead,
    now: () => Date.now() + Number(Atomics.load(offset, 0)),
    travel(ms) {
      if (!Number.isSafeInteger(ms) || ms < 0) throw new RangeError(`nobody can travel ${ms} ms`);
      Atomics.add(offset, 0, BigInt(ms));
      for (const arrive of listeners) arrive();
    },
    onTravel: (arrive) => void listeners.push(arrive),
  };
};
