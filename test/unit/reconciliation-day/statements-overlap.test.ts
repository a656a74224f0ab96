/** Statements that say one day twice: finance exports again, or two people do. No shilling counts twice for it. */
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Payment } from "../../../functions/domain/payment.ts";
import type { ImportedStatement } from "../../../functions/domain/statement.ts";
import { readStatements } from "../../../functions/reconciliation-day/read-statements.ts";
import type { ReadStatementsDeps } from "../../../functions/reconciliation-day/read-statements.ts";
import { readLines } from "../../../functions/statements-import/kept-lines.ts";
import { cents, MINUTE } from "../reconciliation/matching-world.ts";
import { BOUNDS, lineOf, openDayOffice } from "./day-office.ts";
import type { DayOffice } from "./day-office.ts";

let office: DayOffice;
let payments: readonly Payment[];
beforeEach(async () => {
  office = await openDayOffice();
  payments = [await office.paid(1_500, "UKK1AAAAAA"), await office.paid(700, "UKK1BBBBBB")];
});
afterEach(() => office.close());

it("of two statements of one account the newer counts, alone", async () => {
  const lines = payments.map((payment, index) => lineOf(payment, { row: 10 + index, balance: cents(9_000 - index) }));
  await office.statement(lines.slice(0, 1));
  office.books.time.now += MINUTE;
  const newer = await office.statement(lines);
  const { current } = await office.closed();
  expect(current.statements).toMatchObject([{ id: newer, lines: 2 }]);
  expect(current.totals).toMatchObject({ received: { count: 2, amount: 220_000 }, unexplained: { count: 0 } });
  expect(Object.values(current.totals.exceptions)).toEqual([0, 0, 0, 0, 0]);
});

it("of two statements that each show several accounts one is read, because each line may be matched once", async () => {
  const known = async (accountName: string): Promise<ImportedStatement> => {
    const id = await office.statement([lineOf(payments[0]!)], { account: null });
    const statement = (await office.statements.read(id)) as ImportedStatement;
    return { ...statement, content: { ...statement.content, accountName } };
  };
  const both = [await known("Organization A"), await known("Organization B")];
  const covering: ReadStatementsDeps["statements"]["covering"] = () => Promise.resolve(both);
  const read = await readStatements({ statements: { covering }, readLines: readLines(office.bucket.files) })({
    shortcodes: ["174379"],
    day: "2026-11-20",
    window: BOUNDS,
  });
  expect(read).toHaveLength(1);
});
