/**
 * Makes a payout in place of a failed one, after what stopped it was mended. What must stay true: one transaction marks
 * the old one and makes the new one, so a failed payout is replaced once and never lost on the way.
 */
import { decidePayout } from "../domain/decide-payout.ts";
import type { Payout, PayoutIntent, WeighedPayout } from "../domain/payout.ts";
import { chainedUpdate } from "./change-write.ts";
import { LedgerBusy } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { payoutItem, payoutPut } from "./open-payout.ts";
import { payoutWrite } from "./payout-change.ts";
import type { PayoutChange } from "./payout-entry.ts";
import { readPayout } from "./payout-item.ts";
import { tallyWrites } from "./tally.ts";
import { transact } from "./transact.ts";
import type { Refusal } from "./transact.ts";
import type { NewItem } from "./transaction-item.ts";

/** How often the old payout may change under us before we give up. */
const ROUNDS = 5;

const weighed = ({ id, createdAt, openedBy, requestId }: PayoutIntent): WeighedPayout => ({
  evidence: {
    finding: "replaced",
    replacedBy: id,
    source: "sweep",
    at: createdAt,
    by: openedBy,
    requestId,
    raw: null,
  },
  phoneHash: null,
  rawHash: null,
});

interface Replacement {
  readonly what: { readonly weighed: WeighedPayout; readonly change: PayoutChange };
  readonly item: NewItem;
}

/** Null when it was written; else what the old payout had become. */
const write = async (deps: LedgerDeps, old: Payout, { what, item }: Replacement): Promise<Refusal> => {
  const table = deps.tables.transactions;
  const { write: marked, next } = await payoutWrite(deps, old, what);
  const result = await transact(deps, [
    {
      Update: {
        TableName: table,
        ...chainedUpdate(marked, marked.entry, null),
        ReturnValuesOnConditionCheckFailure: "ALL_OLD",
      },
    },
    payoutPut(table, item),
    ...tallyWrites(table, [
      { before: old, after: next },
      { before: null, after: readPayout(item) },
    ]),
  ]);
  if (result.written) return null;
  const [refusal] = result.refusals;
  if (!refusal)
    throw new Error(`payout ${next.replacedBy ?? ""} exists but replaces nothing; look at payout ${old.id}`);
  return refusal;
};

/** Whether it pays the same to the same, and follows upon the old one: each row has one payout of each generation. */
const succeeds = (old: Payout, next: Payout): boolean =>
  next.id !== old.id &&
  next.storefront === old.storefront &&
  next.shortcode === old.shortcode &&
  next.amount === old.amount &&
  next.phoneHash === old.phoneHash &&
  next.batch?.id === old.batch?.id &&
  next.batch?.digest === old.batch?.digest &&
  next.batch?.position === old.batch?.position &&
  (next.batch?.generation ?? 0) === (old.batch === null ? 0 : old.batch.generation + 1);

export const createReplace =
  (deps: LedgerDeps) =>
  async (old: Payout, intent: PayoutIntent): Promise<boolean> => {
    const item = await payoutItem(deps, intent);
    if (!succeeds(old, readPayout(item))) throw new Error(`payout ${intent.id} can't take the place of ${old.id}`);
    const replaced = weighed(intent);
    let payout = old;
    for (let round = 0; round < ROUNDS; round += 1) {
      const change = decidePayout(payout, replaced);
      if (change.decision === "ignore") return false;
      const refusal = await write(deps, payout, { what: { weighed: replaced, change }, item });
      if (refusal === null) return true;
      if (!refusal.found) return false;
      payout = readPayout(refusal.found);
    }
    throw new LedgerBusy(old.id);
  };
