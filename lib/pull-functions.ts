/** The function that asks M-PESA for what no callback told. */
import type { FunctionSpec } from "./function-spec.ts";

export const PULL_FUNCTIONS = {
  pull: {
    entry: "workers/pull.lambda.ts",
    purpose:
      "Pulls customers' payments from Safaricom, to find those that no callback told; counts what waits for people.",
    invokedBy: "event",
    memoryMb: 512,
    timeoutSeconds: 900,
    impact:
      "Payments whose confirmation was lost are not found by pulling: they wait for a statement, and M-PESA shows them for two days only.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "gather", "put", "update"], indexes: ["by_time", "by_reference", "by_push"] },
      directory: "list",
      coordination: ["share", "pulls"],
      secrets: ["phoneKeys"],
      daraja: "ask",
      settings: [],
    },
  },
} as const satisfies Readonly<Record<string, FunctionSpec>>;
