/** Payments that can be given back, refunds of them, and what Daraja says about those. */
import { randomUUID } from "node:crypto";
import { transactionId } from "../../../functions/domain/ids.ts";
import type { PaymentIntent } from "../../../functions/domain/payment.ts";
import type { Refund, RefundEvidence, RefundFinding, RefundIntent } from "../../../functions/domain/refund.ts";
import { NOW } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { freshReceipt, paid } from "./samples.ts";
import { pending } from "./steps.ts";

/** A payment that M-PESA has confirmed, under `receipt`. */
export const confirmed = async (test: TestLedger): Promise<PaymentIntent & { readonly receipt: string }> => {
  const asked = await pending(test);
  const receipt = freshReceipt();
  await test.ledger.record(asked.id, paid(asked, receipt));
  test.calls.length = 0;
  return { ...asked, receipt };
};

/** A refund of all that is left of a payment, unless it says otherwise. */
export const refundIntent = (
  payment: Pick<PaymentIntent, "id" | "storefront" | "shortcode">,
  overrides: Partial<RefundIntent> = {},
): RefundIntent => {
  const { storefront, shortcode } = payment;
  return {
    id: transactionId("rfd", { storefront, operation: "start_refund", key: randomUUID() }),
    storefront,
    paymentId: payment.id,
    shortcodes: [shortcode],
    amount: null,
    reason: "Out of stock",
    fingerprint: "cd".repeat(32),
    openedBy: "key:key_0123456789abcdfghijknpqrstuvwxyz",
    requestId: randomUUID(),
    createdAt: NOW,
    checkAt: NOW + 30_000,
    ...overrides,
  };
};

/** A refund that is on the ledger. */
export const openedRefund = async (test: TestLedger, intent: RefundIntent): Promise<Refund> => {
  const outcome = await test.refunds.open(intent);
  if (outcome.opened !== "new") throw new Error(`the refund was not opened: ${outcome.opened}`);
  test.calls.length = 0;
  return outcome.refund;
};

/** A refund that somebody is about to send. */
export const sentRefund = async (test: TestLedger, intent: RefundIntent): Promise<Refund> => {
  const claim = { at: NOW + 500, by: "sweep", requestId: randomUUID(), checkAt: NOW + 60_000 };
  const refund = await test.refunds.claim(await openedRefund(test, intent), claim);
  if (refund === null) throw new Error("the refund was not claimed");
  test.calls.length = 0;
  return refund;
};

type Provenance = Pick<RefundEvidence, "source" | "at" | "by" | "requestId" | "raw">;

export const heard = (finding: RefundFinding, from: Partial<Provenance> = {}): RefundEvidence => ({
  source: "callback",
  at: NOW + 20_000,
  by: "safaricom",
  requestId: randomUUID(),
  raw: null,
  ...from,
  ...finding,
});

export const reversed = (refund: Refund, receipt: string | null = freshReceipt()): RefundEvidence =>
  heard(
    {
      finding: "reversed",
      receipt,
      original: refund.paymentReceipt,
      amount: refund.amount,
      phone: null,
      conversationId: null,
      reversedAt: NOW + 19_000,
    },
    { raw: `{"Result":{"TransactionID":"${receipt ?? ""}"}}` },
  );

export const notReversed = (): RefundEvidence =>
  heard({
    finding: "not_reversed",
    failure: { code: "float_too_low", resultCode: "1", resultDesc: "The balance is insufficient" },
    conversationId: null,
  });
