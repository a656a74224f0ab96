/** The functions that give payments back. None of them can delete a payment or a refund. */
import type { FunctionSpec } from "./function-spec.ts";

export const REFUND_FUNCTIONS = {
  "start-refund": {
    entry: "api/start-refund.lambda.ts",
    purpose: "Reserves a refund on its payment and asks Safaricom to reverse it.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 28,
    impact: "Storefronts can't give payments back: customers who are owed money wait. Nothing is given back twice.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "gather", "put", "update"], indexes: ["by_push"] },
      idempotency: "cache",
      coordination: ["share"],
      secrets: ["signing", "phoneKeys"],
      daraja: "pay",
      queues: { batches: ["send"] },
      settings: ["sweepIntervalSeconds", "allowedOrigins"],
    },
  },
  "read-refunds": {
    entry: "api/read-refunds.lambda.ts",
    purpose: "Reads one refund, or those of a payment.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 10,
    impact: "Storefronts can't learn how a refund ended; refunds themselves go on.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "gather"], indexes: [] },
      secrets: [],
      settings: ["allowedOrigins"],
    },
  },
} as const satisfies Readonly<Record<string, FunctionSpec>>;
