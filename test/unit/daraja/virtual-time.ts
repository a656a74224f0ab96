/**
 * Time that passes only when everybody is waiting: waits end in the order of their moments, and every promise that a
 * moment sets free settles before the next moment comes.
 */
export interface VirtualTime {
  readonly now: () => number;
  readonly wait: (ms: number) => Promise<void>;
  /** Lets time pass until nobody waits any more, or until `limitMs` have gone by. */
  readonly run: (limitMs?: number) => Promise<void>;
}

export const virtualTime = (start = Date.UTC(2026, 10, 21, 6)): VirtualTime => {
  let now = start;
  let order = 0;
  const sleepers: { at: number; order: number; wake: () => void }[] = [];
  const settle = () => new Promise<void>((resolve) => setImmediate(resolve));
  return {
    now: () => now,
    wait: (ms) => new Promise((wake) => sleepers.push({ at: now + Math.max(0, ms), order: (order += 1), wake })),
    run: async (limitMs = 3_600_000) => {
      const end = now + limitMs;
      for (;;) {
        await settle();
        sleepers.sort((a, b) => a.at - b.at || a.order - b.order);
        const next = sleepers[0];
        if (next === undefined || next.at > end) return;
        sleepers.shift();
        now = Math.max(now, next.at);
        next.wake();
      }
    },
  };
};

/** A small generator of numbers in [0, 1) that repeats itself for the same seed (mulberry32). */
export const seededRandom = (seed: number): (() => number) => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
};
