/** The function behind payers' sockets, as data. */
import type { FunctionSpec } from "./function-spec.ts";

export const LIVE_FUNCTIONS = {
  live: {
    entry: "live/live.lambda.ts",
    purpose: "Opens payers' sockets, and tells on them how a payment stands.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 10,
    impact: "Checkout pages get no live status: customers who paid see it seconds later, when their page asks.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "gather"], indexes: [] },
      coordination: ["sockets"],
      secrets: ["signing"],
      settings: [],
    },
  },
} as const satisfies Readonly<Record<string, FunctionSpec>>;
