/** The function that rotates the stage's own secrets. It reads no transaction and calls nobody but AWS. */
import { ROTATED } from "./function-spec.ts";
import type { FunctionSpec } from "./function-spec.ts";

export const SECRET_FUNCTIONS = {
  "rotate-secret": {
    entry: "workers/rotate-secret.lambda.ts",
    purpose: "Makes a new signing secret or pepper, and puts it in force once everything is known under it.",
    invokedBy: "rotation",
    memoryMb: 512,
    timeoutSeconds: 900,
    impact:
      "A secret was not rotated: the old value stays in force and everything goes on, but an auditor is promised otherwise.",
    everydayErrors: 0,
    uses: { directory: "spread", secrets: [], rotates: ROTATED, settings: [] },
  },
} as const satisfies Readonly<Record<string, FunctionSpec>>;
