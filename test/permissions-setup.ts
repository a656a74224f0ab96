/**
 * Permissions that are exactly enough: after a run of all tests, a permission that any sandbox refused fails it, and so
 * does one that no sandbox used. Part of the tests reaches part of what functions do, so then only refusals count. It says
 * so when vitest has closed everything, because until then sandboxes run; an error thrown there would be printed and would
 * fail nothing.
 */
import { rmSync } from "node:fs";
import path from "node:path";
import type { TestProject, Vitest } from "vitest/node";

import { readKept, RECORD_VARIABLE } from "../sandbox/aws/iam/record.ts";
import { summarise } from "../sandbox/aws/iam/summary.ts";

const RECORDS = path.resolve(".cache/iam");

/** Once for all kinds of tests: each of them loads this file anew, and the variable is what they share. */
export const setup = async ({ vitest }: TestProject): Promise<void> => {
  if (process.env[RECORD_VARIABLE] !== undefined) return;
  const directory = path.join(RECORDS, `${Date.now()}-${process.pid}`);
  process.env[RECORD_VARIABLE] = directory;
  const everything = (await vitest.globTestSpecifications()).map(({ moduleId }) => moduleId);
  vitest.onClose(() => conclude(directory, ranAll(everything, vitest)));
};

const conclude = (directory: string, isWhole: boolean): void => {
  const lines = readKept(directory);
  if (lines.length === 0) return;
  const { missing, unused, functions, grants } = summarise(lines);
  const faults = [...missing, ...(isWhole ? unused : [])];
  if (isWhole)
    console.log(`permissions: ${functions} functions, ${grants} grants, ${unused.length} of them never used`);
  if (faults.length === 0) {
    rmSync(directory, { recursive: true, force: true });
    return;
  }
  console.error(
    `\nFunctions' roles do not fit what they do (${path.relative(".", directory)}). Mend the grants in lib/constructs, ` +
      `or write the test that needs them:\n${faults.map((fault) => `  ${fault}\n`).join("")}`,
  );
  process.exitCode = 1;
};

/** Whether every file of every kind ran and passed, without a filter on names. */
const ranAll = (everything: readonly string[], { state, config }: Vitest): boolean => {
  const passed = new Set(state.getTestModules().flatMap((file) => (file.state() === "passed" ? [file.moduleId] : [])));
  const isFiltered = config.testNamePattern !== undefined || config.project.length > 0;
  return !isFiltered && everything.every((file) => passed.has(file));
};
