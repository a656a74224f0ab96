/** Sends one change: alone when it can be, in one transaction with what belongs to it when it must be. */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Item } from "./attributes.ts";
import { chainedUpdate, receiptClaim } from "./change-write.ts";
import type { EditWrite } from "./change-write.ts";
import { exceptionWrite } from "./exception-item.ts";
import type { NewEntry } from "./history-item.ts";
import { keptEvidencePut } from "./kept-evidence.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { transact, update } from "./transact.ts";

/** A sealed text beyond this lies beside its transaction instead of in it, so that no message makes every later write dear. */
export const LONGEST_INLINE_BYTES = 4_096;

export type Written =
  /** `item` is the item after the write, when DynamoDB said so: transactions do not. */
  | { readonly written: true; readonly item: Item | null }
  | {
      readonly written: false;
      /** Whether the changed item itself refused; `found` is then that item, null when it does not exist. */
      readonly refused: boolean;
      readonly found: Item | null;
      /** The receipt belongs to another transaction. */
      readonly receiptTaken: boolean;
    };

/** A change with all that is written along. */
export interface LedgerChange extends EditWrite {
  readonly entry: NewEntry;
  /** The text behind the entry; null when there is none, or none is kept. */
  readonly sealedRaw: Uint8Array | null;
  /** The receipt that the change brings; null when it brings none. */
  readonly receipt: string | null;
  /** Under whom the entry's exception is listed. Null when nobody has read the item: then there is no exception either. */
  readonly storefront: string | null;
  /** Other writes of the same transaction: a tally's, or what makes another payment part of this one. */
  readonly along: readonly TransactWriteItem[];
}

const isLong = ({ sealedRaw }: LedgerChange): boolean => sealedRaw !== null && sealedRaw.length > LONGEST_INLINE_BYTES;

const claims = (table: string, { id, receipt }: LedgerChange): TransactWriteItem[] =>
  receipt === null ? [] : [receiptClaim(table, receipt, id)];

const exceptions = (table: string, { id, entry, storefront }: LedgerChange): TransactWriteItem[] =>
  entry.exception !== null && storefront !== null
    ? [exceptionWrite(table, { id, storefront }, { ...entry, exception: entry.exception })]
    : [];

const longTexts = (table: string, change: LedgerChange): TransactWriteItem[] => {
  const { id, entry, sealedRaw } = change;
  if (sealedRaw === null || entry.rawHash === null || !isLong(change)) return [];
  const because = "it is in the history; its text is too long for it";
  return [keptEvidencePut(table, { id, said: entry, rawHash: entry.rawHash, sealedRaw, because })];
};

/** A refusal is an answer; everything else that goes wrong is thrown, and repeating the call is safe. */
export const writeChange = async (deps: LedgerDeps, change: LedgerChange): Promise<Written> => {
  const table = deps.tables.transactions;
  const input = { TableName: table, ...chainedUpdate(change, change.entry, isLong(change) ? null : change.sealedRaw) };
  const claimed = claims(table, change);
  const beside = [...claimed, ...exceptions(table, change), ...longTexts(table, change), ...change.along];
  if (beside.length === 0) {
    const result = await update(deps, input);
    return result.written
      ? { written: true, item: result.item }
      : { written: false, refused: true, found: result.found, receiptTaken: false };
  }
  const result = await transact(deps, [
    { Update: { ...input, ReturnValuesOnConditionCheckFailure: "ALL_OLD" } },
    ...beside,
  ]);
  if (result.written) return { written: true, item: null };
  const [refusal, claim] = result.refusals;
  return {
    written: false,
    refused: Boolean(refusal),
    found: refusal?.found ?? null,
    receiptTaken: claimed.length > 0 && Boolean(claim),
  };
};
