/**
 * What payers know storefronts by. Pages that wait ask every few seconds, and a name changes once in years: it is read once
 * and good for a while.
 */
import type { Clock } from "../domain/clock.ts";
import type { Directory } from "../store/directory.ts";

/** How long a name is good for, in milliseconds. */
const GOOD_FOR_MS = 5 * 60_000;

/** More storefronts than a directory holds; beyond it the oldest is forgotten. */
const MOST_KNOWN = 1_000;

/** A storefront's name, or its id while nobody has named it. */
export const createMerchantNames = (deps: {
  readonly directory: Pick<Directory, "storefront">;
  readonly clock: Clock;
}): ((storefront: string) => Promise<string>) => {
  const known = new Map<string, { readonly name: string; readonly until: number }>();
  return async (storefront) => {
    const now = deps.clock.now();
    const kept = known.get(storefront);
    if (kept && now < kept.until) return kept.name;
    const name = (await deps.directory.storefront(storefront))?.name ?? storefront;
    known.delete(storefront);
    known.set(storefront, { name, until: now + GOOD_FOR_MS });
    const [oldest] = known.keys();
    if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest);
    return name;
  };
};
