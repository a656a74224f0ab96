/** What a world of payouts has come to: what the ledger holds, and what the simulator knows really happened. */
import type { Payout } from "../../../functions/domain/payout.ts";
import type { Item } from "../../../functions/store/attributes.ts";
import type { readBatchItem } from "../../../functions/store/batch-item.ts";
import type { readPayment } from "../../../functions/store/payment-item.ts";
import type { readRefund } from "../../../functions/store/refund-item.ts";
import type { TransactionView } from "../../../sandbox/daraja/core/transactions.ts";
import type { Scenario } from "./scenario.ts";
import type { Told } from "./storefronts.ts";

/** A result that Safaricom was told is stored. */
export interface Acknowledged {
  readonly id: string;
  readonly body: string;
}

export interface Ending {
  /** All items of the ledger's table. */
  readonly items: readonly Item[];
  /** What M-PESA took. */
  readonly truth: readonly TransactionView[];
  /** The most payouts that M-PESA saw in any second. */
  readonly busiestSecond: number;
  /** What payouts took from the utility account, whole shillings. */
  readonly leftUtility: number;
  readonly told: readonly Told[];
  readonly acknowledged: readonly Acknowledged[];
  readonly files: ReadonlyMap<string, Uint8Array>;
  /** Messages about payouts that were given up. */
  readonly dead: readonly string[];
  readonly scenario: Scenario;
}

/** The ledger, read. */
export interface Ledger {
  readonly payouts: readonly Payout[];
  readonly batches: readonly ReturnType<typeof readBatchItem>[];
  readonly refunds: readonly ReturnType<typeof readRefund>[];
  readonly payments: readonly ReturnType<typeof readPayment>[];
  readonly items: ReadonlyMap<string, Item>;
  /** Whether somebody was told to look at it, for something that only a person can judge. */
  readonly isSeen: (transaction: Pick<Payout, "id" | "history">) => boolean;
}
