/** What a run shows: the permission that is missing and the one that is too many, each by its name. */
import { appendFileSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, onTestFinished, test } from "vitest";

import { keepIn, readKept } from "../../../../sandbox/aws/iam/record.ts";
import { arnOf, smallAccount, watch } from "./small-account.ts";

const get = (pk: string, caller = "Work") => ({ body: { TableName: "Ledger", Key: { pk: { S: pk } } }, caller });
const items = (...actions: string[]) => ({ Action: actions, Resource: arnOf("Ledger") });
const keys = (...patterns: string[]) => ({
  ...items("dynamodb:GetItem"),
  Condition: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": patterns } },
});

test("a role that is exactly enough leaves nothing to say", () => {
  const { call, summary } = watch(smallAccount([items("dynamodb:GetItem")]));
  expect(call("dynamodb", "GetItem", get("a"))).toBeNull();
  expect(summary()).toEqual({ missing: [], unused: [], functions: 1, grants: 1 });
});

test("a grant that is missing is named, and so is one that nothing used", () => {
  const { call, summary } = watch(smallAccount([items("dynamodb:GetItem", "dynamodb:DeleteItem")]));
  call("dynamodb", "GetItem", get("a"));
  call("dynamodb", "UpdateItem", get("a"));
  expect(summary()).toMatchObject({
    missing: [expect.stringMatching(/^The role of Work does not allow dynamodb:UpdateItem on /)],
    unused: ["Work never used dynamodb:DeleteItem on table/Ledger."],
  });
});

test("of a condition's values each has to be used, and a batch uses all that it names", () => {
  const { call, summary } = watch(smallAccount([keys("pay_*", "receipt#*", "lane#*")]));
  call("dynamodb", "GetItem", get("pay_1"));
  expect(summary().unused).toHaveLength(2);
  call("dynamodb", "GetItem", get("receipt#1"));
  expect(summary().unused).toEqual([
    "Work never used dynamodb:GetItem on table/Ledger where dynamodb:LeadingKeys is lane#*.",
  ]);
});

test("what was refused, or only tried by a test, counts as used by nobody", () => {
  const { call, summary } = watch(smallAccount([keys("pay_*")]));
  expect(call("dynamodb", "GetItem", get("pyo_1", "trial-of-Work"))).toContain("dynamodb:GetItem");
  expect(call("dynamodb", "GetItem", get("pay_1", "trial-of-Work"))).toBeNull();
  expect(summary()).toMatchObject({ missing: [], unused: [expect.stringContaining("dynamodb:GetItem")] });
});

test("a statement on two things has to be used on both", () => {
  const both = {
    Action: "dynamodb:Query",
    Resource: ["due", "by_time"].map((index) => ({ "Fn::Join": ["", [arnOf("Ledger"), `/index/${index}`]] })),
  };
  const { call, summary } = watch(smallAccount([both]));
  call("dynamodb", "Query", { body: { TableName: "Ledger", IndexName: "due" } });
  expect(summary().unused).toEqual(["Work never used dynamodb:Query on table/Ledger/index/by_time."]);
});

test("several sandboxes of a run are told together, even one that was killed while it wrote", () => {
  const directory = mkdtempSync(path.join(tmpdir(), "malipo-iam-"));
  onTestFinished(() => rmSync(directory, { recursive: true }));
  const line = { what: "granted", caller: "Work", grant: "dynamodb:GetItem on table/Ledger" } as const;
  keepIn(directory)(line);
  keepIn(directory)({ ...line, what: "used" }, { ...line, what: "used" });
  const [first = ""] = readdirSync(directory);
  appendFileSync(path.join(directory, first), '{"what":"us');
  expect(readKept(directory)).toHaveLength(3);
  expect(readKept(path.join(directory, "nowhere"))).toEqual([]);
});

test("a sandbox that is told no directory keeps nothing", () => {
  expect(() => keepIn(undefined)({ what: "used", caller: "Work", grant: "x" })).not.toThrow();
});
