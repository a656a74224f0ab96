/**
 * What follows from an imported statement: its unreadable rows become exceptions, its days know it, and whoever closes
 * them is woken. What must stay true: all of it follows from the statement's item alone and may be done again at any time
 * with the same outcome, so that an import that broke off is finished by doing it again.
 */
import type { Clock } from "../domain/clock.ts";
import type { ImportedStatement } from "../domain/statement.ts";
import type { DayMessage } from "../reconciliation-day/messages.ts";
import type { Queue } from "../runtime/queue.ts";
import type { ExceptionLedger, NewException } from "../store/exception-ledger.ts";
import type { StatementLedger } from "../store/statement-ledger.ts";
import { unreadableRows } from "./unreadable-rows.ts";
import { wholeDays } from "./whose-statement.ts";

export interface AnnounceDeps {
  readonly statements: Pick<StatementLedger, "listUnder">;
  readonly exceptions: Pick<ExceptionLedger, "raise">;
  readonly dayQueue: Queue;
  readonly clock: Clock;
}

/** Unreadable rows with an exception of their own; one more tells of the rest. */
const MOST_ROWS_RAISED = 100;

/** A row is named by what its statement says, so that it is one exception in whichever file it comes again. */
const exceptionsOf = (
  { id, storefront, content }: ImportedStatement,
  heard: { readonly at: number; readonly requestId: string },
): readonly NewException[] => {
  const { unreadable, unreadableCount, digest } = content;
  const rows = unreadableRows(unreadable).slice(0, MOST_ROWS_RAISED);
  const about = (line: string, facts: NewException["facts"]): NewException => ({
    storefront,
    kind: "unreadable_row",
    about: { line: `statement#${digest}#${line}` },
    facts: { statement: id, ...facts },
    source: "statement",
    by: "statement",
    ...heard,
  });
  const rest = unreadableCount - rows.length;
  return [
    ...rows.map(({ row, column, message }) =>
      about(String(row), { row, ...(column === null ? {} : { column }), problem: message }),
    ),
    ...(rest > 0 ? [about("rest", { rows: rest, problem: "More rows of this statement could not be read." })] : []),
  ];
};

export const announce =
  (deps: AnnounceDeps) =>
  async (statement: ImportedStatement, requestId: string): Promise<void> => {
    const { shortcode, from, until } = statement.content;
    for (const found of exceptionsOf(statement, { at: deps.clock.now(), requestId }))
      await deps.exceptions.raise(found);
    const days = wholeDays({ from, until }, statement.createdAt);
    await deps.statements.listUnder(statement, days);
    const messages: readonly DayMessage[] = days.map((day) => ({ shortcode, day }));
    await deps.dayQueue.send(messages);
  };
export type Announce = ReturnType<typeof announce>;
