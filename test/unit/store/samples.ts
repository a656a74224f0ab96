/** Typical intents and evidence: what a shop sends and what Daraja says about it. */
import { randomUUID } from "node:crypto";
import { transactionId } from "../../../functions/domain/ids.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";
import type { Evidence, Finding, PushIds } from "../../../functions/domain/evidence.ts";
import type { PaymentIntent } from "../../../functions/domain/payment.ts";
import { NOW } from "./database.ts";

let made = 0;

/** A phone that no other test has used. */
export const freshPhone = (): Msisdn => {
  made += 1;
  return Msisdn.parse(`2547${String(10_000_000 + made)}`);
};

export const intent = (overrides: Partial<PaymentIntent> = {}): PaymentIntent => {
  const key = randomUUID();
  return {
    id: transactionId("pay", { storefront: "storefront", operation: "startPayment", key }),
    storefront: "storefront",
    shortcode: "174379",
    amount: shillings(1500),
    phone: freshPhone(),
    reference: "INV-100123",
    description: "Order 1001234",
    metadata: { order_id: "1001234", channel: "web-checkout" },
    fingerprint: "ab".repeat(32),
    openedBy: "key:key_0123456789abcdfghijknpqrstuvwxyz",
    requestId: randomUUID(),
    createdAt: NOW,
    checkAt: NOW + 30_000,
    ...overrides,
  };
};

export const pushOf = ({ phone }: Pick<PaymentIntent, "phone">): PushIds => ({
  checkoutId: `ws_CO_21112026120000123${phone.slice(3)}`,
  merchantId: "7071-4170-a0e5-8345632bad44212158",
});

type Provenance = Pick<Evidence, "source" | "at" | "by" | "requestId" | "raw">;

export const evidence = (finding: Finding, from: Partial<Provenance> = {}): Evidence => ({
  source: "callback",
  at: NOW + 12_345,
  by: "safaricom",
  requestId: randomUUID(),
  raw: null,
  ...from,
  ...finding,
});

export const acceptedText = (push: PushIds): string =>
  JSON.stringify({
    MerchantRequestID: push.merchantId,
    CheckoutRequestID: push.checkoutId,
    ResponseCode: "0",
    ResponseDescription: "Success. Request accepted for processing",
    CustomerMessage: "Success. Request accepted for processing",
  });

export const paidText = ({ phone, amount }: PaymentIntent, receipt: string): string => {
  const push = pushOf({ phone });
  const item = [
    { Name: "Amount", Value: amount / 100 },
    { Name: "MpesaReceiptNumber", Value: receipt },
    { Name: "Balance" },
    { Name: "TransactionDate", Value: 20261121120012 },
    { Name: "PhoneNumber", Value: Number(phone) },
  ];
  return JSON.stringify({
    Body: {
      stkCallback: {
        MerchantRequestID: push.merchantId,
        CheckoutRequestID: push.checkoutId,
        ResultCode: 0,
        ResultDesc: "The service request is processed successfully.",
        CallbackMetadata: { Item: item },
      },
    },
  });
};

export const accepted = (asked: PaymentIntent): Evidence => {
  const push = pushOf(asked);
  return evidence(
    { finding: "accepted", push },
    { source: "submit", at: asked.createdAt + 900, by: "safaricom", raw: acceptedText(push) },
  );
};

type Paid = Extract<Evidence, { finding: "paid" }>;

export const paid = (asked: PaymentIntent, receipt: string, overrides: Partial<Paid> = {}): Evidence =>
  ({
    ...evidence({
      finding: "paid",
      receipt,
      amount: asked.amount,
      phone: asked.phone,
      push: pushOf(asked),
      paidAt: NOW + 12_000,
    }),
    raw: paidText(asked, receipt),
    ...overrides,
  }) as Evidence;

export const paidByQuery = (raw = '{"ResponseCode":"0","ResultCode":"0"}'): Evidence =>
  evidence(
    { finding: "paid", receipt: null, amount: null, phone: null, push: null, paidAt: null },
    { source: "query", by: "sweep", raw },
  );

export const unpaid = (
  asked: PaymentIntent,
  code: "cancelled_by_customer" | "unclassified" = "cancelled_by_customer",
) => {
  const raw = `{"Body":{"stkCallback":{"ResultCode":1032,"CheckoutRequestID":"${pushOf(asked).checkoutId}"}}}`;
  const failure = {
    code,
    resultCode: code === "unclassified" ? "7777" : "1032",
    resultDesc: "Request cancelled by user",
  };
  return evidence({ finding: "unpaid", failure, push: pushOf(asked) }, { raw });
};

/** Ten characters in the style of M-PESA's receipts, never the same twice. */
export const freshReceipt = (): string => {
  made += 1;
  return `TKL${String(made).padStart(7, "0")}`;
};
