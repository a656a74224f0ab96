/** What requests about statements and closed days look like, and what they are answered. */
import type { OperationExample } from "./example.ts";
import type { ReconciliationResource, WholeReconciliation } from "./responses-reconciliations.ts";
import type { StartedStatement, StatementResource } from "./responses-statements.ts";

const DIGEST = "f69b25e0c481d7a3f69b25e0c481d7a3f69b25e0c481d7a3f69b25e0c481d7a3";
const none = { count: 0, amount: 0 };

const summary: ReconciliationResource["current"] = {
  basis: "statement",
  statements: [{ id: "stm_4k9qdz1n7ah0xv3rw8gtb2jcf5", account: "utility", lines: 214 }],
  exception_count: 0,
  exceptions_by_kind: {
    amount_mismatch: 0,
    duplicate_receipt: 0,
    ambiguous: 0,
    missing_in_ledger: 0,
    missing_in_statement: 0,
  },
  totals: {
    received: { count: 198, amount: 412_300 },
    paid_out: { count: 9, amount: -61_500 },
    refunded: { count: 1, amount: -500 },
    charges: { count: 6, amount: -148 },
    transfers: none,
    withdrawals: none,
    reversals: none,
    unexplained: none,
    unconfirmed: none,
    open: none,
    carried: none,
    news: 1,
  },
  balances: [
    {
      account: "utility",
      opening: 80_000,
      movements: 350_152,
      expected: 430_152,
      closing: 430_152,
      difference: 0,
      holds: true,
    },
  ],
  digest: DIGEST,
};
const day: ReconciliationResource = {
  object: "reconciliation",
  date: "2026-11-20",
  shortcode: "174379",
  status: "closed",
  version: 1,
  closed_at: "2026-11-20T23:00:04.000Z",
  updated_at: "2026-11-20T23:00:04.000Z",
  current: summary,
};
const whole: WholeReconciliation = {
  ...day,
  closed: summary,
  exceptions: [],
  adjustments: [],
  report: {
    csv: "/v1/reconciliations/2026-11-20/report.csv",
    xlsx: "/v1/reconciliations/2026-11-20/report.xlsx",
  },
};

const awaited: StatementResource = {
  id: "stm_4k9qdz1n7ah0xv3rw8gtb2jcf5",
  object: "statement",
  status: "awaiting_upload",
  shortcode: "174379",
  account: null,
  from: "2026-11-19T21:00:00.000Z",
  until: "2026-11-20T21:00:00.000Z",
  format: null,
  template: null,
  rows_read: 0,
  lines: null,
  unreadable_rows: null,
  paid_in: null,
  withdrawn: null,
  opening_balance: null,
  closing_balance: null,
  closing_difference: null,
  balance_breaks: null,
  first_break_row: null,
  digest: null,
  duplicate_of: null,
  refusal: null,
  created_by: "key:key_5tz7",
  created_at: "2026-11-21T05:40:00.000Z",
  updated_at: "2026-11-21T05:40:00.000Z",
};
const imported: StatementResource = {
  ...awaited,
  status: "imported",
  account: "utility",
  format: "csv",
  template: "current",
  rows_read: 214,
  lines: 214,
  unreadable_rows: 0,
  paid_in: 412_300,
  withdrawn: -62_148,
  opening_balance: 80_000,
  closing_balance: 430_152,
  closing_difference: 0,
  balance_breaks: 0,
  digest: DIGEST,
  updated_at: "2026-11-21T05:40:09.000Z",
};
const started: StartedStatement = {
  ...awaited,
  upload: {
    url: "https://files.example.co.ke/uploads/statements/stm_4k9qdz1n7ah0xv3rw8gtb2jcf5?X-Amz-Signature=...",
    method: "PUT",
    headers: { "content-type": "application/octet-stream" },
    expires_at: "2026-11-21T05:55:00.000Z",
  },
};

export const RECONCILIATION_EXAMPLES = {
  listReconciliations: { answer: { object: "list", month: "2026-11", data: [day], next_cursor: null } },
  readReconciliation: { answer: whole },
  readReconciliationCsv: {},
  readReconciliationWorkbook: {},
  closeReconciliation: {
    answer: { object: "reconciliation", date: "2026-11-20", shortcode: "174379", status: "closing" },
  },
  startStatement: { request: { shortcode: "174379", from: "2026-11-20", to: "2026-11-20" }, answer: started },
  readStatement: { answer: { ...imported, unreadable: [] } },
  listStatements: { answer: { object: "list", data: [imported], next_cursor: null } },
} as const satisfies Readonly<Record<string, OperationExample>>;
