/**
 * Makes a broken world small: drops orders, rules, outages and rates for as long as the world stays wrong in the same way.
 * What must stay true: what comes out is wrong in that way, and no larger than what went in; the search has an end.
 */
import type { Lived, Shrinkable } from "./lived.ts";

/** A violation without its names and numbers: what kind of wrong it is. */
export const kindOf = (violation: string): string =>
  violation
    .replace(/\b(pay|pyo|bat|rfd|exc|stm|whe|dlv|evt)_\w+/g, "$1")
    .replace(/\b(order|eager|one|back|batch)-\d+/g, "an order")
    .replace(/\bUK[A-Z][0-9A-Z]{7}\b/g, "a receipt")
    .replace(/\d+/g, "n");

/** A world that is wrong, and all that is needed to live through it again. */
export interface Broken<S> {
  readonly seed: number;
  readonly scenario: S;
  readonly lived: Lived;
}

/** The most worlds that a search lives through. */
const MOST_TRIES = 600;

interface Wanted {
  readonly seed: number;
  readonly orders: number;
  /** The most worlds that this search lives through. */
  readonly most?: number;
}

/** The smallest scenario found in which seed `seed` goes wrong as it does with the scenario that it draws; null when it holds. */
export const shrink = async <S>(
  { live, draw, smaller }: Shrinkable<S>,
  { seed, orders, most = MOST_TRIES }: Wanted,
): Promise<Broken<S> | null> => {
  const scenario = draw(seed, orders);
  const lived = await live({ seed, scenario, isTold: false });
  const [first] = lived.violations;
  if (first === undefined) return null;
  const kind = kindOf(first);
  let best: Broken<S> = { seed, scenario, lived };
  let tries = 0;

  const step = async (): Promise<boolean> => {
    for (const candidate of smaller(best.scenario)) {
      if (tries >= most) return false;
      tries += 1;
      const tried = await live({ seed, scenario: candidate, isTold: false });
      if (!tried.violations.some((violation) => kindOf(violation) === kind)) continue;
      best = { seed, scenario: candidate, lived: tried };
      return true;
    }
    return false;
  };
  while (await step());
  return best;
};
