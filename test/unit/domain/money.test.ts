import { describe, expect, it } from "vitest";
import { Cents, readAmount, shillings, wholeShillings } from "../../../functions/domain/money.ts";

describe("an amount as M-PESA writes it", () => {
  it.each<[string | number, number]>([
    [1, 100],
    [1.5, 150],
    ["1", 100],
    ["1.0", 100],
    ["1.00", 100],
    ["5.000", 500],
    ["1200.50", 120_050],
    ["1,100.00", 110_000],
    ["8,959,269.60", 895_926_960],
    [8959269.6, 895_926_960],
    [" 70 ", 7_000],
    ["0", 0],
  ])("%j is read to the cent", (written, cents) => {
    expect(readAmount(written)).toBe(cents);
  });

  it.each([
    "",
    "KES 5",
    "-5.00",
    "1.005",
    "1,2",
    ",100",
    "1,00",
    "10,0000",
    "1.",
    ".5",
    "1e3",
    "0x10",
    "NaN",
    0.1 + 0.2,
    Number.NaN,
    Number.POSITIVE_INFINITY,
    -1,
    1e21,
    "9".repeat(14),
  ])("%j is not an amount", (written) => {
    expect(readAmount(written)).toBeNull();
  });
});

describe("shillings", () => {
  it("are a hundred cents each", () => expect(shillings(1500)).toBe(150_000));

  it.each([-1, 0.5, Number.NaN, Number.MAX_SAFE_INTEGER, Number.POSITIVE_INFINITY])("%d is refused", (whole) => {
    expect(() => shillings(whole)).toThrow(RangeError);
  });

  it("are never rounded on the way out", () => {
    expect(wholeShillings(Cents.parse(150_000))).toBe(1500);
    expect(() => wholeShillings(Cents.parse(150_001))).toThrow(RangeError);
  });
});
