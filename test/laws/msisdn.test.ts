import fc from "fast-check";
import { parsePhoneNumber } from "libphonenumber-js/max";
import type { PhoneNumber } from "libphonenumber-js/max";
import { expect, it } from "vitest";
import { maskMsisdn, MSISDN_TEXT_LIMIT, parseMsisdn } from "../../functions/domain/msisdn.ts";
import { msisdns } from "./arbitraries.ts";

const RUNS = { numRuns: 5_000 };

/** What Google's library makes of a text in Kenya; null when it makes nothing of it. */
const reference = (text: string): PhoneNumber | null => {
  try {
    return parsePhoneNumber(text, "KE");
  } catch {
    return null;
  }
};

const separators = fc.constantFrom(
  "",
  " ",
  "-",
  ".",
  "(",
  ")",
  "/",
  "\t",
  "\u00a0",
  "\u2009",
  "\u3000",
  "\u2011",
  "\u2013",
  "\u200b",
  "\u202a",
  "\ufeff",
);
const decorated = (digits: string): fc.Arbitrary<string> =>
  fc.array(separators, { minLength: digits.length + 1, maxLength: digits.length + 1 }).map(
    (between) =>
      Array.from(digits)
        .map((digit, index) => (between[index] ?? "") + digit)
        .join("") + (between.at(-1) ?? ""),
  );
/** As decorated, but as sparsely as Google's library allows. */
const punctuated = (digits: string): fc.Arbitrary<string> =>
  fc
    .tuple(fc.integer({ min: 1, max: digits.length - 1 }), fc.integer({ min: 1, max: digits.length - 1 }), separators)
    .map(([one, other, separator]) =>
      Array.from(digits)
        .map((digit, index) => (index === one || index === other ? separator : "") + digit)
        .join(""),
    );
const scripts = fc.constantFrom(0x30, 0x660, 0x6f0, 0x966, 0xff10);

it("what Google's library calls a valid Kenyan mobile number is read as the same digits", () => {
  const texts = fc
    .tuple(
      fc.constantFrom("", "0", "254", "+254", "00254", "000254", "+254 0", "tel:+254"),
      fc
        .oneof(
          msisdns.map((msisdn) => msisdn.slice(3)),
          fc.stringMatching(/^[17]\d{7,9}$/),
        )
        .chain(punctuated),
    )
    .map((parts) => parts.join(""));
  let valid = 0;
  fc.assert(
    fc.property(texts, (text) => {
      const theirs = reference(text);
      if (!theirs?.isValid() || theirs.country !== "KE" || theirs.getType() !== "MOBILE") return;
      if (text.length > MSISDN_TEXT_LIMIT) return;
      valid += 1;
      expect(parseMsisdn(text)).toEqual({ ok: true, msisdn: theirs.number.slice(1) });
    }),
    RUNS,
  );
  expect(valid).toBeGreaterThan(500);
});

it("what Google's library calls another country's or a landline's number is refused", () => {
  const texts = fc.oneof(
    fc.stringMatching(/^\+(?:255|256|1|44|27|91)\d{8,10}$/),
    fc.stringMatching(/^(?:0|\+254)(?:20|41|51|800)\d{5,8}$/),
  );
  let valid = 0;
  fc.assert(
    fc.property(texts, (text) => {
      if (!reference(text)?.isValid()) return;
      valid += 1;
      expect(parseMsisdn(text)).toMatchObject({ ok: false });
    }),
    RUNS,
  );
  expect(valid).toBeGreaterThan(200);
});

it("any decoration of a number, in any script, is read as that number", () => {
  const spelled = fc
    .tuple(msisdns, fc.constantFrom("", "0", "254", "2540", "254254", "00254", "000254"), scripts)
    .chain(([msisdn, prefix, zero]) =>
      decorated(prefix + msisdn.slice(3)).map((text) => ({
        msisdn,
        text: text.replace(/\d/g, (digit) => String.fromCodePoint(zero + Number(digit))),
      })),
    );
  fc.assert(
    fc.property(spelled, ({ msisdn, text }) => {
      fc.pre(text.length <= MSISDN_TEXT_LIMIT);
      expect(parseMsisdn(text)).toEqual({ ok: true, msisdn });
    }),
    RUNS,
  );
});

it("reading what was read changes nothing", () => {
  fc.assert(
    fc.property(msisdns, (msisdn) => {
      expect(parseMsisdn(msisdn)).toEqual({ ok: true, msisdn });
    }),
  );
});

it("every text has an answer, and a refusal never repeats it", () => {
  const texts = fc.oneof(fc.string({ unit: "binary", maxLength: 80 }), fc.stringMatching(/^[+0-9 ()-]{0,30}$/));
  fc.assert(
    fc.property(texts, (text) => {
      const parsed = parseMsisdn(text);
      if (parsed.ok) expect(parsed.msisdn).toMatch(/^254[17]\d{8}$/);
      else if (text.length > 6) expect(parsed.message).not.toContain(text);
    }),
    RUNS,
  );
});

it("a masked number hides five digits", () => {
  fc.assert(
    fc.property(msisdns, (msisdn) => {
      expect(maskMsisdn(msisdn)).toMatch(/^254[17]\*{5}\d{3}$/);
    }),
  );
});
