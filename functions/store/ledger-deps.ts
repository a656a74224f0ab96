/** What every part of the ledger works with. */
import type { Clock } from "../domain/clock.ts";
import type { PhoneVault } from "./phone-vault.ts";
import type { Writer } from "./transact.ts";

export interface LedgerDeps extends Writer {
  /** Physical names of the tables. */
  readonly tables: { readonly transactions: string; readonly coordination: string };
  readonly vault: PhoneVault;
  readonly clock: Clock;
}
