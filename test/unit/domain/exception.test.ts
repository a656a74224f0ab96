import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { AGE_BUCKETS } from "../../../functions/domain/exception-states.ts";
import {
  ageBucket,
  endOf,
  namesOtherAmount,
  openedWithin,
  ownerOf,
  particularsOf,
  receiptOf,
} from "../../../functions/domain/exception.ts";
import { entry, exceptionWith } from "./exceptions.ts";

const NOW = Date.UTC(2026, 10, 21, 9, 0, 0);
const HOUR = 3_600_000;

describe("an exception's age", () => {
  test.each([
    [0, "under_1_hour"],
    [HOUR - 1, "under_1_hour"],
    [HOUR, "under_24_hours"],
    [24 * HOUR - 1, "under_24_hours"],
    [24 * HOUR, "under_3_days"],
    [72 * HOUR - 1, "under_3_days"],
    [72 * HOUR, "older"],
    [9_000 * HOUR, "older"],
  ])("after %d ms is %s", (age, bucket) => {
    expect(ageBucket(NOW - age, NOW)).toBe(bucket);
  });

  test("of one that a faster clock has opened is the youngest", () => {
    expect(ageBucket(NOW + 5_000, NOW)).toBe("under_1_hour");
  });

  test("has no bound on either side of the buckets", () => {
    expect(openedWithin("older", NOW)).toEqual({ from: null, to: NOW - 72 * HOUR + 1 });
    expect(openedWithin("under_1_hour", NOW)).toEqual({ from: NOW - HOUR + 1, to: null });
  });

  test("is in a bucket exactly when it was opened within that bucket's bounds", () => {
    const ages = fc.oneof(
      fc.integer({ min: -HOUR, max: 100 * HOUR }),
      fc.constantFrom(HOUR, HOUR - 1, 24 * HOUR, 24 * HOUR - 1, 72 * HOUR, 72 * HOUR - 1),
    );
    fc.assert(
      fc.property(ages, fc.constantFrom(...AGE_BUCKETS), (age, bucket) => {
        const { from, to } = openedWithin(bucket, NOW);
        const isWithin = NOW - age >= (from ?? -Infinity) && NOW - age < (to ?? Infinity);
        expect(isWithin).toBe(ageBucket(NOW - age, NOW) === bucket);
      }),
    );
  });
});

describe("what is known of an exception", () => {
  test("is what its history says last", () => {
    const history = [
      entry("opened", { row: 17, receipt: "TKL0000001" }),
      entry("assigned", { owner: "Amina" }),
      entry("assigned", { owner: "Otieno" }),
      entry("resolved", { resolution: "explained", note: "paid by cheque" }),
    ];
    const exception = exceptionWith({ status: "resolved", history });
    expect(ownerOf(exception)).toBe("Otieno");
    expect(particularsOf(exception)).toEqual({ row: 17, receipt: "TKL0000001" });
    expect(endOf(exception)).toEqual({ how: "explained", note: "paid by cheque", by: "key:one", at: 1 });
  });

  test("is nobody, nothing and no end while nobody has done anything", () => {
    for (const history of [[], [entry("opened")]]) {
      const exception = exceptionWith({ history });
      expect([ownerOf(exception), particularsOf(exception), endOf(exception)]).toEqual([null, {}, null]);
    }
  });

  test("is no owner after it was given to nobody, and no end after it opened again", () => {
    const history = [
      entry("assigned", { owner: "Amina" }),
      entry("assigned"),
      entry("resolved", { resolution: "explained", note: "fine" }),
      entry("opened"),
    ];
    expect(ownerOf({ history })).toBeNull();
    expect(endOf({ status: "open", history })).toBeNull();
  });

  test("is an end only in words that there are", () => {
    const history = [entry("resolved", { resolution: "ignored", note: "x" })];
    expect(endOf({ status: "resolved", history })).toBeNull();
  });
});

describe("what an exception is about", () => {
  const about = (facts: Parameters<typeof entry>[1]) => ({ history: [entry("opened", facts), entry("noted")] });

  test("is the receipt that was named when it last happened", () => {
    expect(receiptOf(about({ receipt: "TKL0000001" }))).toBe("TKL0000001");
    const again = [entry("opened", { receipt: "TKL0000001" }), entry("opened", { receipt: "TKL0000002" })];
    expect(receiptOf({ history: again })).toBe("TKL0000002");
    for (const history of [[], [entry("noted", { receipt: "TKL0000001" })], about({ receipt: 5 }).history])
      expect(receiptOf({ history })).toBeNull();
  });

  test("is another amount only where it names one", () => {
    expect(namesOtherAmount(about({ amount_cents: 100 }), 101)).toBe(true);
    expect(namesOtherAmount(about({ amount_cents: 100 }), 100)).toBe(false);
    expect(namesOtherAmount(about({}), 100)).toBe(false);
    expect(namesOtherAmount(about({ amount_cents: "100" }), 101)).toBe(false);
  });

  test("ends without words where nobody wrote any", () => {
    const history = [entry("resolved", { resolution: "explained" }, { by: "key:two", at: 7 }), entry("noted")];
    expect(endOf({ status: "resolved", history })).toEqual({ how: "explained", note: "", by: "key:two", at: 7 });
  });
});
