import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, it } from "vitest";
import type { Msisdn } from "../../functions/domain/msisdn.ts";
import { isPayer, maskPayer, readPayerPhone, samePayer } from "../../functions/domain/payer-phone.ts";
import type { PayerPhone } from "../../functions/domain/payer-phone.ts";
import { msisdns } from "./arbitraries.ts";

const RUNS = { numRuns: 2_000 };

/** The ways in which M-PESA may write a number before it hides any of it. */
const spelled = (msisdn: Msisdn) => fc.constantFrom<string>(msisdn, `0${msisdn.slice(3)}`, msisdn.slice(3));

const masked = (whole: string) =>
  fc
    .record({
      head: fc.integer({ min: 2, max: 6 }),
      tail: fc.integer({ min: 2, max: 4 }),
      stars: fc.integer({ min: 2, max: 8 }),
      blank: fc.constantFrom("", " "),
      star: fc.constantFrom("*", "x", "X"),
    })
    .map(
      ({ head, tail, stars, blank, star }) =>
        whole.slice(0, head) + blank + star.repeat(stars) + blank + whole.slice(-tail),
    );

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/** Every text that M-PESA may write for one number. */
const texts = (msisdn: Msisdn): fc.Arbitrary<string> =>
  spelled(msisdn).chain((whole) => fc.oneof(fc.constant(whole), masked(whole), fc.constant(sha256(whole))));

const forms = (msisdn: Msisdn): fc.Arbitrary<PayerPhone> =>
  texts(msisdn).map((text) => {
    const payer = readPayerPhone(text);
    if (payer === null || payer.form === "opaque") throw new Error("a form of a number was not read");
    return payer;
  });

it("no form of a number contradicts the number", () => {
  const cases = msisdns.chain((msisdn) => forms(msisdn).map((payer) => ({ msisdn, payer })));
  fc.assert(
    fc.property(cases, ({ msisdn, payer }) => {
      expect(isPayer(payer, msisdn)).toBe(payer.form === "masked" ? "maybe" : "yes");
    }),
    RUNS,
  );
});

it("two forms of one number never contradict each other, whichever is asked first", () => {
  const cases = msisdns.chain((msisdn) => fc.tuple(forms(msisdn), forms(msisdn)));
  fc.assert(
    fc.property(cases, ([one, other]) => {
      expect(samePayer(one, other)).not.toBe("no");
      expect(samePayer(other, one)).toBe(samePayer(one, other));
    }),
    RUNS,
  );
});

/** Numbers that differ little, so that masks often fit both. */
const neighbours = fc
  .tuple(msisdns, fc.integer({ min: 3, max: 11 }), fc.integer({ min: 0, max: 9 }))
  .map(
    ([one, at, digit]) =>
      [one, `${one.slice(0, at)}${at === 3 ? (one[3] === "7" ? 1 : 7) : digit}${one.slice(at + 1)}` as Msisdn] as const,
  );

it("no form ever says yes to two numbers", () => {
  const anything = fc.string({ unit: "binary", maxLength: 80 }).map(readPayerPhone);
  const cases = neighbours.chain(([one, other]) =>
    fc.tuple(fc.constant(one), fc.constant(other), fc.oneof(forms(one), forms(other), anything)),
  );
  fc.assert(
    fc.property(cases, ([one, other, payer]) => {
      if (payer === null || one === other) return;
      expect([isPayer(payer, one), isPayer(payer, other)]).not.toEqual(["yes", "yes"]);
    }),
    RUNS,
  );
});

it("two numbers are never said to be surely one, and what is said does not depend on the order", () => {
  const cases = neighbours.chain(([one, other]) => fc.tuple(fc.constant(one === other), forms(one), forms(other)));
  fc.assert(
    fc.property(cases, ([equal, one, other]) => {
      if (!equal) expect(samePayer(one, other)).not.toBe("yes");
      expect(samePayer(other, one)).toBe(samePayer(one, other));
    }),
    RUNS,
  );
});

it("every text has an answer, and reading it again is the same", () => {
  const any = fc.oneof(fc.string({ unit: "binary", maxLength: 200 }), fc.stringMatching(/^[+0-9xX* a-f]{0,80}$/));
  fc.assert(
    fc.property(any, (text) => {
      const payer = readPayerPhone(text);
      expect(readPayerPhone(text)).toEqual(payer);
      expect(payer === null).toBe(text.trim() === "");
    }),
    RUNS,
  );
});

it("what is shown hides all but seven digits", () => {
  const cases = msisdns.chain(forms);
  fc.assert(
    fc.property(cases, (payer) => {
      const shown = maskPayer(payer);
      if (shown !== null) expect(shown).toMatch(/^\d{2,4}\*{5}\d{2,3}$/);
    }),
    RUNS,
  );
});
