import { describe, expect, it } from "vitest";
import { maskPhonesIn } from "../../../functions/domain/phone-masking.ts";
import { maskSecretsIn, namesSecret } from "../../../functions/domain/secret-masking.ts";

const run = (length: number): string => "aB3/+".repeat(40).slice(0, length);

describe("a long run of base64 is taken out", () => {
  it("from 88 characters on, with what fills it up", () => {
    expect(maskSecretsIn(run(88))).toBe("[masked]");
    expect(maskSecretsIn(`${run(88)}==`)).toBe("[masked]");
    expect(maskSecretsIn(`${run(88)}=-`)).toBe("[masked]-");
    expect(maskSecretsIn(run(87))).toBe(run(87));
  });

  it("wherever it begins, and nothing around it", () => {
    for (let before = 0; before < 2 * 88; before += 1) {
      const around = "-".repeat(before);
      expect(maskSecretsIn(`${around}${run(88)}-`) === `${around}[masked]-`, String(before)).toBe(true);
    }
  });

  it("as often as there is one, however close they are", () => {
    expect(maskSecretsIn(`${run(88)}-${run(88)}`)).toBe("[masked]-[masked]");
    expect(maskSecretsIn(`${run(100)}=-${run(150)}- and ${run(90)}`)).toBe("[masked]-[masked]- and [masked]");
  });

  it("and two shorter ones are none, whatever parts them", () => {
    for (const between of ["-", "=", " ", "."]) {
      const text = `${run(87)}${between}${run(87)}`;
      expect(maskSecretsIn(text)).toBe(text);
    }
  });
});

describe("the name of a secret", () => {
  it.each([
    "userPin",
    "mpesa_pin",
    "pinCode",
    "PIN",
    "pin-hash",
    "consumerSecret",
    "accessToken",
    "api_key",
    "cookies",
  ])("is known: %s", (name) => expect(namesSecret(name)).toBe(true));

  it.each(["shipping", "spin", "opinion", "receipt", "reference", "amount"])("is not found in %s", (name) =>
    expect(namesSecret(name)).toBe(false),
  );
});

describe("the digits that a mask leaves", () => {
  it.each(["2547*****071 234 5678", "2547*****10712345678", "7*****678"])("begin no other number: %s", (masked) =>
    expect(maskPhonesIn(masked)).toBe(masked),
  );

  it("do not hide a number that stands apart from them", () => {
    expect(maskPhonesIn("2547*****071, 0712345678")).toBe("2547*****071, 2547*****678");
    expect(maskPhonesIn("0712345678 *****")).toBe("2547*****678 *****");
    expect(maskPhonesIn("2547*****678 0712345678")).toBe("2547*****678 2547*****678");
  });
});
