import { describe, expect, test } from "vitest";

import { compileFilters, compilePattern } from "../../../../sandbox/aws/mappings/event-pattern.ts";

const event = {
  eventName: "MODIFY",
  amount: 1500,
  paid: true,
  note: null,
  tags: ["a", "b"],
  dynamodb: { NewImage: { kind: { S: "payment" } }, changes: [{ field: "state" }, { field: "version" }] },
};

describe("a pattern", () => {
  test.each<[string, unknown, boolean]>([
    ["of one of several values fits", { eventName: ["INSERT", "MODIFY"] }, true],
    ["of other values does not", { eventName: ["INSERT"] }, false],
    ["looks into what is nested", { dynamodb: { NewImage: { kind: { S: ["payment"] } } } }, true],
    ["of several fields wants them all", { eventName: ["MODIFY"], amount: [1] }, false],
    ["tells a number from its text", { amount: ["1500"] }, false],
    ["knows null and booleans", { note: [null], paid: [true] }, true],
    ["fits a list of which one element fits", { tags: ["b"] }, true],
    ["fits a list of objects of which one fits", { dynamodb: { changes: { field: ["version"] } } }, true],
    ["does not fit what is not there", { nothing: ["x"] }, false],
    ["knows beginnings", { eventName: [{ prefix: "MOD" }] }, true],
    ["knows ends", { eventName: [{ suffix: "MOD" }] }, false],
    ["knows either case", { eventName: [{ "equals-ignore-case": "modify" }] }, true],
    ["knows what is there", { dynamodb: { NewImage: [{ exists: true }] } }, true],
    ["knows what is not there", { dynamodb: { OldImage: [{ exists: false }] } }, true],
    ["knows ranges", { amount: [{ numeric: [">", 0, "<=", 1500] }] }, true],
    ["knows the edge of a range", { amount: [{ numeric: ["<", 1500] }] }, false],
    ["has no range for text", { eventName: [{ numeric: [">", 0] }] }, false],
    ["knows everything but", { eventName: [{ "anything-but": ["INSERT", "REMOVE"] }] }, true],
    ["knows everything but a beginning", { eventName: [{ "anything-but": { prefix: "MOD" } }] }, false],
    ["does not take what is not there for anything but", { nothing: [{ "anything-but": "x" }] }, false],
    ["knows either of two fields", { $or: [{ amount: [1] }, { paid: [true] }] }, true],
  ])("%s", (_what, pattern, fits) => {
    expect(compilePattern(pattern)(event)).toBe(fits);
  });

  test.each([
    ["an operator it does not know", { a: [{ wildcard: "x*" }] }, "wildcard"],
    ["two operators in one", { a: [{ prefix: "x", suffix: "y" }] }, "prefix"],
    ["a comparison it does not know", { a: [{ numeric: ["~", 1] }] }, "numeric"],
    ["what is no object", ["x"], "an object"],
  ])("is refused for %s", (_what, pattern, said) => {
    expect(() => compilePattern(pattern)).toThrow(said);
  });
});

test("of several filters one must fit, and without any everything passes", () => {
  const Filters = [{ Pattern: '{"amount":[1]}' }, { Pattern: '{"paid":[true]}' }];
  expect(compileFilters({ Filters })(event)).toBe(true);
  expect(compileFilters({ Filters: Filters.slice(0, 1) })(event)).toBe(false);
  expect(compileFilters(undefined)(event)).toBe(true);
});
