import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { Msisdn } from "../../../functions/domain/msisdn.ts";
import { isPayer, maskPayer, readPayerPhone, samePayer } from "../../../functions/domain/payer-phone.ts";

const PHONE = Msisdn.parse("254708374149");
const OTHER = Msisdn.parse("254712345678");
const sha256 = (text: string) => createHash("sha256").update(text).digest("hex");
const read = (text: string) => {
  const payer = readPayerPhone(text);
  if (payer === null) throw new Error("nothing to read");
  return payer;
};

describe("a payer's number is kept as what it is", () => {
  it.each([
    ["2547 ***** 126", { form: "masked", head: "2547", tail: "126" }],
    ["25470****149", { form: "masked", head: "25470", tail: "149" }],
    ["254******867", { form: "masked", head: "254", tail: "867" }],
    ["+2547xxxxx126", { form: "masked", head: "2547", tail: "126" }],
    ["010****222", { form: "masked", head: "010", tail: "222" }],
    ["07****222", { form: "masked", head: "07", tail: "222" }],
    ["2547\u00a0*****\u00a0126", { form: "masked", head: "2547", tail: "126" }],
    [" 254708374149 ", { form: "plain", msisdn: PHONE }],
    ["+254708374149", { form: "plain", msisdn: PHONE }],
    ["0113638169", { form: "plain", msisdn: "254113638169" }],
    [sha256(PHONE).toUpperCase(), { form: "sha256", hash: sha256(PHONE) }],
    ["ec59ead35053 ***** 134b8d", { form: "opaque", text: "ec59ead35053 ***** 134b8d" }],
    ["255712345678", { form: "opaque", text: "255712345678" }],
    ["72200000", { form: "opaque", text: "72200000" }],
    ["2547*126", { form: "opaque", text: "2547*126" }],
    ["null", { form: "opaque", text: "null" }],
  ])("%s", (text, payer) => {
    expect(readPayerPhone(text)).toEqual(payer);
  });

  it("and nothing is nothing", () => {
    for (const text of ["", "  ", "\t\n"]) expect(readPayerPhone(text)).toBeNull();
  });

  it("bounded", () => {
    expect(readPayerPhone("x".repeat(1_000))).toEqual({ form: "opaque", text: "x".repeat(128) });
  });
});

describe("whether it is a number", () => {
  it("whole or hashed, says yes or no, however it was written before it was hashed", () => {
    for (const text of ["0708374149", sha256("254708374149"), sha256("0708374149"), sha256("708374149")]) {
      expect(isPayer(read(text), PHONE)).toBe("yes");
      expect(isPayer(read(text), OTHER)).toBe("no");
    }
  });

  it.each(["2547 ***** 149", "25470****149", "070****149", "70****149", "254****4149"])(
    "masked as %s, says maybe",
    (text) => {
      expect(isPayer(read(text), PHONE)).toBe("maybe");
    },
  );

  it.each(["25471****149", "2547 ***** 148", "0110****149"])(
    "masked as %s, says no to one that contradicts it",
    (text) => {
      expect(isPayer(read(text), PHONE)).toBe("no");
    },
  );

  it("in a form that says nothing, says maybe to everything", () => {
    expect(isPayer(read("ec59ead35053 ***** 134b8d"), PHONE)).toBe("maybe");
  });
});

describe("whether two forms are one number", () => {
  it.each([
    ["254708374149", "0708374149", "yes"],
    ["254708374149", sha256(PHONE), "yes"],
    [sha256(PHONE), sha256(PHONE), "yes"],
    ["254708374149", "2547 ***** 149", "maybe"],
    ["2547 ***** 149", "070****149", "maybe"],
    ["25470****49", "2547 ***** 149", "maybe"],
    ["2547 ***** 149", sha256(PHONE), "maybe"],
    [sha256(PHONE), sha256("0708374149"), "maybe"],
    ["2547 ***** 149", "2547 ***** 148", "no"],
    ["25470****149", "25471****149", "no"],
    ["254708374149", "254712345678", "no"],
    ["254708374149", sha256(OTHER), "no"],
  ])("%s and %s: %s", (one, other, agreement) => {
    expect(samePayer(read(one), read(other))).toBe(agreement);
    expect(samePayer(read(other), read(one))).toBe(agreement);
  });
});

it("shows four digits in front and three behind, and nothing of a hash", () => {
  expect(maskPayer(read("0708374149"))).toBe("2547*****149");
  expect(maskPayer(read("254708****4149"))).toBe("2547*****149");
  expect(maskPayer(read("07****222"))).toBe("07*****222");
  expect(maskPayer(read(sha256(PHONE)))).toBeNull();
  expect(maskPayer(read("ec59ead35053 ***** 134b8d"))).toBeNull();
});
