/**
 * Applies evidence to a refund: the refund and its payment are read, the decision is made on both, and both are written
 * over the versions that were read. A refund is read before it is written, because what "reversed before" proves depends
 * on the payment's other refunds.
 */
import type { TransactWriteItem } from "@aws-sdk/client-dynamodb";
import { decideRefund, refundReceiptTaken } from "../domain/decide-refund.ts";
import type { Payment } from "../domain/payment.ts";
import type { Refund, RefundDecision, RefundEvidence, WeighedRefund } from "../domain/refund.ts";
import { mayStillLeave } from "../domain/refund-share.ts";
import { maybeText, text } from "./attributes.ts";
import { asRead } from "./change-write.ts";
import { keepEvidence } from "./kept-evidence.ts";
import { LedgerBusy } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readPayment } from "./payment-item.ts";
import { readItem } from "./read.ts";
import { refundWrite } from "./refund-change.ts";
import { REFUND_AT, readRefund } from "./refund-item.ts";
import type { RefundClaim, RefundRecordOutcome } from "./refund-ledger.ts";
import { weigh } from "./weigh-and-write.ts";
import { writeChange } from "./write-change.ts";

/** How often they may change under us before we give up, and how far apart writers step after the first clash. */
const ROUNDS = 6;
const APART_MS = 10;

interface Both {
  readonly refund: Refund;
  readonly payment: Payment;
}

/** Throws when the payment is missing: a refund is never made without one, and payments are never deleted. */
const readBoth = async (deps: LedgerDeps, id: string): Promise<Both | null> => {
  const item = await readItem(deps, id);
  if (!item) return null;
  const refund = readRefund(item);
  const paid = await readItem(deps, refund.paymentId);
  if (!paid) throw new Error(`the payment of refund ${id} is missing; retrying won't help, restore the table`);
  return { refund, payment: readPayment(paid) };
};

/** `decideRefund`, knowing whether the receipt turned out to be another transaction's. */
const decideKnowing = ({ refund, payment }: Both, weighed: WeighedRefund, taken: boolean): RefundDecision => {
  const decision = decideRefund(refund, weighed, payment);
  return !taken || decision.decision === "ignore" || decision.facts.receipt === undefined
    ? decision
    : refundReceiptTaken(refund);
};

export const createRecordRefund =
  (deps: LedgerDeps) =>
  async (id: string, evidence: RefundEvidence): Promise<RefundRecordOutcome> => {
    const weighed: WeighedRefund = await weigh(deps, evidence);
    let taken = false;
    for (let round = 0; round < ROUNDS; round += 1) {
      const both = await readBoth(deps, id);
      if (!both) {
        await keepEvidence(deps, { id, history: null, because: "no such transaction" }, weighed);
        return { recorded: "unknown_transaction" };
      }
      const change = decideKnowing(both, weighed, taken);
      if (change.decision === "ignore") {
        const { refund } = both;
        await keepEvidence(deps, { id, history: refund.history, because: change.because }, weighed);
        return { recorded: "unchanged", refund, because: change.because };
      }
      const { write, next } = await refundWrite(deps, both, { weighed, change });
      const written = await writeChange(deps, write);
      if (written.written) return { recorded: "changed", refund: next, exception: change.exception };
      taken ||= written.receiptTaken;
      await deps.wait(deps.random() * APART_MS * 2 ** round);
    }
    throw new LedgerBusy(id);
  };

/** Enough to tell apart all claims that could ever meet at one version of one refund. */
const MARK_LENGTH = 8;

/**
 * For a transaction: the payment is still as it was when it was looked at. An update that changes nothing, because a check
 * alone would take a permission of its own.
 */
const unchanged = (table: string, payment: Payment): TransactWriteItem => {
  const { text: condition, values } = asRead(payment);
  return {
    Update: {
      TableName: table,
      Key: { [REFUND_AT.id]: text(payment.id) },
      UpdateExpression: `SET ${condition}`,
      ConditionExpression: condition,
      ExpressionAttributeValues: values,
    },
  };
};

/**
 * The right to send a refund: of any number of senders that read the same version one gets it, and none while more would
 * go back than was paid. When the answer to the write gets lost, a second try is refused by what the first has written; a
 * random word tells it apart.
 */
export const createClaimRefund =
  (deps: LedgerDeps) =>
  async (refund: Refund, { at, by, requestId, checkAt }: RefundClaim): Promise<Refund | null> => {
    const evidence = { finding: "claimed", checkAt, source: "submit", at, by, requestId, raw: null } as const;
    const weighed = { evidence, phoneHash: null, rawHash: null };
    // A claim concerns the refund alone: the payment's share is reserved already, and stays so.
    const change = decideRefund(refund, weighed, { amount: refund.amount, refunded: refund.amount });
    if (change.decision === "ignore") return null;
    const both = await readBoth(deps, refund.id);
    if (!both || !mayStillLeave(both.payment, refund.amount)) return null;
    const claim = deps.newToken().slice(0, MARK_LENGTH);
    const { write, next } = await refundWrite(deps, { refund, payment: null }, { weighed, change, claim });
    const along = [unchanged(deps.tables.transactions, both.payment)];
    const written = await writeChange(deps, { ...write, along });
    const isOurs = !written.written && written.found !== null && maybeText(written.found, REFUND_AT.claim) === claim;
    return written.written || isOurs ? next : null;
  };
