/** Exceptions and entries of their histories, as a test needs them. */
import type { Exception } from "../../../functions/domain/exception.ts";
import type { HistoryEntry, LedgerFinding } from "../../../functions/domain/history.ts";

export const entry = (
  finding: LedgerFinding,
  facts: HistoryEntry["facts"] = {},
  more: Partial<HistoryEntry> = {},
): HistoryEntry => ({
  at: 1,
  finding,
  to: null,
  source: "api",
  by: "key:one",
  requestId: "request",
  facts,
  exception: null,
  rawHash: null,
  digest: "aa",
  previous: null,
  ...more,
});

export const exceptionWith = (more: Partial<Exception> = {}): Exception => ({
  id: "exc_0123456789abcdfghijknpqrst",
  storefront: "shop",
  transactionId: "pay_0123456789abcdfghijknpqrst",
  kind: "late_success",
  status: "open",
  openedAt: 1,
  lastAt: 1,
  times: 1,
  version: 1,
  history: [entry("opened", {}, { by: "safaricom", to: "open" })],
  head: "aa",
  ...more,
});
