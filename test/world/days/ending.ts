/** What is known of a world of days that has come to rest: what the ledger and the bucket hold, and what really happened. */
import type { Ending as PaymentsEnding } from "../payments/ending.ts";
import type { HandedIn, Resolved } from "./desk.ts";

export interface Ending extends PaymentsEnding {
  readonly handedIn: readonly HandedIn[];
  readonly resolved: readonly Resolved[];
  /** When each day was first closed, by its key; epoch milliseconds. */
  readonly closedAt: ReadonlyMap<string, number>;
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Nights of which Lambda gave up telling. */
  readonly nightsGivenUp: number;
  /** Messages about days that were given up. */
  readonly dead: readonly string[];
}
