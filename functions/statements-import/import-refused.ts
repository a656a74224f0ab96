/**
 * Why a statement that could be read is not taken all the same: it can't be told whose it is or for when, it is not what
 * it was said to be, or whoever hands it in does not speak for its shortcode. What must stay true: when it is thrown nothing of the file counts.
 */

export const IMPORT_PROBLEMS = [
  "shortcode_missing",
  "foreign_shortcode",
  "period_missing",
  "period_too_long",
  "day_not_over",
  "contradicts_request",
  "outside_period",
  "no_rows",
] as const;
export type ImportProblem = (typeof IMPORT_PROBLEMS)[number];

/** The message is for the person who sent the file: what is wrong and what to do. */
export class ImportRefused extends Error {
  override readonly name = "ImportRefused";
  readonly code: ImportProblem;
  /** The row as a spreadsheet numbers it, where one can be named. */
  readonly row: number | null;

  constructor(code: ImportProblem, message: string, row: number | null = null) {
    super(message);
    this.code = code;
    this.row = row;
  }
}
