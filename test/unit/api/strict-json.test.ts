import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { parseStrictJson, pointer } from "../../../functions/api/strict-json.ts";

const mistakes = (text: string): readonly string[] => {
  const parsed = parseStrictJson(text);
  return parsed.ok ? [] : parsed.mistakes.map(({ pointer: at }) => at);
};

describe("strict JSON", () => {
  test("reads what JSON.parse reads, when numbers are whole and keys stand once", () => {
    const plain = fc.letrec((tie) => ({
      value: fc.oneof(
        { depthSize: "small", maxDepth: 3 },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        tie("list"),
        tie("object"),
      ),
      list: fc.array(tie("value"), { maxLength: 4 }),
      object: fc.dictionary(fc.string(), tie("value"), { maxKeys: 4 }),
    })).value;
    fc.assert(
      fc.property(plain, (value) => {
        const text = JSON.stringify(value);
        expect(parseStrictJson(text)).toEqual({ ok: true, value: JSON.parse(text) });
      }),
    );
  });

  test("never throws, whatever the text", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string({ unit: "binary" }), fc.json(), fc.stringMatching(/^[[\]{}",:0-9eE.\\-]*$/)),
        (text) => {
          expect(typeof parseStrictJson(text).ok).toBe("boolean");
        },
      ),
    );
  });

  test.each([
    [`{"a":1,"a":1}`, ["/a"]],
    [`{"a":{"b":1,"b":2}}`, ["/a/b"]],
    [`{"a":[{"x":1,"x":1}]}`, ["/a/0/x"]],
    [`{"a":{"x":1},"b":{"x":1}}`, []],
    [`{"\\u0061":1,"a":2}`, ["/a"]],
    [`{"a":1.0}`, ["/a"]],
    [`{"a":-0.0}`, ["/a"]],
    [`{"a":1e2}`, ["/a"]],
    [`{"a":1234567890123456}`, ["/a"]],
    [`{"a":"1.5"}`, []],
    ["1.5", [""]],
    ["{", [""]],
    ["", [""]],
    [`{"a":1}{`, [""]],
    [`{"a":1,}`, [""]],
    [`[1 2]`, [""]],
  ])("%s is wrong at %j", (text, expected) => {
    expect(mistakes(text)).toEqual(expected);
  });

  test("nesting is bounded, and brackets inside strings don't count", () => {
    expect(parseStrictJson("[".repeat(9) + "]".repeat(9)).ok).toBe(false);
    expect(parseStrictJson("[".repeat(8) + "]".repeat(8)).ok).toBe(true);
    expect(parseStrictJson(JSON.stringify({ a: '[[[[[[[[[[{{{{\\"[[[' })).ok).toBe(true);
  });

  test("a thousand mistakes are told as ten", () => {
    const text = `{${Array.from({ length: 1000 }, (_, n) => `"k${n}":1.5`).join(",")}}`;
    expect(mistakes(text)).toHaveLength(10);
  });
});

test("a pointer escapes what RFC 6901 says it must", () => {
  expect(pointer(["a/b", "c~d", 0])).toBe("/a~1b/c~0d/0");
  expect(pointer([])).toBe("");
});
