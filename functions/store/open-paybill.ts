/**
 * Puts a payment on the ledger that a customer made from the phone's menu. What must stay true: the payment, its receipt's
 * claim, the text that told of it and, where one is due, its exception are one write; a receipt that anything else holds
 * opens nothing.
 */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { sha256Hex } from "../domain/canonical-json.ts";
import { madeAt, shownPhone, wholePhone } from "../domain/paybill.ts";
import type { PaybillPayment } from "../domain/paybill.ts";
import { bytes, number, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { receiptClaim } from "./change-write.ts";
import { chained, paidFacts } from "./entry.ts";
import { exceptionWrite } from "./exception-item.ts";
import { STATE_CODES } from "./history-item.ts";
import type { NewEntry } from "./history-item.ts";
import { keptEvidencePut } from "./kept-evidence.ts";
import { keys } from "./keys.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { PAYMENT_AT as AT, ROUTING_CODES } from "./payment-item.ts";
import { transact } from "./transact.ts";
import { writeBeginning } from "./transaction-item.ts";
import type { NewItem } from "./transaction-item.ts";
import { LONGEST_INLINE_BYTES } from "./write-change.ts";

/** The first entry: money that moved is where this payment begins. */
const firstEntry = ({ id, routing, told, isAmbiguous }: PaybillPayment): NewEntry => {
  const { at, source, by, requestId, raw } = told;
  return chained(id, {
    at,
    finding: "paid",
    to: "succeeded",
    source,
    by,
    requestId,
    facts: { ...paidFacts(told), routing },
    exception: isAmbiguous ? "ambiguous" : null,
    rawHash: raw === null ? null : sha256Hex(raw),
  });
};

/** The payer as far as M-PESA says; a number is sealed and searchable only where it is known whole. */
const payerOf = async (deps: LedgerDeps, { id, storefront, told }: PaybillPayment): Promise<NewItem> => {
  const whole = wholePhone(told);
  const shown = shownPhone(told);
  const { name } = told.payer;
  return {
    ...(whole === null
      ? {}
      : {
          [AT.phoneKey]: text(keys.phone(await deps.vault.hash(whole), storefront)),
          [AT.sealedPhone]: bytes(await deps.vault.seal(Buffer.from(whole), id)),
        }),
    ...(shown === null ? {} : { [AT.maskedPhone]: text(shown) }),
    ...(name === null ? {} : { [AT.payerName]: text(name) }),
  };
};

const paybillItem = ({ id, storefront, routing, told }: PaybillPayment): NewItem & { readonly pk: Item[string] } => {
  const createdAt = madeAt(told);
  return {
    pk: text(id),
    [AT.timeKey]: text(keys.timeOf(storefront, id, createdAt)),
    [AT.createdAt]: number(createdAt),
    ...(told.reference.trim() === "" ? {} : { [AT.referenceKey]: text(keys.reference(storefront, told.reference)) }),
    ...(routing === "unmatched" ? { [AT.pushKey]: text(keys.unmatched(storefront)) } : {}),
    [AT.state]: STATE_CODES.write("succeeded"),
    [AT.shortcode]: text(told.shortcode),
    [AT.amount]: number(told.amount),
    [AT.reference]: text(told.reference),
    [AT.receipt]: text(told.receipt),
    ...(told.paidAt === null ? {} : { [AT.paidAt]: number(told.paidAt) }),
    [AT.routing]: ROUTING_CODES.write(routing),
  };
};

const opening = (table: string, item: NewItem): TransactWriteItem => ({
  Put: { TableName: table, Item: item, ConditionExpression: `attribute_not_exists(${AT.id})` },
});

/** True when it is on the ledger now; false when its receipt, or the payment itself, was there already. */
export const openPaybill = async (deps: LedgerDeps, paybill: PaybillPayment): Promise<boolean> => {
  const { id, storefront, told } = paybill;
  const table = deps.tables.transactions;
  const entry = firstEntry(paybill);
  const { rawHash, exception } = entry;
  const sealedRaw = told.raw === null ? null : await deps.vault.sealText(told.raw, id);
  const isLong = sealedRaw !== null && sealedRaw.length > LONGEST_INLINE_BYTES;
  const because = "it is in the history; its text is too long for it";
  const item = {
    ...paybillItem(paybill),
    ...(await payerOf(deps, paybill)),
    ...writeBeginning(entry, isLong ? null : sealedRaw),
  };
  const { written } = await transact(deps, [
    opening(table, item),
    receiptClaim(table, told.receipt, id),
    ...(exception === null ? [] : [exceptionWrite(table, { id, storefront }, { ...entry, exception })]),
    ...(isLong && rawHash !== null ? [keptEvidencePut(table, { id, said: entry, rawHash, sealedRaw, because })] : []),
  ]);
  return written;
};
