/**
 * Tills have shown the payer as the ends of a hash with stars between them. However much its digits look like a number, it
 * is none: read as one, it would tie a payment to a stranger's phone.
 */
import fc from "fast-check";
import { expect, it } from "vitest";
import { isPayer, maskPayer, readPayerPhone } from "../../functions/domain/payer-phone.ts";
import { msisdns } from "./arbitraries.ts";

const RUNS = { numRuns: 2_000 };
const LETTERS = ["a", "b", "c", "d", "e", "f"];

/** A number's digits in order, with letters of a hash and the stars somewhere between them. */
const halfHashes = msisdns.chain((msisdn) =>
  fc
    .record({
      digits: fc.constantFrom<string>(msisdn, `0${msisdn.slice(3)}`, msisdn.slice(3)),
      letters: fc.array(fc.tuple(fc.nat(12), fc.constantFrom(...LETTERS)), { minLength: 1, maxLength: 6 }),
      stars: fc.constantFrom("*****", " ***** "),
      cut: fc.double({ min: 0, max: 1, noNaN: true }),
    })
    .map(({ digits, letters, stars, cut }) => {
      const hash = letters.reduce((text, [at, letter]) => text.slice(0, at) + letter + text.slice(at), digits);
      const half = Math.round(hash.length * cut);
      return { msisdn, text: hash.slice(0, half) + stars + hash.slice(half) };
    }),
);

it("half a hash is kept as it is, whatever number its digits spell", () => {
  fc.assert(
    fc.property(halfHashes, ({ msisdn, text }) => {
      const payer = readPayerPhone(text)!;
      expect(payer).toEqual({ form: "opaque", text: text.trim() });
      expect(isPayer(payer, msisdn)).toBe("maybe");
      expect(maskPayer(payer)).toBeNull();
    }),
    RUNS,
  );
});
