import { expect, it } from "vitest";
import { canonicalJson, sha256Hex } from "../../../functions/domain/canonical-json.ts";

it("two objects that differ only in the order of their fields have one text", () => {
  const one = { b: [1, { y: null, x: "é" }], a: { d: true, c: 1.5 } };
  const other = { a: { c: 1.5, d: true }, b: [1, { x: "é", y: null }] };
  expect(canonicalJson(one)).toBe('{"a":{"c":1.5,"d":true},"b":[1,{"x":"é","y":null}]}');
  expect(canonicalJson(other)).toBe(canonicalJson(one));
});

it("the order of a list counts", () => expect(canonicalJson([1, 2])).not.toBe(canonicalJson([2, 1])));

it("a field that is undefined is no field", () => expect(canonicalJson({ a: undefined })).toBe("{}"));

it.each([[Number.NaN], [Number.POSITIVE_INFINITY], [undefined], [() => 1], [1n], [[undefined]]])(
  "%s has no text",
  (value) => expect(() => canonicalJson(value)).toThrow(TypeError),
);

it("a value that nests without end is refused", () => {
  const endless: Record<string, unknown> = {};
  endless["self"] = endless;
  expect(() => canonicalJson(endless)).toThrow(RangeError);
});

it("a value nests sixteen levels at most, in lists as in objects", () => {
  const nested = (levels: number, wrap: (inner: unknown) => unknown): unknown =>
    Array.from({ length: levels }).reduce<unknown>(wrap, 1);
  for (const wrap of [(inner: unknown) => [inner], (inner: unknown) => ({ inner })]) {
    expect(JSON.parse(canonicalJson(nested(16, wrap)))).toEqual(nested(16, wrap));
    expect(() => canonicalJson(nested(17, wrap))).toThrow("at most 16 levels");
  }
});

it("a digest is SHA-256 over UTF-8", () => {
  expect(sha256Hex("abc")).toBe("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
});
