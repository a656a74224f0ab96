/** The functions that take statements in. None of them can delete a line or a file. */
import type { FunctionSpec } from "./function-spec.ts";

export const STATEMENT_FUNCTIONS = {
  statements: {
    entry: "api/statements.lambda.ts",
    purpose: "Says where to upload a statement, and how its import stands.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 10,
    impact: "Finance can't hand in M-PESA statements or see what became of them: days are not reconciled with them.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "gather", "put"], indexes: ["by_time"] },
      directory: "list",
      secrets: ["phoneKeys"],
      daraja: "credentials",
      files: { read: [], write: ["uploads/statements"] },
      settings: ["allowedOrigins"],
    },
  },
  "import-statement": {
    entry: "workers/import-statement.lambda.ts",
    purpose: "Reads and keeps the lines of an uploaded statement, and wakes the days that it covers.",
    invokedBy: "event",
    memoryMb: 2048,
    timeoutSeconds: 900,
    impact:
      "Uploaded M-PESA statements are not read: they stay awaiting_upload or importing, and days are not reconciled with them.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "put", "update"], indexes: [] },
      directory: "list",
      secrets: [],
      daraja: "credentials",
      files: { read: ["uploads/statements"], write: ["statements"] },
      queues: { days: ["send"] },
      settings: [],
    },
  },
} as const satisfies Readonly<Record<string, FunctionSpec>>;
