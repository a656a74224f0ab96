/**
 * The two layouts in which the organisation portal exports a statement. The older one covers one account and begins with
 * what it says of itself; the newer one is nothing but rows of text, of every account unless one is asked for.
 */
import { withCents } from "./accounts.ts";
import type { AccountName } from "./journal.ts";
import { statementTime, type DateOrder } from "./nairobi-time.ts";
import type { Period, StatementRow, totalsOf } from "./statement-rows.ts";

/** A spreadsheet's cell; null is empty. */
export type Cell = string | number | null;

export type Statement = {
  readonly period: Period;
  readonly organisation: string;
  readonly rows: readonly StatementRow[];
  readonly totals: ReturnType<typeof totalsOf>;
  readonly reportedAtMs: number;
  readonly dates: DateOrder;
};

const ACCOUNTS: Record<AccountName, string> = {
  utility: "Utility Account",
  working: "Working Account",
  chargesPaid: "Charges Paid Account",
  settlement: "Organization Settlement Account",
};

const CLASSIC_HEADER =
  "Receipt No.|Completion Time|Initiation Time|Details|Transaction Status|Paid In|Withdrawn|Balance|" +
  "Balance Confirmed|Reason Type|Other Party Info|Linked Transaction ID|A/C No.|Currency";

const CURRENT_HEADER =
  "Receipt No|Completion Time|Details|Transaction Status|Paid In (KSHs)|Withdrawn (KSHs)|Balance (KSHs)";

const inShillings = (cents: number): number => cents / 100;

/** Labels and values; whoever reads the file must look for the header row, not count. */
const preamble = ({ period, organisation, totals, reportedAtMs, dates }: Statement): Cell[][] => {
  const time = (ms: number): string => statementTime(ms, dates, "-");
  return [
    ["Account Holder:", organisation],
    ["Short Code:", period.shortcode],
    ["Account:", period.account === "all" ? null : ACCOUNTS[period.account]],
    ["Time Period:", "From", time(period.fromMs), "To", time(period.toMs)],
    ["Operator:", "Simulator", "Organization:", organisation, "Date of Report:", time(reportedAtMs)],
    [
      ...["Opening Balance:", inShillings(totals.opening), "Closing Balance:", inShillings(totals.closing)],
      ...["Available Balance:", null, "Total Paid In:", inShillings(totals.paidIn)],
      ...["Total Withdrawn:", inShillings(totals.withdrawn)],
    ],
  ];
};

/** Amounts are numbers, what is nothing is blank, what goes out is below zero. */
const classicRow = (row: StatementRow, dates: DateOrder): Cell[] => [
  row.receipt,
  statementTime(row.completedAtMs, dates, "-"),
  statementTime(row.initiatedAtMs, dates, "-"),
  row.details,
  "Completed",
  row.cents > 0 ? inShillings(row.cents) : null,
  row.cents < 0 ? inShillings(row.cents) : null,
  inShillings(row.balance),
  "true",
  row.reason,
  row.party,
  row.linkedReceipt,
  row.reference,
  "KES",
];

/** `1,100.00` */
const separated = (cents: number): string => withCents(cents).replace(/\B(?=(\d{3})+\.)/g, ",");

/** Every cell is text, and nothing is `0.00`. */
const currentRow = (row: StatementRow, dates: DateOrder): Cell[] => [
  row.receipt,
  statementTime(row.completedAtMs, dates, "/"),
  row.details,
  "Completed",
  separated(Math.max(row.cents, 0)),
  separated(Math.min(row.cents, 0)),
  separated(row.balance),
];

export const templates = {
  classic: {
    sheet: "transaction",
    lay: (statement: Statement): Cell[][] => [
      ...preamble(statement),
      CLASSIC_HEADER.split("|"),
      ...statement.rows.map((row) => classicRow(row, statement.dates)),
    ],
  },
  current: {
    sheet: "Statements",
    lay: (statement: Statement): Cell[][] => [
      CURRENT_HEADER.split("|"),
      ...statement.rows.map((row) => currentRow(row, statement.dates)),
    ],
  },
} as const;
