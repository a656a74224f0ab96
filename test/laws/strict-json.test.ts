import fc from "fast-check";
import { expect, it } from "vitest";
import { parseStrictJson } from "../../functions/api/strict-json.ts";

const keys = fc.string({ maxLength: 6 }).filter((key) => key !== "__proto__");
const leaves = fc.oneof(fc.string(), fc.boolean(), fc.constant(null), fc.integer());
const { value: values } = fc.letrec<{ value: unknown }>((tie) => ({
  value: fc.oneof(
    { depthSize: "small", maxDepth: 4 },
    leaves,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(keys, tie("value"), { maxKeys: 4, noNullPrototype: true }),
  ),
}));

it("what is plain JSON is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(values, (value) => {
      const text = JSON.stringify(value);
      expect(parseStrictJson(text)).toEqual({ ok: true, value: JSON.parse(text) as unknown });
    }),
    { numRuns: 1_000 },
  );
});

it("a key that stands there twice is refused, wherever it stands and whatever it holds", () => {
  fc.assert(
    fc.property(keys, fc.tuple(values, values), fc.boolean(), (key, [first, second], isDeep) => {
      const object = `{${JSON.stringify(key)}:${JSON.stringify(first)},${JSON.stringify(key)}:${JSON.stringify(second)}}`;
      expect(parseStrictJson(isDeep ? `{"in":[${object}]}` : object)).toMatchObject({ ok: false });
    }),
    { numRuns: 500 },
  );
});

it("a number with a fraction or an exponent is refused, even one that is whole", () => {
  const spelled = fc
    .tuple(fc.integer(), fc.constantFrom(".0", ".00", ".5", "e0", "E2", "e+1", ".0e0"))
    .map(([number, tail]) => `${number}${tail}`);
  fc.assert(fc.property(spelled, (number) => !parseStrictJson(`{"amount":${number}}`).ok));
});

it("any text at all is a value or mistakes that are pointed at, and nothing else", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 60 }), (text) => {
      const read = parseStrictJson(text);
      expect(read.ok || read.mistakes.length > 0).toBe(true);
    }),
    { numRuns: 500 },
  );
});
