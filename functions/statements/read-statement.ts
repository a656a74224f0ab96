/**
 * A statement of M-PESA's organisation portal, read line by line: either template, any spreadsheet's spelling of it. What
 * must stay true: every row of the file becomes a line or is listed as unreadable, nothing is skipped but blank rows, and
 * what is in memory does not grow with the file.
 */
import type { StatementHead, StatementLine, UnreadableRow } from "../domain/statement-line.ts";
import { HEADER_ROWS, readColumns } from "./columns.ts";
import type { Columns } from "./columns.ts";
import { createDateSurvey } from "./date-order.ts";
import type { DateSurvey } from "./date-order.ts";
import { openSheet } from "./open-sheet.ts";
import { createRowReader } from "./row-reader.ts";
import { createRunningBalance } from "./running-balance.ts";
import type { BalanceCheck } from "./running-balance.ts";
import type { OpenFile, SheetRow, StatementLimits } from "./sheet-row.ts";
import { createStatementDigest } from "./statement-digest.ts";
import { headOf, readHeadTexts } from "./statement-head.ts";
import type { HeadTexts } from "./statement-head.ts";
import { StatementRefused } from "./statement-refused.ts";
import type { DateOrder } from "./statement-time.ts";
import { createStatementTotals } from "./statement-totals.ts";
import type { StatementTotals } from "./statement-totals.ts";

export interface StatementSummary extends StatementTotals {
  readonly lineCount: number;
  readonly unreadableCount: number;
  readonly balances: BalanceCheck;
  /** SHA-256 of what the statement says, the same however often and in whichever format it is sent. */
  readonly digest: string;
}

export type StatementEvent =
  | { readonly type: "line"; readonly line: StatementLine }
  | { readonly type: "unreadable"; readonly unreadable: UnreadableRow }
  /** The last one. Without it the statement was not read to its end, and nothing of it counts. */
  | { readonly type: "end"; readonly summary: StatementSummary };

export interface Statement {
  readonly format: "csv" | "xlsx";
  readonly head: StatementHead;
  /** Throws StatementRefused. To be read once. */
  readonly events: AsyncGenerator<StatementEvent, void, undefined>;
}

interface Layout {
  readonly format: Statement["format"];
  readonly texts: HeadTexts;
  readonly columns: Columns;
  readonly headerRow: number;
}

interface Surveyed extends Layout {
  readonly order: DateOrder;
}

const notAStatement = (): StatementRefused =>
  new StatementRefused(
    "not_a_statement",
    `None of the first ${HEADER_ROWS} rows names the columns of a statement, such as "Receipt No.", "Completion Time" and "Paid In". Export the statement from the organisation portal as CSV or XLSX and send that file.`,
  );

/** Reads as much of the file as it takes to know its layout and the order of its dates. */
const survey = async (source: AsyncIterable<Uint8Array>, limits: StatementLimits): Promise<Surveyed> => {
  const sheet = await openSheet(source, limits);
  const above: SheetRow[] = [];
  let found: { readonly layout: Layout; readonly dates: DateSurvey } | null = null;
  for await (const rows of sheet.rows)
    for (const row of rows) {
      if (found === null) {
        const columns = readColumns(row);
        if (columns === null) above.push(row);
        if (above.length >= HEADER_ROWS) throw notAStatement();
        if (columns === null) continue;
        const texts = readHeadTexts(above);
        const layout = { format: sheet.format, texts, columns, headerRow: row.row };
        found = { layout, dates: createDateSurvey(texts.period) };
        continue;
      }
      const { completed, initiated } = found.layout.columns.places;
      for (const place of [completed, initiated]) {
        const order = place === undefined ? null : found.dates.take(row.cells[place] ?? "", row.row);
        if (order !== null) return { ...found.layout, order };
      }
    }
  if (found === null) throw notAStatement();
  return { ...found.layout, order: found.dates.decide() };
};

async function* rowsBelow(
  source: AsyncIterable<Uint8Array>,
  limits: StatementLimits,
  headerRow: number,
): AsyncGenerator<SheetRow, void, undefined> {
  const { rows } = await openSheet(source, limits);
  for await (const some of rows) for (const row of some) if (row.row > headerRow) yield row;
}

async function* eventsOf(
  rows: AsyncIterable<SheetRow>,
  { columns, order }: Surveyed,
  head: StatementHead,
): AsyncGenerator<StatementEvent, void, undefined> {
  const read = createRowReader(columns, order);
  const [balances, totals, digest] = [createRunningBalance(), createStatementTotals(head), createStatementDigest(head)];
  let lineCount = 0;
  let unreadableCount = 0;
  for await (const row of rows) {
    const event = read(row);
    if (event.type === "line") {
      lineCount += 1;
      balances.add(event.line);
      totals.add(event.line);
      digest.line(event.line);
    } else {
      unreadableCount += 1;
      balances.cut();
      digest.unreadable(row);
    }
    yield event;
  }
  const summary = { ...totals.result(), lineCount, unreadableCount, balances: balances.result(), digest: digest.hex() };
  yield { type: "end", summary };
}

/**
 * Reads a statement: CSV or XLSX, the classic or the current template, told by what is in the file. `open` is called
 * twice, the second time for the lines, and both times must give the same bytes. Rejects with StatementRefused, and so may
 * the events: then nothing of the file counts.
 */
export const readStatement = async (open: OpenFile, limits: StatementLimits): Promise<Statement> => {
  const surveyed = await survey(open(), limits);
  const { format, texts, columns, order, headerRow } = surveyed;
  const head = headOf(texts, { template: columns.template, order });
  return { format, head, events: eventsOf(rowsBelow(open(), limits, headerRow), surveyed, head) };
};
