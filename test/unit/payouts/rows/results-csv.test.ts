import { expect, it } from "vitest";
import { shillings } from "../../../../functions/domain/money.ts";
import { resultsCsv } from "../../../../functions/payouts/rows/results-csv.ts";
import type { ResultRow } from "../../../../functions/payouts/rows/results-csv.ts";

const ROW: ResultRow = {
  row: 1,
  phoneMasked: "2547*****678",
  amount: shillings(1500),
  reference: "INV-1",
  status: "succeeded",
  receipt: "SKL1ABCDEF",
  paidAt: 1_795_300_435_000,
  failureCode: null,
  failureMessage: null,
  payoutId: "pyo_1",
};
const HEAD = "\uFEFFrow,phone,amount,reference,status,receipt,paid_at,failure_code,failure_message,payout_id";
const write = async (rows: Iterable<ResultRow>): Promise<string[]> => {
  let text = "";
  for await (const piece of resultsCsv(rows)) text += piece;
  return text.split("\r\n");
};

it("a line for each row in order, with a mark and CRLF", async () => {
  const failed = {
    ...ROW,
    row: 3,
    status: "failed",
    receipt: null,
    paidAt: null,
    failureCode: "not_registered",
    failureMessage: 'The number is not on M-PESA, "yet".',
  };
  expect(await write([ROW, failed])).toEqual([
    HEAD,
    "1,2547*****678,1500,INV-1,succeeded,SKL1ABCDEF,2026-11-21T22:33:55.000Z,,,pyo_1",
    '3,2547*****678,1500,INV-1,failed,,,not_registered,"The number is not on M-PESA, ""yet"".",pyo_1',
    "",
  ]);
});

it("the header is there without rows", async () => {
  expect(await write([])).toEqual([HEAD, ""]);
});

it("rows come in pieces, none lost between them", async () => {
  const rows = Array.from({ length: 1_201 }, (_, index) => ({ ...ROW, row: index + 1 }));
  let pieces = 0;
  const lines: string[] = [];
  for await (const piece of resultsCsv(rows)) {
    pieces += 1;
    lines.push(...piece.split("\r\n").slice(0, -1));
  }
  expect(pieces).toBe(4);
  expect(lines.slice(1).map((line) => Number(line.split(",")[0]))).toEqual(rows.map(({ row }) => row));
});

it.each([
  ['=HYPERLINK("http://x")', `"'=HYPERLINK(""http://x"")"`],
  ["+1", "'+1"],
  ["-1", "'-1"],
  ["@SUM(A1)", "'@SUM(A1)"],
  ["\tx", "'\tx"],
  ["\rx", `"'\rx"`],
])("a cell that a spreadsheet would run is text: %j", async (reference, written) => {
  const [, line] = await write([{ ...ROW, reference }]);
  expect(line).toBe(`1,2547*****678,1500,${written},succeeded,SKL1ABCDEF,2026-11-21T22:33:55.000Z,,,pyo_1`);
});
