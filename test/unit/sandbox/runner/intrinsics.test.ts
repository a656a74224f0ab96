import { describe, expect, test } from "vitest";

import { NO_VALUE, resolve } from "../../../../sandbox/template/intrinsics.ts";
import type { Scope } from "../../../../sandbox/template/intrinsics.ts";

const scope: Scope = {
  ref: (name) => (name === "AWS::NoValue" ? NO_VALUE : `ref:${name}`),
  attribute: (logicalId, attribute) => `att:${logicalId}.${attribute}`,
  importValue: (name) => `import:${name}`,
  condition: (name) => name === "Yes",
  mapping: (...path) => path.join("/"),
};

describe("an intrinsic function becomes what it stands for", () => {
  test.each([
    ["Ref", { Ref: "Table" }, "ref:Table"],
    ["GetAtt as a list", { "Fn::GetAtt": ["Table", "Arn"] }, "att:Table.Arn"],
    ["GetAtt as text", { "Fn::GetAtt": "Table.Stream.Arn" }, "att:Table.Stream.Arn"],
    ["ImportValue", { "Fn::ImportValue": "Data:Table" }, "import:Data:Table"],
    ["Join of references", { "Fn::Join": [":", ["arn", { Ref: "A" }, 1]] }, "arn:ref:A:1"],
    ["Split and Select", { "Fn::Select": [3, { "Fn::Split": [":", "arn:aws:lambda:eu-west-1:1"] }] }, "eu-west-1"],
    ["Sub of names and attributes", { "Fn::Sub": "${A}-${B.Arn}-${!C}" }, "ref:A-att:B.Arn-${C}"],
    ["Sub with variables", { "Fn::Sub": ["${own}/${A}", { own: { Ref: "B" } }] }, "ref:B/ref:A"],
    ["If", { "Fn::If": ["Yes", "this", "that"] }, "this"],
    ["If of a false condition", { "Fn::If": ["No", "this", "that"] }, "that"],
    ["FindInMap", { "Fn::FindInMap": ["Map", { Ref: "Top" }, "Second"] }, "Map/ref:Top/Second"],
    ["Base64", { "Fn::Base64": "malipo" }, "bWFsaXBv"],
    ["conditions", { "Fn::And": [{ "Fn::Equals": ["1", 1] }, { "Fn::Not": [{ Condition: "No" }] }] }, true],
    ["Or", { "Fn::Or": [{ Condition: "No" }, { "Fn::Equals": ["a", "b"] }] }, false],
  ])("%s", (_what, value, meaning) => {
    expect(resolve(value, scope)).toEqual(meaning);
  });
});

test("a property without a value is left out, wherever it stands", () => {
  const nothing = { Ref: "AWS::NoValue" };
  expect(resolve({ a: 1, b: nothing, c: [nothing, 2], d: { "Fn::If": ["Yes", nothing, 3] } }, scope)).toEqual({
    a: 1,
    c: [2],
  });
});

test("a function that the sandbox does not know is refused by name", () => {
  expect(() => resolve({ "Fn::Cidr": ["10.0.0.0/8", 1] }, scope)).toThrow("Fn::Cidr");
});

test("a secret resolved by CloudFormation is refused and never passed on as text", () => {
  expect(() => resolve({ Value: "{{resolve:secretsmanager:arn}}" }, scope)).toThrow("dynamic references");
});

test("a selection beyond the list is an error and not an empty name", () => {
  expect(() => resolve({ "Fn::Select": [2, ["a", "b"]] }, scope)).toThrow("no element 2");
});

test("a template nested without end ends with an error", () => {
  let nested: unknown = "core";
  for (let level = 0; level < 300; level += 1) nested = [nested];
  expect(() => resolve(nested, scope)).toThrow("200 levels");
});
