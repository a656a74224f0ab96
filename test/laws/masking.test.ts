import fc from "fast-check";
import { expect, it } from "vitest";
import { maskDeep } from "../../functions/domain/deep-masking.ts";
import { exceptionId, transactionId } from "../../functions/domain/ids.ts";
import { maskText } from "../../functions/domain/masking.ts";
import { darajaTimestamp, utcIso } from "../../functions/domain/time.ts";
import { msisdns } from "./arbitraries.ts";

const RUNS = { numRuns: 2_000 };
const separators = fc.constantFrom("", "", " ", "-", ".", "/", "\u00a0", "\u2009", "\u2011", "\u200b", ") (", "%20");

/** A number with its prefix, in any spelling, and its nine digits. */
const spelled = fc
  .tuple(
    msisdns,
    fc.constantFrom("0", "254", "+254", "00254", "+254 (0)", "2540", "tel:+254"),
    fc.array(separators, { minLength: 9 }),
  )
  .map(([msisdn, prefix, between]) => ({
    nine: msisdn.slice(3),
    text:
      prefix +
      Array.from(msisdn.slice(3))
        .map((digit, index) => (index === 0 ? "" : (between[index] ?? "")) + digit)
        .join(""),
  }));

/** Words around it that hold no digits and no separators at their ends. */
const words = fc.constantFrom("", "call ", "PhoneNumber=", '{"msisdn":"', "<", "ask: ");
const endings = fc.constantFrom("", " now", '"}', ">", ", please", "\n");

/** What parts one value from the next stays: the end of one masked number and the beginning of another are not a third. */
const survives = (masked: string, nine: string): boolean => {
  const digits = masked.replace(/%20/g, "").replace(/[^\d*",:]/g, "");
  return [0, 1, 2, 3, 4].some((from) => digits.includes(nine.slice(from, from + 5)));
};

it("no five digits of a phone number survive, however it is spelled and wherever it stands", () => {
  fc.assert(
    fc.property(spelled, words, endings, ({ nine, text }, before, after) => {
      expect(survives(maskText(before + text + after), nine)).toBe(false);
    }),
    RUNS,
  );
});

it("no push id gives a payer away", () => {
  const moments = fc.integer({ min: 1_500_000_000_000, max: 2_500_000_000_000 });
  fc.assert(
    fc.property(msisdns, moments, fc.integer({ min: 0, max: 999 }), (msisdn, at, millis) => {
      const stamp = darajaTimestamp(at);
      const day = stamp.slice(6, 8) + stamp.slice(4, 6) + stamp.slice(0, 4) + stamp.slice(8);
      const time = day + String(millis).padStart(3 + (millis % 2), "0");
      const masked = `ws_CO_${time}${msisdn.charAt(3)}*****${msisdn.slice(-3)}`;
      expect(maskText(`asked ws_CO_${time}${msisdn.slice(3)} about it`)).toBe(`asked ${masked} about it`);
    }),
    RUNS,
  );
});

it("no payload, whatever its shape, keeps a phone number", () => {
  const keys = fc.constantFrom("phone", "PartyA", "Value", "note", "list", "0");
  fc.assert(
    fc.property(spelled, fc.tuple(keys, fc.object({ maxDepth: 3 })), fc.boolean(), (number, [key, around], asText) => {
      const payload = { around, [key]: [{ [key]: number.text, n: Number(`254${number.nine}`) }] };
      const value = asText ? JSON.stringify(JSON.stringify(payload[key])) : payload[key];
      expect(survives(JSON.stringify(maskDeep(value)), number.nine)).toBe(false);
      expect(() => maskDeep(payload)).not.toThrow();
    }),
    RUNS,
  );
});

it("masking what is masked changes nothing", () => {
  const pieces = fc.oneof(
    spelled.map(({ text }) => text),
    fc.stringMatching(/^[0-9 *+-]{1,14}$/),
    fc.constantFrom("254712345678", "0712345678", "712345678", "ws_CO_17082026140403270", "[masked]", "token: ", "pin"),
    fc.constantFrom("secret=", "password", "Bearer abc ", "Basic ", "sk_test_", "ct_abcdefghi", "Access Token - "),
    fc.constantFrom("[", "]", "{", "}", '"', "'", "\\", ":", "=", " ", "://a:b@", "\u0001"),
  );
  const texts = fc.oneof(
    fc.string({ unit: "binary", maxLength: 80 }),
    fc.array(pieces, { maxLength: 8 }).map((parts) => parts.join("")),
  );
  fc.assert(
    fc.property(texts, (text) => {
      const masked = maskText(text);
      expect(maskText(masked)).toBe(masked);
    }),
    RUNS,
  );
});

it("ids, receipts, times, amounts and shortcodes stay as they are", () => {
  const moments = fc.integer({ min: Date.parse("2015-01-01"), max: Date.parse("2050-01-01") });
  const receipts = fc.stringMatching(/^[A-Z][A-Z0-9]{9}$/).filter((receipt) => /[A-Z]/.test(receipt.slice(1)));
  const readable = fc.oneof(
    fc.string().map((key) => transactionId("pay", { storefront: "s", operation: "o", key })),
    fc.string().map((key) => exceptionId(key, "late_success")),
    moments.map(darajaTimestamp),
    moments.map(utcIso),
    moments.map(String),
    receipts,
    fc.integer({ min: 0, max: 99_999_999 }).map(String),
    fc.tuple(fc.integer({ min: 0, max: 9_999_999 }), fc.integer({ min: 10, max: 99 })).map((parts) => parts.join(".")),
    fc.integer({ min: 0, max: 999_999_999 }).map((cents) => `"amount_cents":${cents}`),
    fc.uuid(),
  );
  fc.assert(
    fc.property(readable, (text) => {
      expect(maskText(`saw ${text}, once`)).toBe(`saw ${text}, once`);
    }),
    RUNS,
  );
});

it("no value of a secret's field survives, in an object, in JSON and in JSON within JSON", () => {
  const names = fc.constantFrom(
    "password",
    "Password",
    "passkey",
    "SecurityCredential",
    "access_token",
    "client_secret",
    "apiKey",
    "Authorization",
    "pin",
  );
  const values = fc.string({ minLength: 6, maxLength: 30 }).map((text) => `s3cr3t${text}`);
  fc.assert(
    fc.property(names, values, (name, value) => {
      const payload = { before: 1, [name]: value, after: 2 };
      const json = JSON.stringify(payload);
      expect(maskDeep(payload)).toEqual({ before: 1, [name]: "[masked]", after: 2 });
      expect(maskText(json)).toBe(JSON.stringify({ ...payload, [name]: "[masked]" }));
      expect(maskText(JSON.stringify({ json }))).not.toContain("s3cr3t");
    }),
    RUNS,
  );
});
