/** A statement as the API shows it. */
import { MOST_UNREADABLE_LISTED } from "../domain/statement.ts";
import type { Statement, StatementContent } from "../domain/statement.ts";
import { utcIso } from "../domain/time.ts";
import type { StatementResource, WholeStatement } from "./responses-statements.ts";

const maybeIso = (at: number | null | undefined): string | null =>
  at === null || at === undefined ? null : utcIso(at);
const maybeShillings = (cents: number | null | undefined): number | null =>
  cents === null || cents === undefined ? null : cents / 100;

const differenceOf = ({ opening, closing, paidIn, withdrawn }: StatementContent): number | null =>
  opening === null || closing === null ? null : closing - (opening + paidIn + withdrawn);

/** What was found, or until then what was said about it. */
const aboutOf = ({ content, asked }: Statement) => ({
  shortcode: content?.shortcode ?? asked.shortcode,
  account: content ? content.account : asked.account,
  from: maybeIso(content?.from ?? asked.from),
  until: maybeIso(content?.until ?? asked.until),
});

/** Without the rows that could not be read. */
export const statementView = (statement: Statement): StatementResource => {
  const { content, refusal } = statement;
  return {
    id: statement.id,
    object: "statement",
    status: statement.state,
    ...aboutOf(statement),
    format: content?.format ?? null,
    template: content?.template ?? null,
    rows_read: content ? content.lineCount + content.unreadableCount : statement.rowsRead,
    lines: content?.lineCount ?? null,
    unreadable_rows: content?.unreadableCount ?? null,
    paid_in: maybeShillings(content?.paidIn),
    withdrawn: maybeShillings(content?.withdrawn),
    opening_balance: maybeShillings(content?.opening),
    closing_balance: maybeShillings(content?.closing),
    closing_difference: maybeShillings(content && differenceOf(content)),
    balance_breaks: content?.balanceBreaks ?? null,
    first_break_row: content?.firstBreakRow ?? null,
    digest: content?.digest ?? null,
    duplicate_of: statement.duplicateOf,
    refusal: refusal && { ...refusal },
    created_by: statement.createdBy,
    created_at: utcIso(statement.createdAt),
    updated_at: utcIso(statement.updatedAt),
  };
};

/** With the rows that could not be read, in the order of the file. */
export const wholeStatement = (statement: Statement): WholeStatement => ({
  ...statementView(statement),
  unreadable: (statement.content?.unreadable ?? [])
    .flatMap(({ column, message, rows }) => rows.map((row) => ({ row, column, message })))
    .sort((a, b) => a.row - b.row)
    .slice(0, MOST_UNREADABLE_LISTED),
});
