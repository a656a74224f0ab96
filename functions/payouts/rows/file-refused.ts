/**
 * Why a whole file of payouts can't be read, as opposed to one of its rows. What must stay true: a refused file is
 * refused before anything of it is kept, so it is always safe to mend it and send it again.
 */

export const FILE_PROBLEMS = [
  "empty_file",
  "no_header",
  "missing_columns",
  "duplicate_columns",
  "too_many_columns",
  "too_many_rows",
  "too_large",
  "unreadable",
] as const;
export type FileProblem = (typeof FILE_PROBLEMS)[number];

/** The message is for the person who made the file: what is wrong and what to do. It holds nothing out of the rows. */
export class FileRefused extends Error {
  override readonly name = "FileRefused";
  readonly code: FileProblem;
  /** The line of the file, from 1, where one can be named. */
  readonly line: number | null;

  constructor(code: FileProblem, message: string, line: number | null = null) {
    super(message);
    this.code = code;
    this.line = line;
  }
}
