/**
 * Puts payouts on the ledger. The id of a single one derives from the Idempotency-Key and that of a batch's row from its
 * place, so the item that refuses a second write is the answer: what is there stays as it is.
 */
import type { Payout, PayoutIntent } from "../domain/payout.ts";
import { createdPayoutEntry } from "./payout-entry.ts";
import { newPayoutItem, readPayout } from "./payout-item.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import type { OpenPayoutOutcome } from "./payout-ledger.ts";
import { LedgerBusy } from "./ledger.ts";
import { eachAtMost } from "./each-at-most.ts";
import { tallyWrites } from "./tally.ts";
import { put, transact } from "./transact.ts";
import type { NewItem } from "./transaction-item.ts";

/** How many rows are opened by one call, and how many of them at a time. */
const MOST_ROWS = 100;
const ROWS_AT_A_TIME = 25;

/** The intent as an item, its phone sealed. */
export const payoutItem = async (deps: LedgerDeps, intent: PayoutIntent): Promise<NewItem> => {
  const phoneHash = await deps.vault.hash(intent.phone);
  const phone = await deps.vault.seal(Buffer.from(intent.phone), intent.id);
  return newPayoutItem(intent, { phoneHash, phone }, createdPayoutEntry(intent));
};

const settled = (intent: PayoutIntent, payout: Payout): OpenPayoutOutcome =>
  payout.fingerprint === intent.fingerprint && payout.storefront === intent.storefront
    ? { opened: "existing", payout }
    : { opened: "reused_key", payout };

/** For a transaction: makes the payout unless there is one of its name. */
export const payoutPut = (table: string, item: NewItem) => ({
  Put: {
    TableName: table,
    Item: item,
    ConditionExpression: "attribute_not_exists(pk)",
    ReturnValuesOnConditionCheckFailure: "ALL_OLD" as const,
  },
});

export const createOpenPayout =
  (deps: LedgerDeps) =>
  async (intent: PayoutIntent): Promise<OpenPayoutOutcome> => {
    const { transactions } = deps.tables;
    const item = await payoutItem(deps, intent);
    const payout = readPayout(item);
    const tally = tallyWrites(transactions, [{ before: null, after: payout }]);
    const result = await transact(deps, [payoutPut(transactions, item), ...tally]);
    if (result.written) return { opened: "new", payout };
    const found = result.refusals[0]?.found;
    if (!found) throw new LedgerBusy(intent.id);
    return settled(intent, readPayout(found));
  };

export const createOpenRows =
  (deps: LedgerDeps) =>
  async (intents: readonly PayoutIntent[]): Promise<void> => {
    if (intents.length > MOST_ROWS) throw new RangeError(`openRows() takes at most ${MOST_ROWS} payouts`);
    // A payout of its own is counted when it is made; here it would be missing from the tally for good.
    if (intents.some(({ batch }) => batch === null)) throw new Error("openRows() takes payouts of a batch alone");
    await eachAtMost(ROWS_AT_A_TIME, intents, async (intent) => {
      const { Put } = payoutPut(deps.tables.transactions, await payoutItem(deps, intent));
      await put(deps, Put);
    });
  };
