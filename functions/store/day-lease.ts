/**
 * Whose turn it is to close a day: a lease as for freezing, under a name that no storefront can have. What must stay true:
 * the ledger's conditional write decides which run counts; the lease only keeps two from doing the same work at once.
 */
import type { CoordinationDeps } from "./coordination.ts";
import { createFreezeLease } from "./freeze-lease.ts";

interface DayName {
  readonly shortcode: string;
  readonly day: string;
}

export interface DayLease {
  /** Takes it for `forMs`, if nobody holds it. `holder` is new for each turn. */
  take(day: DayName, turn: { readonly holder: string; readonly forMs: number }): Promise<boolean>;
  /** Lets others have it at once, if `holder` holds it still. */
  giveUp(day: DayName, holder: string): Promise<void>;
}

const nameOf = ({ shortcode, day }: DayName): string => `day#${shortcode}#${day}`;

export const createDayLease = (deps: CoordinationDeps): DayLease => {
  const leases = createFreezeLease(deps);
  return {
    take: (day, turn) => leases.take(nameOf(day), turn),
    giveUp: (day, holder) => leases.giveUp(nameOf(day), { holder, afterMs: 0 }),
  };
};
