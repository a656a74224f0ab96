/**
 * Why a whole statement can't be read, as opposed to one of its rows. What must stay true: when it is thrown nothing of
 * the file counts, whatever was read of it before, so it is always safe to mend the file and send it again.
 */

export const STATEMENT_PROBLEMS = [
  "empty_file",
  "not_a_statement",
  "missing_columns",
  "duplicate_columns",
  "ambiguous_dates",
  "mixed_dates",
  "too_many_rows",
  "too_large",
  "unreadable",
] as const;
export type StatementProblem = (typeof STATEMENT_PROBLEMS)[number];

/** The message is for the person who sent the file: what is wrong and what to do. It holds nothing out of the rows. */
export class StatementRefused extends Error {
  override readonly name = "StatementRefused";
  readonly code: StatementProblem;
  /** The row as a spreadsheet numbers it, where one can be named. */
  readonly row: number | null;

  constructor(code: StatementProblem, message: string, row: number | null = null) {
    super(message);
    this.code = code;
    this.row = row;
  }
}
