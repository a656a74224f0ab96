import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readPayerPhone } from "../../../functions/domain/payer-phone.ts";
import { phoneKeys, phonesAgree } from "../../../functions/reconciliation/phones-agree.ts";

const hashed = createHash("sha256").update("254712345149").digest("hex");
const otherHash = createHash("sha256").update("254712345150").digest("hex");

const CASES: readonly (readonly [string, string, "agrees" | "contradicts" | "silent"])[] = [
  ["2547*****149", "25471****149", "agrees"],
  ["2547*****149", "2547 ***** 149", "agrees"],
  ["2547*****149", "071****149", "agrees"],
  ["2547*****149", "0712****5149", "agrees"],
  ["2547*****149", "011****149", "contradicts"],
  ["2547*****149", "25471****150", "contradicts"],
  ["2547*****149", "25471****49", "silent"],
  ["2547*****149", "25471****48", "contradicts"],
  ["2547*****149", "254712345149", "agrees"],
  ["2547*****149", "254712345150", "contradicts"],
  ["25471****49", "0712345149", "silent"],
  ["2547*****149", hashed, "silent"],
  [hashed, "254712345149", "agrees"],
  [otherHash, "254712345149", "contradicts"],
  [hashed, hashed.toUpperCase(), "agrees"],
  [hashed, otherHash, "contradicts"],
  ["254712345149", "0712345149", "agrees"],
  ["254712345149", "0712345150", "contradicts"],
  ["ec59ead35053 ***** 134b8d", "2547*****149", "silent"],
  ["ec59ead35053 ***** 134b8d", "254712345149", "silent"],
  ["", "254712345149", "silent"],
];

describe("two ways to write a payer's number", () => {
  it.each(CASES)("%s and %s: %s", (a, b, expected) => {
    const [phoneA, phoneB] = [readPayerPhone(a), readPayerPhone(b)];
    expect(phonesAgree(phoneA, phoneB)).toBe(expected);
    expect(phonesAgree(phoneB, phoneA)).toBe(expected);
    const shared = phoneKeys(phoneA).filter((key) => phoneKeys(phoneB).includes(key));
    if (expected === "agrees") expect(shared).not.toEqual([]);
  });
});
