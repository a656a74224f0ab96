/**
 * One project per kind of test, from the fastest to the slowest; CONTRIBUTING says which question each kind answers.
 * The order within a kind is shuffled, so a test that leans on another one is found. One database serves
 * the whole run, and starts only when a test asks for it; the stories and the browser share one sandbox.
 */
import { defineConfig } from "vitest/config";

/** Kinds with one number run side by side; a higher number waits for the lower ones, so that slow ones have the machine. */
const kind = (
  name: string,
  groupOrder: number,
  options: { testTimeout: number; globalSetup?: string[]; fileParallelism?: boolean },
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

export default defineConfig({
  test: {
    sequence: { shuffle: { files: true, tests: true } },
    passWithNoTests: true,
    projects: [
      kind("unit", 0, { testTimeout: 20_000, globalSetup: ["./test/database-setup.ts"] }),
      kind("laws", 0, { testTimeout: 60_000 }),
      kind("infra", 1, { testTimeout: 120_000 }),
      kind("stories", 2, { testTimeout: 60_000, globalSetup: ["./test/sandbox-setup.ts"] }),
      kind("browser", 3, { testTimeout: 60_000, globalSetup: ["./test/sandbox-setup.ts"] }),
      // It counts what a server sees in a second: nobody else may keep the machine busy meanwhile.
      kind("payroll", 4, { testTimeout: 120_000, fileParallelism: false }),
      kind("start", 5, { testTimeout: 60_000 }),
    ],
  },
});
