/**
 * The planted bugs can be planted: they fit the code as it is, and name checks that exist. That they are found is what
 * `npm run test:planted` shows, which takes minutes.
 */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { describe, expect, test } from "vitest";
import { readBug, readBugs } from "../../../scripts/planted/bugs.ts";
import { readReport } from "../../../scripts/planted/checks.ts";
import { run } from "../../../scripts/planted/programs.ts";
import { gitApply } from "../../../scripts/planted/scratch.ts";

const ROOT = process.cwd();
const bugs = await readBugs(ROOT);

test("there are at least 25 of them, each with a sentence of its own", () => {
  expect(bugs.length).toBeGreaterThanOrEqual(25);
  expect(new Set(bugs.map(({ says }) => says)).size).toBe(bugs.length);
});

test.each(bugs)("$number-$name fits the code as it is", async ({ patch }) => {
  expect(await gitApply(ROOT, ["--check", patch])).toMatchObject({ code: 0, said: "" });
});

test("every check that a bug names is there", () => {
  const missing = bugs
    .flatMap(({ checks }) => checks)
    .map((check) => (check.check === "tests" ? check.file : `test/world/${check.world}/world.ts`))
    .filter((file) => !existsSync(file));
  expect(missing).toEqual([]);
});

test("the table tells of each of them", async () => {
  const table = await readFile("test/planted/README.md", "utf8");
  expect(bugs.filter(({ says }) => !table.includes(`| ${says} `)).map(({ says }) => says)).toEqual([]);
});

describe("a patch", () => {
  const CHANGE = "--- a/functions/domain/money.ts\n+++ b/functions/domain/money.ts\n@@ -1 +1 @@\n-a\n+b\n";
  const patch = (...header: readonly string[]): string => [...header, "", CHANGE].join("\n");
  const BUG = "Bug: Money is made up.";
  const BY = "Found by: test/laws/money.test.ts";

  test("says its bug and what finds it, in order", () => {
    const bug = readBug("07-made-up.patch", patch(BUG, BY, "Found by: world payments 200"));
    expect(bug).toMatchObject({ number: "07", name: "made-up", says: "Money is made up." });
    expect(bug.touches).toEqual(["functions/domain/money.ts"]);
    expect(bug.checks).toEqual([
      { check: "tests", kind: "laws", file: "test/laws/money.test.ts" },
      { check: "world", world: "payments", seeds: 200 },
    ]);
  });

  test.each([
    ["without a number", "made-up.patch", patch(BUG, BY)],
    ["without a sentence", "07-made-up.patch", patch(BY)],
    ["that nothing finds", "07-made-up.patch", patch(BUG)],
    ["that a stranger finds", "07-made-up.patch", patch(BUG, "Found by: somebody")],
    ["that takes too many seeds", "07-made-up.patch", patch(BUG, "Found by: world payments 2001")],
    ["that changes nothing", "07-made-up.patch", `${BUG}\n${BY}\n`],
    ["that changes the tests", "07-made-up.patch", patch(BUG, BY).replaceAll("functions/domain", "test/laws")],
  ])("%s is an error", (_, file, text) => {
    expect(() => readBug(file, text)).toThrow(file);
  });
});

describe("a report of tests", () => {
  const report = (status: string, assertions: readonly string[]): string => {
    const assertionResults = assertions.map((each) => ({ status: each, fullName: `a law that ${each}` }));
    return JSON.stringify({ testResults: [{ status, message: "no such module", assertionResults }] });
  };

  test("with a test that failed has found something", () => {
    const found = readReport(report("failed", ["passed", "failed"]));
    expect(found).toEqual({ verdict: "found", by: "a law that failed", seeds: null });
  });

  test("in which all passed has found nothing", () => {
    expect(readReport(report("passed", ["passed", "passed"]))).toEqual({ verdict: "nothing" });
  });

  test.each([
    ["whose file could not be read", report("failed", [])],
    ["without a test", report("passed", [])],
    ["whose setup failed", report("failed", ["passed", "skipped"])],
    ["without a file", JSON.stringify({ testResults: [] })],
  ])("%s proves nothing", (_, text) => {
    expect(readReport(text).verdict).toBe("broken");
  });
});

test("a program that does not end is ended", async () => {
  const program = { file: process.execPath, args: ["-e", "setInterval(() => {}, 1000)"], cwd: ROOT, limitMs: 200 };
  expect(await run(program)).toEqual({ code: null, timedOut: true, said: "" });
});
