/** The function that looks whether everything works. */
import type { FunctionSpec } from "./function-spec.ts";

export const HEALTH_FUNCTIONS = {
  "check-health": {
    entry: "api/check-health.lambda.ts",
    purpose: "Says to operators what works, what does not, and what stands on it.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 15,
    impact: "Operators can't ask what works; customers and storefronts are not touched.",
    everydayErrors: 0,
    uses: {
      reach: "everything",
      secrets: ["signing", "pepper", "phoneKeys"],
      daraja: "watch",
      settings: ["allowedOrigins"],
    },
  },
} as const satisfies Readonly<Record<string, FunctionSpec>>;
