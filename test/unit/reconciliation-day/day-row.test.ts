import { afterAll, beforeAll, expect, it } from "vitest";
import { dayRow } from "../../../functions/reconciliation-day/day-row.ts";
import type { DayRow } from "../../../functions/reconciliation-day/day-row.ts";
import type { RefundEvidence } from "../../../functions/domain/refund.ts";
import { NOW } from "../store/database.ts";
import type { TestLedger } from "../store/database.ts";
import { startLedgerInMemory } from "../store/in-memory.ts";
import { confirmed, refundIntent, reversed, sentRefund } from "../store/refund-samples.ts";

let books: TestLedger;
beforeAll(async () => {
  books = await startLedgerInMemory();
});
afterAll(() => books.close());

const HOUR = 3_600_000;
/** A day that began after the refund was asked for. */
const TODAY = { from: NOW + 10_000, until: NOW + 24 * HOUR };
const REVERSED_AT = NOW + 19_000;
const COMPLETED_AT = NOW + 25_000;

const rowOf = async (id: string): Promise<DayRow> => {
  const refund = (await books.refunds.read(id))!;
  return dayRow({ kind: "refund", refund }, TODAY)!;
};

it("keeps a refund in its day when the day's statement has told its receipt", async () => {
  const refund = await sentRefund(books, refundIntent(await confirmed(books)));
  await books.refunds.record(refund.id, reversed(refund, null));
  const first = await rowOf(refund.id);
  expect(first).toMatchObject({ state: "succeeded", receipt: null, at: REVERSED_AT, isKnown: false });
  const line = {
    ...reversed(refund),
    ...{ source: "statement", by: "reconciliation", reversedAt: COMPLETED_AT },
  } as RefundEvidence;
  await books.refunds.record(refund.id, line);
  expect(await rowOf(refund.id)).toEqual({ ...first, isKnown: true });
});

it("finds a refund open again that the day's statement alone has ended", async () => {
  const refund = await sentRefund(books, refundIntent(await confirmed(books)));
  const first = await rowOf(refund.id);
  expect(first).toMatchObject({ state: "open", receipt: null });
  const line = { ...reversed(refund), source: "statement", reversedAt: COMPLETED_AT } as RefundEvidence;
  await books.refunds.record(refund.id, line);
  expect(await rowOf(refund.id)).toEqual({ ...first, isKnown: true });
});
