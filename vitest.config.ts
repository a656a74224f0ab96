/**
 * One project per kind of test, from the fastest to the slowest; CONTRIBUTING says which question each kind answers.
 * The order within a kind is shuffled, so a test that leans on another one is found. One database serves
 * the whole run, and starts only when a test asks for it; the stories and the browser share one sandbox.
 */
import { createHash } from "node:crypto";
import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";

/**
 * Files of a kind share what they import, which is most of what most of them take: state that one leaves behind would be
 * another's trouble, and the shuffled order finds it. Kinds with one number run side by side; a higher number waits for the lower ones, so that slow ones have the machine. */
const kind = (
  name: string,
  groupOrder: number,
  options: { testTimeout: number; globalSetup?: string[]; isolate?: boolean; maxWorkers?: number },
) => ({
  extends: true as const,
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    hookTimeout: 120_000,
    sequence: { groupOrder },
    ...options,
  },
});

/** The longest files: they wait, for their turn to pay or for a process of theirs, so the others run meanwhile. */
const LONGEST = /[/](payroll|week)[/]|two-thousand/;

/** Shuffles the files by the run's seed, and begins with the one that everybody would wait for at the end. */
class LongestFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { seed } = this.ctx.config.sequence;
    const place = ({ moduleId }: TestSpecification): string =>
      LONGEST.test(moduleId) ? "" : createHash("sha256").update(`${seed}${moduleId}`).digest("hex");
    return Promise.resolve(files.toSorted((a, b) => (place(a) < place(b) ? -1 : 1)));
  }
}

/** The longest files hold a worker each, and need a core for a third of their time. */
const WHILE_OTHERS_WAIT = 4;

export default defineConfig({
  test: {
    sequence: { shuffle: { tests: true }, sequencer: LongestFirst },
    passWithNoTests: true,
    maxWorkers: 3,
    globalSetup: ["./test/permissions-setup.ts"],
    projects: [
      kind("unit", 0, {
        testTimeout: 60_000,
        maxWorkers: WHILE_OTHERS_WAIT,
        isolate: false,
        globalSetup: ["./test/database-setup.ts"],
      }),
      kind("laws", 0, { testTimeout: 120_000, maxWorkers: WHILE_OTHERS_WAIT, isolate: false }),
      kind("payroll", 0, { testTimeout: 180_000, maxWorkers: WHILE_OTHERS_WAIT }),
      kind("week", 0, { testTimeout: 240_000, maxWorkers: WHILE_OTHERS_WAIT }),
      kind("infra", 1, { testTimeout: 120_000, isolate: false }),
      kind("stories", 1, { testTimeout: 150_000, isolate: false, globalSetup: ["./test/sandbox-setup.ts"] }),
      kind("browser", 1, { testTimeout: 120_000, isolate: false, globalSetup: ["./test/sandbox-setup.ts"] }),
      kind("start", 2, { testTimeout: 180_000 }),
    ],
  },
});
