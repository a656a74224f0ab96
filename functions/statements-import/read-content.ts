/**
 * A statement's file, read from its first row to its last and kept line by line on the way. What must stay true: what is
 * in memory does not grow with the file; what is said about a file is said only once all of it was read and kept.
 */
import type { StatementLine } from "../domain/statement-line.ts";
import type { AskedStatement, KeptLines, StatementContent } from "../domain/statement.ts";
import { canonicalJson, sha256Hex } from "../domain/canonical-json.ts";
import type { LargeFiles, PinnedFile } from "../runtime/large-files.ts";
import { readStatement } from "../statements/read-statement.ts";
import type { Statement as Reading, StatementSummary } from "../statements/read-statement.ts";
import type { StatementLimits } from "../statements/sheet-row.ts";
import { ImportRefused } from "./import-refused.ts";
import { packLines } from "./kept-lines.ts";
import { linesKey } from "./places.ts";
import { createUnreadableRows } from "./unreadable-rows.ts";
import { whoseStatement } from "./whose-statement.ts";
import type { Whose, WhoseDeps } from "./whose-statement.ts";

export interface ReadContentDeps extends WhoseDeps {
  readonly files: Pick<LargeFiles, "keep">;
  /** Told now and then how many rows were read. */
  readonly progress: (rowsRead: number) => Promise<void>;
}

export interface ToRead {
  readonly id: string;
  readonly asked: AskedStatement;
  readonly file: PinnedFile;
  readonly limits: StatementLimits;
}

/** Rows between two words about progress. */
const ROWS_A_WORD = 50_000;

const outside = (row: number): ImportRefused =>
  new ImportRefused(
    "outside_period",
    `Row ${row} is of a time that the statement's period does not hold. Say the period that the file was exported with.`,
    row,
  );

/** The lines of a reading, and beside them whatever there is to remember. */
const createTaking = ({ events }: Reading, { from, until }: Whose, progress: ReadContentDeps["progress"]) => {
  const unreadable = createUnreadableRows();
  let summary: StatementSummary | null = null;
  let rows = 0;
  async function* lines(): AsyncGenerator<StatementLine, void, undefined> {
    for await (const event of events) {
      if (event.type === "end") {
        summary = event.summary;
        return;
      }
      rows += 1;
      if (rows % ROWS_A_WORD === 0) await progress(rows);
      if (event.type === "unreadable") {
        unreadable.add(event.unreadable);
        continue;
      }
      const { completed, completedAt, row } = event.line;
      if (completed && (completedAt < from || completedAt >= until)) throw outside(row);
      yield event.line;
    }
  }
  const ended = (): StatementSummary => {
    if (summary === null) throw new Error("a statement ended without its summary");
    return summary;
  };
  return { lines, ended, unreadable: unreadable.result };
};

/** Two statements have one digest exactly when they say the same, of the same account and days. */
const digestOf = ({ shortcode, account, accountName, from, until }: Whose, { digest }: StatementSummary): string =>
  sha256Hex(canonicalJson({ digest, shortcode, account: account ?? accountName, from, until }));

/** Throws StatementRefused and ImportRefused for a file that can't be used; anything else is the fault of no file. */
export const readContent = async (
  deps: ReadContentDeps,
  { id, asked, file, limits }: ToRead,
): Promise<{ readonly content: StatementContent; readonly lines: KeptLines }> => {
  const reading = await readStatement(file.open, limits);
  const { head, format } = reading;
  const whose = whoseStatement(head, asked, deps);
  const taking = createTaking(reading, whose, deps.progress);
  const packed = packLines(taking.lines());
  const key = linesKey({ shortcode: whose.shortcode, id, tag: file.tag });
  await deps.files.keep(key, packed.bytes, "application/gzip");
  const summary = taking.ended();
  const { lineCount, unreadableCount, paidIn, withdrawn, balances } = summary;
  if (lineCount === 0 && unreadableCount > 0)
    throw new ImportRefused(
      "no_rows",
      `None of the ${unreadableCount} rows could be read, the first of them: ${taking.unreadable()[0]?.message ?? ""}`,
    );
  const content: StatementContent = {
    ...whose,
    format,
    template: head.template,
    opening: head.opening,
    closing: head.closing,
    paidIn,
    withdrawn,
    lineCount,
    unreadableCount,
    unreadable: taking.unreadable(),
    balanceBreaks: balances.breakCount,
    firstBreakRow: balances.breaks[0]?.row ?? null,
    digest: digestOf(whose, summary),
  };
  return { content, lines: { file: key, sha256: packed.sha256() } };
};
