/**
 * Randomness with a seed (mulberry32). It names things and rolls the dice for faults; it protects nothing, so being
 * repeatable matters and being unpredictable does not.
 */
export type Random = () => number;

/** A generator of numbers in [0, 1) that gives the same sequence for the same seed. */
export const seededRandom = (seed: number): Random => {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};

/** `length` characters drawn from `alphabet`. */
export const drawText = (random: Random, alphabet: string, length: number): string => {
  let text = "";
  while (text.length < length) text += alphabet.charAt(Math.floor(random() * alphabet.length));
  return text;
};

/** A number of milliseconds from half of `ms` to one and a half times it. */
export const jittered = (random: Random, ms: number): number => ms * (0.5 + random());
