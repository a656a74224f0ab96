/**
 * How faults are drawn and when they happen, for every kind of world. What must stay true: a rate of nothing draws no
 * more than whether there is one, so that a scenario's later draws do not hang on it.
 */
import type { Chance } from "./prng.ts";

/** A rate of at most `most`; none at all but in a share of the worlds. */
export const drawn = (chance: Chance, most: number, share: number): number =>
  chance.happens(share) ? chance.next() * most : 0;

/** The same for each of several rates. */
export const drawAll = <K extends string>(
  chance: Chance,
  most: Readonly<Record<K, number>>,
  share: number,
): Record<K, number> =>
  Object.fromEntries(
    Object.entries<number>(most).map(([name, value]) => [name, drawn(chance, value, share)]),
  ) as Record<K, number>;

/** A while in which nothing works somewhere, milliseconds after the world begins. */
export interface OutageOf<R> {
  readonly from: number;
  readonly until: number;
  readonly rates: Partial<R>;
}

/** What goes wrong `at` milliseconds after the world began. */
export const ratesDuring = <R extends object>(
  { rates, outages }: { readonly rates: R; readonly outages: readonly OutageOf<R>[] },
  at: number,
): R => {
  const outage = outages.find(({ from, until }) => from <= at && at < until);
  return outage ? { ...rates, ...outage.rates } : rates;
};
