/** What the ledger promises about a shortcode's payout lane and balances; `dynamo-lanes.ts` keeps the promise. */
import type { Balances } from "../domain/balance.ts";
import type { PayoutLane } from "../domain/payout-lane.ts";

/** The last known balances. */
export interface BalanceRecord extends Balances {
  /** Id of the question. */
  readonly id: string;
  /** When the answer reached us, epoch milliseconds. */
  readonly receivedAt: number;
}

export interface LaneLedger {
  /** Consistent. A shortcode whose lane nobody has used has an empty one, version 0. */
  lane(shortcode: string): Promise<PayoutLane>;
  /** Writes `next` over exactly the version of `seen`; null when somebody changed it meanwhile: read and decide again. */
  changeLane(seen: PayoutLane, next: Pick<PayoutLane, "halt" | "provenFor" | "probe">): Promise<PayoutLane | null>;
  /** Keeps the balances unless newer ones are known. */
  keepBalances(shortcode: string, balances: BalanceRecord): Promise<void>;
  balances(shortcode: string): Promise<BalanceRecord | null>;
}
