/** The payment and the payout that mutated words speak about: both with M-PESA, and nobody has said how they ended. */
import { createHash } from "node:crypto";
import { entryDigest } from "../../functions/domain/history.ts";
import type { EntryContent } from "../../functions/domain/history.ts";
import { shillings } from "../../functions/domain/money.ts";
import type { Payment } from "../../functions/domain/payment.ts";
import type { Payout } from "../../functions/domain/payout.ts";
import { AMOUNT, CHECKOUT, PHONE } from "./documents.ts";

export const phoneHash = (phone: string): string => createHash("sha256").update(phone).digest("base64url").slice(0, 22);

const AT = Date.UTC(2026, 10, 21, 9, 0, 0);

const created = (id: string, to: EntryContent["to"]) => {
  const content = {
    ...{ at: AT, finding: "created", to, source: "api", by: "key:fuzz", requestId: "fuzz", facts: {} },
    ...{ exception: null, rawHash: null },
  } as const;
  return { ...content, digest: entryDigest(id, content), previous: null };
};

export const payment = {
  ...{
    id: "pay_0123456789abcdfghijknpqrst",
    storefront: "shop",
    shortcode: "600638",
    source: "stk",
    routing: "requested",
  },
  ...{
    state: "pending",
    version: 2,
    amount: shillings(AMOUNT),
    phoneMasked: "2547*****678",
    phoneHash: phoneHash(PHONE),
  },
  ...{ reference: "INV-1", description: "INV-1", metadata: {}, fingerprint: "ab".repeat(32) },
  push: { merchantId: "29115-34620561-1", checkoutId: CHECKOUT },
  ...{ receipt: null, paidAt: null, failure: null, disputed: false, createdAt: AT, updatedAt: AT },
  history: [created("pay_0123456789abcdfghijknpqrst", "initiated")],
} as unknown as Payment;

export const payout = {
  ...{
    id: "pyo_0123456789abcdfghijknpqrst",
    storefront: "shop",
    shortcode: "600992",
    kind: "business",
    state: "accepted",
  },
  ...{ version: 3, amount: shillings(AMOUNT), phoneMasked: "2547*****678", phoneHash: phoneHash(PHONE) },
  ...{
    reference: "OUT-1",
    remarks: "",
    metadata: {},
    fingerprint: "ab".repeat(32),
    batch: null,
    attempts: 1,
    sentAt: AT,
  },
  ...{ doubt: true, conversationId: "AG_20261121_201000000000000000", wentIn: true, receipt: null, paidAt: null },
  ...{ failure: null, disputed: false, replacedBy: null, check: null, createdAt: AT, updatedAt: AT },
  history: [created("pyo_0123456789abcdfghijknpqrst", "queued")],
} as unknown as Payout;
