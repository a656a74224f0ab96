/** Sends one change of a payment: alone when it can be, in one transaction with what belongs to it when it must be. */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Payment, Weighed } from "../domain/payment.ts";
import type { Item } from "./attributes.ts";
import { exceptionWrite, paymentUpdate, receiptClaim } from "./change-write.ts";
import type { PaymentChange } from "./change-write.ts";
import { entryOf } from "./entry.ts";
import type { Change } from "./entry.ts";
import { keptEvidencePut } from "./kept-evidence.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { sealText } from "./raw-evidence.ts";
import { transact, update } from "./transact.ts";

/** A sealed text beyond this lies beside the payment instead of in it, so that no message makes every later write dear. */
const LONGEST_INLINE_BYTES = 4_096;

export type Written =
  /** `item` is the payment's item after the write, when DynamoDB said so: transactions do not. */
  | { readonly written: true; readonly item: Item | null }
  | {
      readonly written: false;
      /** Whether the payment itself refused; `found` is then its item, null when it does not exist. */
      readonly refused: boolean;
      readonly found: Item | null;
      /** The receipt belongs to another transaction. */
      readonly receiptTaken: boolean;
    };

/** A change with all that is written along: its history entry, the sealed text, the hashed push. */
export type Described = Omit<PaymentChange, "condition">;

/** A taken push says everything in its facts; its hash is enough. Whatever surprised us is kept word for word. */
const keepsText = ({ evidence }: Weighed, change: Change): boolean =>
  evidence.finding !== "accepted" || change.exception !== null;

export const describe = async (
  deps: LedgerDeps,
  id: string,
  what: Pick<Described, "weighed" | "change">,
): Promise<Described> => {
  const { weighed, change } = what;
  const { raw } = weighed.evidence;
  const { push } = change.facts;
  return {
    id,
    weighed,
    change,
    entry: entryOf(id, weighed, change),
    sealedRaw: raw !== null && keepsText(weighed, change) ? await sealText(deps.vault, raw, id) : null,
    pushHash: push ? await deps.vault.hash(push.checkoutId) : null,
  };
};

const isLong = ({ sealedRaw }: Described): boolean => sealedRaw !== null && sealedRaw.length > LONGEST_INLINE_BYTES;

const claims = (table: string, { id, change }: Described): TransactWriteItem[] =>
  change.facts.receipt === undefined ? [] : [receiptClaim(table, change.facts.receipt, id)];

const exceptions = (table: string, { change, weighed }: Described, payment: Payment | null): TransactWriteItem[] =>
  change.exception && payment
    ? [exceptionWrite(table, payment, { kind: change.exception, at: weighed.evidence.at })]
    : [];

const longTexts = (table: string, described: Described): TransactWriteItem[] => {
  const { id, weighed, sealedRaw } = described;
  if (sealedRaw === null || weighed.rawHash === null || !isLong(described)) return [];
  const because = "it is in the history; its text is too long for it";
  return [keptEvidencePut(table, { id, evidence: weighed.evidence, rawHash: weighed.rawHash, sealedRaw, because })];
};

/**
 * Writes `change`, which opens an exception only when the `payment` it was decided on is given. A refusal is an answer;
 * everything else that goes wrong is thrown, and repeating the call is safe.
 */
export const writeChange = async (
  deps: LedgerDeps,
  change: PaymentChange,
  payment: Payment | null,
): Promise<Written> => {
  const table = deps.tables.transactions;
  const input = { TableName: table, ...paymentUpdate(isLong(change) ? { ...change, sealedRaw: null } : change) };
  const claimed = claims(table, change);
  const beside = [...claimed, ...exceptions(table, change, payment), ...longTexts(table, change)];
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
