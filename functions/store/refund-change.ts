/**
 * What one decision writes to a refund and to its payment: what differs, the history entries, the receipt's claim. What
 * must stay true: the payment's share changes in the transaction that moves the refund, over the payment that was decided
 * on.
 */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { applyRefund } from "../domain/decide-refund.ts";
import type { Payment } from "../domain/payment.ts";
import { settle } from "../domain/refund-share.ts";
import type { Share } from "../domain/refund-share.ts";
import type { Refund, WeighedRefund } from "../domain/refund.ts";
import { text } from "./attributes.ts";
import { asRead, chainedUpdate, editBetween } from "./change-write.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { refundEntry, shareEntry } from "./refund-entry.ts";
import type { RefundChange, StepBy } from "./refund-entry.ts";
import { REFUND_AT, refundFields, shareFields } from "./refund-item.ts";
import type { LedgerChange } from "./write-change.ts";

/** Whether the text itself is kept: what says everything in its facts, and may come often, is known by its hash. */
const keepsText = ({ evidence }: WeighedRefund, change: RefundChange): boolean =>
  change.exception !== null || evidence.finding !== "turned_away";

/** For a transaction: a refund's step on its payment. */
export const shareWrite = (
  table: string,
  payment: Payment,
  { share, ...made }: { readonly share: Share; readonly refund: Pick<Refund, "id" | "amount">; readonly step: StepBy },
): TransactWriteItem => {
  const edit = editBetween(shareFields(payment), shareFields(share));
  const update = chainedUpdate(
    { id: payment.id, edit, condition: asRead(payment) },
    shareEntry(payment, share, made),
    null,
  );
  return { Update: { TableName: table, ...update } };
};

/** The payment's part of a refund's move. */
const onPayment = (
  table: string,
  { refund, payment }: { readonly refund: Refund; readonly payment: Payment },
  { weighed, next }: { readonly weighed: WeighedRefund; readonly next: Refund },
): TransactWriteItem[] => {
  const share = settle(payment, refund, next.state);
  return share === null ? [] : [shareWrite(table, payment, { share, refund, step: weighed.evidence })];
};

/** The write, and the refund as it is when the write goes through. `claim`: the word of whoever claims it. */
export const refundWrite = async (
  deps: LedgerDeps,
  { refund, payment }: { readonly refund: Refund; readonly payment: Payment | null },
  what: { readonly weighed: WeighedRefund; readonly change: RefundChange; readonly claim?: string },
): Promise<{ readonly write: LedgerChange; readonly next: Refund }> => {
  const { id, storefront } = refund;
  const { weighed, change, claim } = what;
  const { raw } = weighed.evidence;
  const entry = refundEntry(refund, weighed, change);
  const next = applyRefund(refund, change, { ...entry, previous: refund.history.at(-1)?.digest ?? null });
  const { conversationId } = next;
  const isNamed = conversationId !== null && conversationId !== refund.conversationId;
  const name = isNamed ? { [REFUND_AT.pushKey]: text(await deps.vault.hash(conversationId)) } : {};
  const mark = claim === undefined ? {} : { [REFUND_AT.claim]: text(claim) };
  const { transactions } = deps.tables;
  const write: LedgerChange = {
    id,
    edit: editBetween(refundFields(refund), { ...refundFields(next), ...name, ...mark }),
    condition: asRead(refund),
    entry,
    sealedRaw: raw !== null && keepsText(weighed, change) ? await deps.vault.sealText(raw, id) : null,
    receipt: change.facts.receipt ?? null,
    storefront,
    along: payment === null ? [] : onPayment(transactions, { refund, payment }, { weighed, next }),
  };
  return { write, next };
};
