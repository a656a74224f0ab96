import { expect, test } from "vitest";
import { acceptPayment, C2B_REJECTIONS, CONFIRMED, rejectPayment } from "../../../functions/daraja/c2b-replies.ts";
import type { C2bRejection } from "../../../functions/daraja/c2b-replies.ts";

test("a payment is let in with text, and may carry an id of ours into its confirmation", () => {
  expect(acceptPayment()).toEqual({ ResultCode: "0", ResultDesc: "Accepted" });
  expect(acceptPayment("pay_0123")).toEqual({ ResultCode: "0", ResultDesc: "Accepted", ThirdPartyTransID: "pay_0123" });
});

test("an id that might not come back unchanged is left out, and the payment is let in all the same", () => {
  for (const id of ["", "a b", "x".repeat(65), "<b>", "é"])
    expect(acceptPayment(id)).toEqual({ ResultCode: "0", ResultDesc: "Accepted" });
});

test("every reason to turn a customer away has one of Safaricom's six codes, each its own", () => {
  const reasons = Object.keys(C2B_REJECTIONS) as C2bRejection[];
  const codes = reasons.map((why) => rejectPayment(why).ResultCode);
  expect([...codes].sort()).toEqual(["C2B00011", "C2B00012", "C2B00013", "C2B00014", "C2B00015", "C2B00016"]);
  expect(rejectPayment("invalid_account")).toEqual({ ResultCode: "C2B00012", ResultDesc: "Rejected" });
});

test("a confirmation is acknowledged with the number zero", () => {
  expect(JSON.stringify(CONFIRMED)).toBe('{"ResultCode":0,"ResultDesc":"Success"}');
});
