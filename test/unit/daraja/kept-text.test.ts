import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { keptText } from "../../../functions/daraja/kept-text.ts";

const CREDENTIAL = `${"Q".repeat(342)}==`;
const SHORT = "hush-hush";
const ECHO = {
  InitiatorName: "testapi",
  SecurityCredential: CREDENTIAL,
  CommandID: "BusinessPayment",
  Amount: 10,
  PartyB: "254705912645",
  OriginatorConversationID: "pyo_0123456789abcdfghijknpqrst",
  ResultURL: "https://duka.co.ke/callbacks/v1/b2c/pyo_0123456789abcdfghijknpqrst/tokentokentokentokentokent",
};

describe("the text that is kept", () => {
  test("of an echoed request holds neither the credential nor the callback's token, and everything else", () => {
    expect(JSON.parse(keptText(JSON.stringify(ECHO)))).toEqual({
      ...ECHO,
      SecurityCredential: "***",
      ResultURL: "https://duka.co.ke/callbacks/v1/b2c/pyo_0123456789abcdfghijknpqrst/***",
    });
  });

  test.each([
    ["deep inside", JSON.stringify({ a: [{ Request: { securityCredential: SHORT } }] })],
    ["as an object", JSON.stringify({ SecurityCredential: { Value: SHORT, more: [SHORT] } })],
    ["as a named value", JSON.stringify({ Item: [{ Key: "SecurityCredential", Value: SHORT }] })],
    ["as the value before its name", JSON.stringify({ Item: [{ value: SHORT, name: "Security_Credential" }] })],
    ["as JSON within JSON", JSON.stringify({ body: JSON.stringify({ SecurityCredential: SHORT }) })],
    [
      "as a named value, with nothing beside it",
      JSON.stringify({
        Item: { Name: "SecurityCredential", Value: SHORT, Note: null },
      }),
    ],
    ["in a list", JSON.stringify([{ InitiatorPassword: SHORT }])],
    ["in JSON that breaks off", JSON.stringify({ x: 1, SecurityCredential: `${SHORT}...` }).slice(0, -5)],
    ["in a form", `Amount=10&SecurityCredential=${SHORT}&Remarks=x`],
    ["in a header", `Authorization: Bearer ${SHORT}-token`],
  ])("holds no secret %s", (_, text) => {
    expect(text).toContain(SHORT);
    expect(keptText(text)).not.toContain(SHORT);
    expect(keptText(text)).toContain("***");
  });

  test("holds no credential that goes by no name at all", () => {
    expect(keptText(`<x>${CREDENTIAL}</x>`)).toBe("<x>***</x>");
    expect(keptText(JSON.stringify([CREDENTIAL]))).toBe('["***"]');
  });

  test("is the text itself, byte for byte, when there is no secret in it", () => {
    const result = '{ "Result": {"ResultCode": 0, "Amount": 1.00, "Name":"254705912645 - A",\n "x":20240706224852 } }';
    for (const text of [result, "", "<html>", "null", "[]", '"x"']) expect(keptText(text)).toBe(text);
  });

  test("is the text itself where something is only called like a secret, or stands beside a name", () => {
    for (const value of [
      { Key: "Amount", Value: "10" },
      { Value: "10", Name: "Receipt" },
      { KeyId: "SecurityCredential", Value: "x" },
      { SortKey: "SecurityCredential", Value: "x" },
      { Note: "SecurityCredential", Value: "x" },
      { text: "what was [masked] before" },
    ])
      expect(keptText(JSON.stringify(value))).toBe(JSON.stringify(value));
  });

  test("of a named secret hides the value and nothing beside it", () => {
    const named = { Key: "SecurityCredential", Value: SHORT, DisplayValue: "a", ValueType: "b", Index: 1 };
    expect(JSON.parse(keptText(JSON.stringify([named])))).toEqual([{ ...named, Value: "***" }]);
  });

  test("goes 32 levels deep, and hides whole what is deeper, lists and objects alike", () => {
    const nested = (depth: number, wrap: (inner: unknown) => unknown): unknown =>
      Array.from({ length: depth }).reduce<unknown>((inner) => wrap(inner), 7);
    for (const wrap of [(inner: unknown) => [inner], (inner: unknown) => ({ a: inner })]) {
      const text = JSON.stringify(nested(32, wrap));
      expect(keptText(text)).toBe(text);
      expect(keptText(JSON.stringify(nested(33, wrap)))).toBe(text.replace("7", '"***"'));
    }
  });

  test("has at most 65,536 characters and survives any nesting", () => {
    expect(keptText("x ".repeat(50_000))).toHaveLength(65_536);
    const deep = `${"[".repeat(30_000)}{"SecurityCredential":"${SHORT}"}${"]".repeat(30_000)}`;
    expect(keptText(deep)).not.toContain(SHORT);
  });

  test("of any JSON with a credential somewhere does not hold it", () => {
    const secret = "s3cr3t-s3cr3t";
    const { tree } = fc.letrec((tie) => ({
      tree: fc.oneof(
        { depthSize: "small" },
        fc.constant({ SecurityCredential: secret }),
        fc.jsonValue().filter((value) => !JSON.stringify(value).includes(secret)),
        fc.array(tie("tree"), { maxLength: 4 }),
        fc.dictionary(fc.string(), tie("tree"), { maxKeys: 4 }),
      ),
    }));
    fc.assert(fc.property(tree, (value) => !keptText(JSON.stringify(value)).includes(secret)));
  });
});
