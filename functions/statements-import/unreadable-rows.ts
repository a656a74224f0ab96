/** Collects the rows that could not be read, those with the same fault together, as many as are listed. */
import { MOST_UNREADABLE_LISTED } from "../domain/statement.ts";
import type { UnreadableRows } from "../domain/statement.ts";
import type { UnreadableRow } from "../domain/statement-line.ts";

export const createUnreadableRows = () => {
  const groups = new Map<
    string,
    { readonly column: string | null; readonly message: string; readonly rows: number[] }
  >();
  let listed = 0;
  return {
    add: ({ row, column, message }: UnreadableRow): void => {
      if (listed >= MOST_UNREADABLE_LISTED) return;
      listed += 1;
      const name = JSON.stringify([column, message]);
      const group = groups.get(name);
      if (group) group.rows.push(row);
      else groups.set(name, { column, message, rows: [row] });
    },
    result: (): readonly UnreadableRows[] => [...groups.values()],
  };
};

/** The listed rows one by one, in the order of the file. */
export const unreadableRows = (groups: readonly UnreadableRows[]): readonly UnreadableRow[] =>
  groups
    .flatMap(({ column, message, rows }) => rows.map((row) => ({ row, column, message })))
    .sort((a, b) => a.row - b.row);
