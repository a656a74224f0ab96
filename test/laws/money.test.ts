import fc from "fast-check";
import { expect, it } from "vitest";
import { Cents, readAmount, shillings, wholeShillings } from "../../functions/domain/money.ts";

const amounts = fc.integer({ min: 0, max: 999_999_999_999_999 }).map((cents) => Cents.parse(cents));

it("an amount written with two decimals is read back to the cent, with and without thousands separators", () => {
  fc.assert(
    fc.property(amounts, (cents) => {
      const whole = String((cents - (cents % 100)) / 100);
      const fraction = String(cents % 100).padStart(2, "0");
      expect(readAmount(`${whole}.${fraction}`)).toBe(cents);
      expect(readAmount(`${whole.replace(/\B(?=(?:\d{3})+$)/g, ",")}.${fraction}0`)).toBe(cents);
    }),
  );
});

it("whole shillings survive the way to cents and back", () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1_000_000_000 }), (whole) => {
      expect(wholeShillings(shillings(whole))).toBe(whole);
      expect(readAmount(whole)).toBe(shillings(whole));
    }),
  );
});

it("whatever is read is a whole, exact, non-negative number of cents, or nothing", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.double(), fc.stringMatching(/^[\d.,-]{0,20}$/)), (written) => {
      const cents = readAmount(written);
      expect(cents === null || (Number.isSafeInteger(cents) && cents >= 0)).toBe(true);
    }),
  );
});
