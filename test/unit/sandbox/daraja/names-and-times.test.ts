/** The names M-PESA gives to things, and Nairobi's clock. */
import { describe, expect, test } from "vitest";
import * as fc from "fast-check";
import { createIds } from "../../../../sandbox/daraja/core/ids.ts";
import { nairobiStamp, readNairobiStamp, receiptDate } from "../../../../sandbox/daraja/core/nairobi-time.ts";
import { seededRandom } from "../../../../sandbox/daraja/core/random.ts";
import { NOON_MS } from "./manual-world.ts";

const ids = (now = () => NOON_MS) => createIds({ now }, seededRandom(1));
const at = (text: string) => Date.parse(`${text}T12:00:00+03:00`);

describe("receipts", () => {
  /** Receipts seen in public, with the day each was given out. */
  test.each([
    ["NLJ", "2019-12-19"],
    ["RKL", "2023-11-21"],
    ["SB6", "2024-02-06"],
    ["QKA", "2022-11-10"],
    ["RDQ", "2023-04-26"],
    ["LK4", "2017-11-04"],
    ["LGR", "2017-07-27"],
    ["OA9", "2020-01-09"],
  ])("%s begins a receipt of %s", (letters, day) => {
    expect(receiptDate(at(day))).toBe(letters);
  });

  test("the day changes at midnight in Nairobi, not in Greenwich", () => {
    const midnight = Date.parse("2026-03-01T00:00:00+03:00");
    expect([receiptDate(midnight - 1), receiptDate(midnight)]).toEqual(["UBS", "UC1"]);
  });

  test("a hundred thousand of them are all different, ten characters each", () => {
    const names = ids();
    const receipts = new Set(Array.from({ length: 100_000 }, () => names.receipt()));
    expect(receipts.size).toBe(100_000);
    for (const receipt of receipts) if (!/^UIL[0-9A-Z]{7}$/.test(receipt)) expect.fail(receipt);
  });
});

test("checkout ids of one phone in one millisecond differ", () => {
  const names = ids();
  expect([names.checkout("254712000111"), names.checkout("254712000111")]).toEqual([
    "ws_CO_21092026120000000712000111",
    "ws_CO_21092026120000001712000111",
  ]);
});

describe("Nairobi's stamps", () => {
  test("a stamp read back is the same second", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: Date.UTC(2100, 0) / 1000 }), (second) => {
        expect(readNairobiStamp(nairobiStamp(second * 1000))).toBe(second * 1000);
      }),
    );
  });

  test.each(["20260230120000", "20261301120000", "20260921240000", "20260921126000", "2026092112000", "", "abc"])(
    "%j names no instant",
    (text) => {
      expect(readNairobiStamp(text)).toBeNull();
    },
  );
});
