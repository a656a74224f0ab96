import { describe, expect, it } from "vitest";
import { shillings } from "../../../functions/domain/money.ts";
import { madeAt, shownPhone, toldEvidence, wholePhone } from "../../../functions/domain/paybill.ts";
import { readPayerPhone } from "../../../functions/domain/payer-phone.ts";
import type { ToldPayment } from "../../../functions/domain/told-payment.ts";

const AT = 1_700_000_100_000;
const told = (phone: string): ToldPayment => ({
  source: "c2b",
  receipt: "TKL0000001",
  amount: shillings(1500),
  shortcode: "174379",
  reference: "INV-1",
  payer: { phone: readPayerPhone(phone), name: "WANJIKU" },
  paidAt: AT - 1_000,
  at: AT,
  by: "safaricom",
  requestId: "r",
  raw: "{}",
});

describe("the payer of a told payment", () => {
  it.each<[string, string, string | null, string | null]>([
    ["named whole", "254708374149", "254708374149", "2547*****149"],
    ["masked", "2547*****149", null, "2547*****149"],
    ["hashed", "ab".repeat(32), null, null],
    ["not named", "", null, null],
  ])("who is %s", (_, ...[phone, whole, shown]) => {
    expect([wholePhone(told(phone)), shownPhone(told(phone))]).toEqual([whole, shown]);
  });
});

it("a told payment was made when M-PESA says, and never after we were told", () => {
  expect(madeAt({ paidAt: AT - 1_000, at: AT })).toBe(AT - 1_000);
  expect(madeAt({ paidAt: AT + 1_000, at: AT })).toBe(AT);
  expect(madeAt({ paidAt: null, at: AT })).toBe(AT);
});

it("a told payment is proof that money moved, and names no push", () => {
  expect(toldEvidence(told("254708374149"))).toEqual({
    finding: "paid",
    source: "c2b",
    at: AT,
    by: "safaricom",
    requestId: "r",
    raw: "{}",
    receipt: "TKL0000001",
    amount: 1500_00,
    phone: "254708374149",
    push: null,
    paidAt: AT - 1_000,
  });
});
