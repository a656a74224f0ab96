/** Routes of closed days: what yesterday came to, and what has to be looked at. */
import { route } from "./contract-route.ts";
import type { Route } from "./contract-route.ts";
import { dayParams, dayQuery, monthQuery } from "./requests-reconciliations.ts";
import { nothing } from "./requests.ts";

const READERS = ["reconciliation:read"] as const;
const OF_OWNER = "A day is of a whole shortcode, so only keys of the storefront that owns the shortcode see it.";

export const RECONCILIATION_ROUTES = {
  listReconciliations: route({
    operation: "listReconciliations",
    method: "GET",
    path: "/v1/reconciliations",
    function: "reconciliations",
    auth: "key",
    scopes: READERS,
    idempotent: false,
    summary: "List a month's reconciliations",
    description: `The days of one month that were closed, newest first, each as things stand. ${OF_OWNER}`,
    params: nothing,
    query: monthQuery,
    body: null,
    success: { status: 200, description: "The month's days." },
    problems: ["invalid_request", "not_found", "daraja_not_configured"],
  }),
  readReconciliation: route({
    operation: "readReconciliation",
    method: "GET",
    path: "/v1/reconciliations/{date}",
    function: "reconciliations",
    auth: "key",
    scopes: READERS,
    idempotent: false,
    summary: "Read a day's reconciliation",
    description: `What moved, whether the balances add up, and what has to be looked at: as the day was closed and, where evidence has come since, as things stand, with a dated adjustment for each difference. A day is closed at 02:00 in Nairobi by what M-PESA has told (\`daraja\`), and again when a statement that covers it is imported (\`statement\`). ${OF_OWNER}`,
    params: dayParams,
    query: dayQuery,
    body: null,
    success: { status: 200, description: "The day." },
    problems: ["invalid_request", "not_found", "daraja_not_configured"],
  }),
  readReconciliationCsv: route({
    operation: "readReconciliationCsv",
    method: "GET",
    path: "/v1/reconciliations/{date}/report.csv",
    function: "reconciliations",
    auth: "key",
    scopes: READERS,
    idempotent: false,
    summary: "Download a day's report as CSV",
    description:
      "Every transaction and every line of the day, each with the rule and the evidence by which it is explained, or with what has to be done about it. Nairobi time; texts that a spreadsheet would run as formulas begin with an apostrophe.",
    params: dayParams,
    query: dayQuery,
    body: null,
    success: { status: 303, description: "The report, at an address that works for a few minutes." },
    problems: ["invalid_request", "not_found", "daraja_not_configured"],
  }),
  readReconciliationWorkbook: route({
    operation: "readReconciliationWorkbook",
    method: "GET",
    path: "/v1/reconciliations/{date}/report.xlsx",
    function: "reconciliations",
    auth: "key",
    scopes: READERS,
    idempotent: false,
    summary: "Download a day's report as a workbook",
    description:
      "For people: a summary with a chart, then exceptions, matched transactions, charges and transfers, what is open, and adjustments. A sheet shows 100,000 rows; the CSV file has all of them.",
    params: dayParams,
    query: dayQuery,
    body: null,
    success: { status: 303, description: "The workbook, at an address that works for a few minutes." },
    problems: ["invalid_request", "not_found", "daraja_not_configured"],
  }),
  closeReconciliation: route({
    operation: "closeReconciliation",
    method: "POST",
    path: "/v1/reconciliations/{date}/close",
    function: "reconciliations",
    auth: "key",
    scopes: ["reconciliation:write"],
    idempotent: false,
    summary: "Close a day now",
    description:
      "Closes the day, or looks once more at a closed one: nobody has to wait for 02:00. Where nothing has changed since, nothing changes. Read the reconciliation for what came of it.",
    params: dayParams,
    query: dayQuery,
    body: null,
    success: { status: 202, description: "The day is being looked at." },
    problems: ["invalid_request", "not_found", "day_not_over", "daraja_not_configured"],
  }),
} as const satisfies Record<string, Route>;
