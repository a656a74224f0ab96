/**
 * The tests that mutants are shown to: laws and units of the domain and of Safaricom's wire. What must stay true: none of
 * them needs a database, a port or chance, so that a mutant's verdict is the same every time. Left out is what takes long
 * and says little about one line: files of other rooms, pacing among many processes, and what measures time.
 */
import { defineConfig } from "vitest/config";
import { BaseSequencer } from "vitest/node";
import type { TestSpecification } from "vitest/node";

/** What is over soonest comes first: most mutants die of a unit test, and the first that fails ends the run. */
class UnitsFirst extends BaseSequencer {
  override sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification): string => `${moduleId.includes("/laws/") ? 1 : 0}${moduleId}`;
    return Promise.resolve(files.toSorted((a, b) => (place(a) < place(b) ? -1 : 1)));
  }
}

export default defineConfig({
  root: new URL("../..", import.meta.url).pathname,
  test: {
    include: [
      "test/laws/*.test.ts",
      "test/unit/domain/*.test.ts",
      "test/unit/daraja/*.test.ts",
      "test/unit/reconciliation/*.test.ts",
    ],
    exclude: [
      "test/laws/{rows,statements,matching}.test.ts",
      "test/unit/domain/masking-speed.test.ts",
      "test/unit/daraja/{pacing-virtual,pacing-pause,simulator,payout-simulator}.test.ts",
    ],
    setupFiles: ["test/mutants/setup.ts"],
    testTimeout: 120_000,
    isolate: false,
    sequence: { sequencer: UnitsFirst },
  },
});
