/**
 * Who stands under one receipt, on both sides. A million receipts are looked up once for each side and never again, and
 * most stand once on each, so a cell makes lists only where several share one.
 */

/** What has one receipt: the first of each side, and what else there is. */
export interface Cell<Row, Line> {
  row: Row | null;
  moreRows: Row[] | null;
  line: Line | null;
  moreLines: Line[] | null;
}

/** Stands in failures and queries in place of a receipt: `OAK0000000` names many transactions, so it names none. */
const PLACEHOLDER = /^[A-Z0-9]{3}0{7}$/;

export interface Receipts<Row, Line> {
  /** The cell of a receipt, made when there is none; null for what names no transaction. */
  readonly at: (receipt: string | null) => Cell<Row, Line> | null;
  /** The cell of a receipt when there is one. */
  readonly find: (receipt: string | null) => Cell<Row, Line> | null;
}

export const createReceipts = <Row, Line>(): Receipts<Row, Line> => {
  const cells = new Map<string, Cell<Row, Line>>();
  return {
    at: (receipt) => {
      if (receipt === null || receipt === "" || PLACEHOLDER.test(receipt)) return null;
      const known = cells.get(receipt);
      if (known) return known;
      const cell = { row: null, moreRows: null, line: null, moreLines: null };
      cells.set(receipt, cell);
      return cell;
    },
    find: (receipt) => (receipt === null ? null : (cells.get(receipt) ?? null)),
  };
};

export const putRow = <Row, Line>(cell: Cell<Row, Line>, row: Row): void => {
  if (cell.row === null) cell.row = row;
  else if (cell.moreRows === null) cell.moreRows = [row];
  else cell.moreRows.push(row);
};

export const putLine = <Row, Line>(cell: Cell<Row, Line>, line: Line): void => {
  if (cell.line === null) cell.line = line;
  else if (cell.moreLines === null) cell.moreLines = [line];
  else cell.moreLines.push(line);
};

/** In the order in which they were put; none where there is no cell. */
export const rowsAt = <Row, Line>(cell: Cell<Row, Line> | null): readonly Row[] =>
  cell === null || cell.row === null ? [] : [cell.row, ...(cell.moreRows ?? [])];

/** In the order in which they were put; none where there is no cell. */
export const linesAt = <Row, Line>(cell: Cell<Row, Line> | null): readonly Line[] =>
  cell === null || cell.line === null ? [] : [cell.line, ...(cell.moreLines ?? [])];
