/** The functions that close days: every shilling of a day explained, or named for a person to explain. None moves money. */
import type { FunctionSpec } from "./function-spec.ts";

/**
 * How often a day's message is delivered before it is given up. A day that somebody else closes just now is put back, and
 * each time counts: the waits between the deliveries (functions/workers/close-day.ts) outlast `close-day`'s timeout.
 */
export const DAY_TRIES = 10;

export const CLOSE_FUNCTIONS = {
  "begin-days": {
    entry: "workers/begin-days.lambda.ts",
    purpose: "Has yesterday closed, and looks once more at the days before it.",
    invokedBy: "event",
    memoryMb: 256,
    timeoutSeconds: 60,
    impact: "Yesterday is not closed: finance opens the morning without its reconciliation.",
    everydayErrors: 0,
    uses: {
      secrets: [],
      daraja: "credentials",
      queues: { days: ["send"] },
      settings: [],
    },
  },
  reconciliations: {
    entry: "api/reconciliations.lambda.ts",
    purpose: "Shows closed days and their reports, and has a day closed now.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 10,
    impact: "Finance can't see how days were closed, nor fetch their reports; closing goes on.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "gather"], indexes: [] },
      directory: "list",
      secrets: [],
      daraja: "credentials",
      files: { read: ["reconciliations"], write: [] },
      queues: { days: ["send"] },
      settings: ["allowedOrigins"],
    },
  },
  "close-day": {
    entry: "workers/close-day.lambda.ts",
    purpose: "Closes a day: matches ledger and statement, names what does not fit, and writes the reports.",
    invokedBy: "queue",
    memoryMb: 2048,
    timeoutSeconds: 600,
    impact: "Days are not closed: nobody is told of money that the ledger or the statement lacks.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "gather", "put", "update"], indexes: ["by_time", "by_reference"] },
      directory: "list",
      coordination: ["freeze"],
      secrets: ["phoneKeys"],
      daraja: "credentials",
      files: { read: ["reconciliations", "statements"], write: ["reconciliations"] },
      queues: { days: ["send", "consume"] },
      settings: [],
    },
  },
} as const satisfies Readonly<Record<string, FunctionSpec>>;
