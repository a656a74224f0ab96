/**
 * Makes two payments one: a confirmation came first and found nothing that it could belong to, and now a push's own
 * callback names its receipt. What must stay true: the receipt passes from the one to the other, and both say so in their
 * histories, in the write that settles the push's payment; at every moment exactly one payment holds the money.
 */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import type { Payment } from "../domain/payment.ts";
import { refundsOf } from "../domain/refund-share.ts";
import { readText, text } from "./attributes.ts";
import { asRead, chainedUpdate } from "./change-write.ts";
import { chained } from "./entry.ts";
import { STATE_CODES } from "./history-item.ts";
import type { NewEntry } from "./history-item.ts";
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { isPaymentId } from "../domain/ids.ts";
import { PAYMENT_AT as AT } from "./payment-item.ts";
import { readItem, readOne } from "./read.ts";
import { writeChange } from "./write-change.ts";
import type { LedgerChange, Written } from "./write-change.ts";

/**
 * Whether `paybill`, which holds the receipt, is nothing but an earlier word of `payment`. A refund that failed may still
 * turn out to have given money back, and that has to find its payment as it was.
 */
const isSame = (paybill: Payment, payment: Payment): boolean =>
  payment.source === "stk" &&
  paybill.source === "paybill" &&
  paybill.state === "succeeded" &&
  paybill.refunded + paybill.refunding === 0 &&
  refundsOf(paybill).length === 0 &&
  paybill.amount === payment.amount &&
  paybill.shortcode === payment.shortcode;

/** Who holds a receipt, when that is a payment. */
const holderOf = async (deps: LedgerDeps, receipt: string): Promise<Payment | null> => {
  const claim = await readItem(deps, keys.receiptClaim(receipt));
  const owner = claim && readText(claim, "id");
  return owner !== null && isPaymentId(owner) ? readOne(deps, owner) : null;
};

/** The claim passes on, unless somebody else has it by now. */
const claimMove = (table: string, receipt: string, { from, to }: { readonly from: string; readonly to: string }) => ({
  Put: {
    TableName: table,
    Item: { [AT.id]: text(keys.receiptClaim(receipt)), id: text(to) },
    ConditionExpression: "id = :from",
    ExpressionAttributeValues: { ":from": text(from) },
  },
});

/** The payment from the menu ends: it never was one of its own. */
const ending = (table: string, paybill: Payment, { id, entry }: LedgerChange): TransactWriteItem => {
  const { at, source, by, requestId } = entry;
  const merged = chained(paybill.id, {
    at,
    finding: "merged",
    to: "merged",
    source,
    by,
    requestId,
    facts: { merged_into: id },
    exception: null,
    rawHash: null,
  });
  const edit = { set: { [AT.state]: STATE_CODES.write("merged"), [AT.mergedInto]: text(id) }, remove: [AT.pushKey] };
  const write = { id: paybill.id, edit, condition: asRead(paybill) };
  return { Update: { TableName: table, ...chainedUpdate(write, merged, null) } };
};

interface Merged {
  readonly written: Written;
  /** What the payment's history says about it. */
  readonly entry: NewEntry;
}

/**
 * `refused` is how writing `change` to `payment` went. When nothing but its receipt stood in the way, and a payment from the
 * menu holds that which can be no other, the change is written with the merge; else it stays refused.
 */
export const orMerge = async (
  deps: LedgerDeps,
  { payment, change }: { readonly payment: Payment; readonly change: LedgerChange },
  refused: Written,
): Promise<Merged> => {
  const { receipt, entry } = change;
  if (refused.written || !refused.receiptTaken || receipt === null) return { written: refused, entry };
  // The payment has changed meanwhile: whose the receipt is matters only once it holds still.
  if (refused.refused) return { written: { ...refused, receiptTaken: false }, entry };
  const paybill = await holderOf(deps, receipt);
  if (!paybill || !isSame(paybill, payment)) return { written: refused, entry };
  const table = deps.tables.transactions;
  const told = chained(payment.id, { ...entry, facts: { ...entry.facts, merged_from: paybill.id } });
  const move = claimMove(table, receipt, { from: paybill.id, to: payment.id });
  const along = [...change.along, move, ending(table, paybill, change)];
  return { written: await writeChange(deps, { ...change, entry: told, receipt: null, along }), entry: told };
};
