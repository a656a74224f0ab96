/** The page reads a number as the API does: what it shows as understood is what will be asked. */
import { describe, expect, it, test } from "vitest";
import fc from "fast-check";
import { parseMsisdn } from "../../../functions/domain/msisdn.ts";
import { readPhone, spelled } from "../../../web/checkout/src/phone.ts";
import { SPELLINGS } from "../../fixtures/phone-spellings.ts";

test.each(SPELLINGS)("a number spelled %s is understood", (_how, text) => {
  expect(readPhone(text)).toEqual({ ok: true, msisdn: "254712345678" });
});

const pieces = fc.constantFrom(...Array.from("0123456789+-() ./~a٧७\u200b\u00a0"), "254", "07", "01", "tel:", "00");
const typed = fc.oneof(
  fc.string({ maxLength: 70 }),
  fc.string({ unit: "binary", maxLength: 70 }),
  fc.array(pieces, { maxLength: 20 }).map((parts) => parts.join("")),
  fc
    .tuple(fc.constantFrom("0", "254", "+254", "", "+", "00254"), fc.stringMatching(/^\d{7,11}$/))
    .map((parts) => parts.join("")),
);

it("understands whatever the API understands, as the same number, and nothing else", () => {
  fc.assert(
    fc.property(typed, (text) => {
      const [page, api] = [readPhone(text), parseMsisdn(text)];
      expect(page.ok ? page.msisdn : null).toBe(api.ok ? api.msisdn : null);
    }),
    { numRuns: 3_000 },
  );
});

it("says that a number is unfinished for as long as it may still become one", () => {
  const whole = "+254712345678";
  for (let length = 1; length < whole.length; length += 1)
    expect(readPhone(whole.slice(0, length)), whole.slice(0, length)).toMatchObject({ because: "unfinished" });
});

describe("what it says of a text that is no number", () => {
  test.each([
    ["", "empty"],
    ["   ", "empty"],
    ["07123", "unfinished"],
    ["071234567890", "too_long"],
    ["+256 712 345 678", "foreign"],
    ["020 2345678", "not_mobile"],
    ["hello", "unreadable"],
  ] as const)("%j is %s", (text, because) => {
    expect(readPhone(text)).toEqual({ ok: false, because });
  });
});

it("spells a number as people in Kenya do", () => {
  expect(spelled("254712345678")).toBe("0712\u00a0345\u00a0678");
});
