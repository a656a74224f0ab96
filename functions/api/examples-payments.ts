/** What requests about payments, payment links and refunds look like, and what they are answered. One order from end to end. */
import { FAILURES } from "../domain/failures.ts";
import type { OperationExample } from "./example.ts";
import type { CheckoutSessionResource, StartedCheckout } from "./responses-checkout.ts";
import type { PaymentResource } from "./responses-payment.ts";
import type { RefundResource } from "./responses-refunds.ts";

const ORDER = { reference: "INV-1001", description: "Order 1001" } as const;
const ASKED_AT = "2026-11-21T09:30:00.000Z";
const PAID_AT = "2026-11-21T09:30:14.000Z";
const KNOWN_AT = "2026-11-21T09:30:15.210Z";

const asked: PaymentResource = {
  id: "pay_4k9qdz1n7ah0xv3rw8gtb2jcf5",
  object: "payment",
  source: "stk",
  routing: "requested",
  status: "pending",
  stage: "awaiting_customer",
  amount: 1500,
  currency: "KES",
  phone: "2547*****678",
  payer_name: null,
  ...ORDER,
  receipt: null,
  paid_at: null,
  merged_into: null,
  refunded_amount: 0,
  failure: null,
  metadata: { basket: "b-73" },
  created_at: ASKED_AT,
  updated_at: "2026-11-21T09:30:00.642Z",
};

export const PAID: PaymentResource = {
  ...asked,
  status: "succeeded",
  stage: null,
  receipt: "UKL4H7X2QA",
  paid_at: PAID_AT,
  updated_at: KNOWN_AT,
};

const { insufficient_funds: short } = FAILURES;
const failed: PaymentResource = {
  ...asked,
  id: "pay_7vq2c9a0xhz4ybt1rgd5n8wkj3",
  status: "failed",
  stage: null,
  failure: {
    code: "insufficient_funds",
    new_attempt: short.newAttempt,
    message: short.message,
    customer_message: short.customerMessage,
    daraja: { result_code: "1", result_desc: "The balance is insufficient for the transaction." },
  },
  updated_at: KNOWN_AT,
};

const fromMenu: PaymentResource = {
  ...PAID,
  id: "pay_0ztn5jx8wq3fhg7c1ykr9bva2d",
  source: "paybill",
  routing: "matched",
  amount: 2400,
  payer_name: "Wanjiru",
  reference: "INV-1002",
  description: "",
  receipt: "UKL9B3T5RC",
  metadata: {},
};

const session: CheckoutSessionResource = {
  id: "cks_4k9qdz1n7ah0xv3rw8gtb2jcf5",
  object: "checkout_session",
  status: "open",
  amount: 1500,
  currency: "KES",
  ...ORDER,
  merchant: { name: "Duka la Amina" },
  payment: null,
  payment_details: null,
  metadata: {},
  success_url: "https://duka.co.ke/orders/1001/thanks",
  created_at: ASKED_AT,
  expires_at: "2026-11-22T09:30:00.000Z",
};

const link: StartedCheckout = {
  ...session,
  url: "https://pay.duka.co.ke/checkout/cks_4k9qdz1n7ah0xv3rw8gtb2jcf5#ct_cks.4k9qdz1n7ah0xv3rw8gtb2jcf5.1795340000.m9Xo",
};

const paying: PaymentResource = { ...asked, metadata: {} };
const refunding: RefundResource = {
  id: "rfd_4k9qdz1n7ah0xv3rw8gtb2jcf5",
  object: "refund",
  status: "pending",
  stage: "accepted",
  payment: PAID.id,
  amount: 500,
  currency: "KES",
  reason: "One of two items was out of stock",
  reference: ORDER.reference,
  payment_receipt: "UKL4H7X2QA",
  receipt: null,
  refunded_at: null,
  failure: null,
  created_at: "2026-11-21T12:05:00.000Z",
  updated_at: "2026-11-21T12:05:00.810Z",
};
const refunded: RefundResource = {
  ...refunding,
  status: "succeeded",
  stage: null,
  receipt: "UKL7M1P8ZD",
  refunded_at: "2026-11-21T12:05:21.000Z",
  updated_at: "2026-11-21T12:05:22.307Z",
};

export const PAYMENT_EXAMPLES = {
  startPayment: {
    request: { amount: 1500, phone: "0712 345 678", ...ORDER, metadata: { basket: "b-73" } },
    answer: {
      ...asked,
      client_token: "ct_pay.4k9qdz1n7ah0xv3rw8gtb2jcf5.1795426200.m9XoQe2r",
      checkout_url:
        "https://pay.duka.co.ke/checkout/pay_4k9qdz1n7ah0xv3rw8gtb2jcf5#ct_pay.4k9qdz1n7ah0xv3rw8gtb2jcf5.1795426200.m9XoQe2r",
    },
  },
  readPayment: { answer: PAID },
  listPayments: { answer: { object: "list", data: [failed, PAID], next_cursor: null } },
  verifyPayment: { answer: PAID },
  routePayment: { request: { reference: "INV-1002" }, answer: fromMenu },
  createCheckoutSession: {
    request: { amount: 1500, ...ORDER, success_url: "https://duka.co.ke/orders/1001/thanks" },
    answer: link,
  },
  readCheckoutSession: {
    answer: { ...session, status: "complete", payment: PAID.id, payment_details: { ...PAID, metadata: {} } },
  },
  payCheckoutSession: {
    request: { phone: "0708 374 149" },
    answer: { ...session, payment: paying.id, payment_details: { ...paying, phone: "2547*****149" } },
  },
  startRefund: { request: { amount: 500, reason: "One of two items was out of stock" }, answer: refunding },
  listRefunds: { answer: { object: "list", data: [refunded], next_cursor: null } },
  readRefund: { answer: refunded },
} as const satisfies Readonly<Record<string, OperationExample>>;
