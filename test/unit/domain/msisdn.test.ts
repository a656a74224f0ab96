import { describe, expect, it } from "vitest";
import { maskMsisdn, Msisdn, MSISDN_TEXT_LIMIT, parseMsisdn } from "../../../functions/domain/msisdn.ts";
import type { MsisdnReason } from "../../../functions/domain/msisdn.ts";
import { SPELLINGS } from "../../fixtures/phone-spellings.ts";

describe("a number is understood when it is written", () => {
  it.each(SPELLINGS)("%s", (_how, text) => {
    expect(parseMsisdn(text)).toEqual({ ok: true, msisdn: "254712345678" });
  });

  it("with any operator's prefix, allocated or not", () => {
    for (const prefix of ["070", "073", "077", "0747", "010", "011", "0199"]) {
      const text = prefix.padEnd(10, "3");
      expect(parseMsisdn(text)).toEqual({ ok: true, msisdn: `254${text.slice(1)}` });
    }
  });
});

describe("what is no Kenyan mobile number is refused with the reason", () => {
  it.each<[string, MsisdnReason]>([
    ["", "empty"],
    [" \t ", "empty"],
    ["\u200b\u2060", "empty"],
    ["1".repeat(MSISDN_TEXT_LIMIT + 1), "too_long"],
    [" ".repeat(MSISDN_TEXT_LIMIT + 1), "too_long"],
    ["hello", "not_a_number"],
    ["07I2345678", "not_a_number"],
    ["0712345678 or 0722345678", "not_a_number"],
    ["07123456+78", "not_a_number"],
    ["tel:", "not_a_number"],
    ["-", "not_a_number"],
    ["+", "not_a_number"],
    ["2547*****678", "not_a_number"],
    ["0", "too_short"],
    ["0712", "too_short"],
    ["071234567", "too_short"],
    ["25471234567", "too_short"],
    ["174379", "too_short"],
    ["254", "too_short"],
    ["07123456789", "too_long_number"],
    ["2547123456789", "too_long_number"],
    ["7123456789", "too_long_number"],
    ["+256712345678", "not_kenyan"],
    ["256712345678", "not_kenyan"],
    ["0044 7700 900123", "not_kenyan"],
    ["+712345678", "not_kenyan"],
    ["00712345678", "not_kenyan"],
    ["0201234567", "not_mobile"],
    ["+254201234567", "not_mobile"],
    ["020 123 4567", "not_mobile"],
    ["0800 723 253", "not_mobile"],
    ["254 0 41 222 3333", "not_mobile"],
    ["0712345678901", "too_long_number"],
    ["712345678901", "not_kenyan"],
    ["201234", "too_short"],
    ["2012345", "not_mobile"],
    ["201234567", "not_mobile"],
    ["2012345678", "not_kenyan"],
    ["02012345678", "not_mobile"],
    ["020123456789", "too_long_number"],
    ["07tel:12345678", "not_a_number"],
    ["+1254712345678", "not_kenyan"],
    ["+125471234", "not_kenyan"],
    ["2542542540712345678", "too_long_number"],
    ["254254254254712345678", "too_long_number"],
  ])("%j: %s", (text, reason) => {
    const parsed = parseMsisdn(text);
    expect(parsed).toMatchObject({ ok: false, reason });
  });

  it("but not for zeros and a country's code within it", () => {
    expect(parseMsisdn("0700254123")).toEqual({ ok: true, msisdn: "254700254123" });
    expect(parseMsisdn("00254700254123")).toEqual({ ok: true, msisdn: "254700254123" });
  });

  it("but not for being as long as a number may be", () => {
    expect(parseMsisdn("0712345678".padEnd(MSISDN_TEXT_LIMIT))).toEqual({ ok: true, msisdn: "254712345678" });
  });

  it("in words that never repeat what was written", () => {
    const parsed = parseMsisdn("0712345678x");
    expect(parsed.ok ? "" : parsed.message).toMatch(/phone number/);
    expect(parsed.ok ? "" : parsed.message).not.toContain("0712345678x");
  });
});

it("a masked number keeps its first four and last three digits", () => {
  expect(maskMsisdn(Msisdn.parse("254708374149"))).toBe("2547*****149");
});
