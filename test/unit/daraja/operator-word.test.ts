import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { operatorWord } from "../../../functions/daraja/operator-word.ts";

const result = (ResultCode: unknown): string => JSON.stringify({ Result: { ResultCode, ResultDesc: "words" } });

describe("what a result says about the operator", () => {
  test.each([
    [0, { code: "0", trouble: null, accepted: true }],
    ["21", { code: "21", trouble: "initiator_misconfigured", accepted: true }],
    [2001, { code: "2001", trouble: "initiator_misconfigured", accepted: false }],
    [18, { code: "18", trouble: "initiator_misconfigured", accepted: false }],
    [8006, { code: "8006", trouble: "initiator_locked", accepted: false }],
    ["26", { code: "26", trouble: null, accepted: false }],
    ["987654", { code: "987654", trouble: null, accepted: false }],
  ])("%j", (code, word) => expect(operatorWord(result(code))).toEqual(word));

  test("is nothing when the body is no result", () => {
    for (const body of ["", "{", "[]", "null", '{"Result":{}}', '{"errorCode":"500.003.02"}'])
      expect(operatorWord(body)).toBeNull();
  });

  test("is never an acceptance unless the code is 0 or 21, and never a fault", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.integer(), fc.jsonValue()), (code) => {
        const word = operatorWord(result(code));
        expect(word?.accepted ?? false).toBe(word?.code === "0" || word?.code === "21");
      }),
    );
  });
});
