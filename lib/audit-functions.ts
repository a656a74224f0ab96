/** The functions that keep the archive: what the ledger took in, where nobody can change it. None can read the ledger's tables. */
import type { FunctionSpec } from "./function-spec.ts";

export const AUDIT_FUNCTIONS = {
  archive: {
    entry: "workers/archive.lambda.ts",
    purpose: "Writes every new history entry and every received text to the archive, where nothing can be changed.",
    invokedBy: "stream",
    memoryMb: 512,
    timeoutSeconds: 60,
    impact:
      "What the ledger takes in is not kept in the archive: until it is, nobody can prove that it was not changed.",
    everydayErrors: 0,
    uses: { secrets: [], archive: "append", settings: [] },
  },
  "daily-root": {
    entry: "workers/daily-root.lambda.ts",
    purpose: "Writes the root of each day that is over: one hash over all that happened, tied to the day before.",
    invokedBy: "event",
    memoryMb: 2048,
    timeoutSeconds: 900,
    impact: "Days have no root: an auditor can't be shown yet that nothing of them was changed.",
    everydayErrors: 0,
    uses: { secrets: [], archive: "root", settings: [] },
  },
} as const satisfies Readonly<Record<string, FunctionSpec>>;
