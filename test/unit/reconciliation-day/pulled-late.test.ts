/**
 * Payments of the day that a pull told of hours later, without a time that is sure: by the ledger's own time they are the
 * next day's. The statement's receipts find them all the same, before anything is concluded from resemblance.
 */
import { afterEach, beforeEach, expect, it } from "vitest";
import { shillings } from "../../../functions/domain/money.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import { MINUTE } from "../reconciliation/matching-world.ts";
import { evidence } from "../store/samples.ts";
import { BOUNDS, NOON, SHORTCODE, lineOf, openDayOffice } from "./day-office.ts";
import type { DayOffice } from "./day-office.ts";

let office: DayOffice;
let failed: Payment;
beforeEach(async () => {
  office = await openDayOffice();
  const asked = await office.asked(1_393, NOON - MINUTE);
  const failure = { code: "prompt_expired", resultCode: "1037", resultDesc: null } as const;
  await office.books.ledger.record(
    asked.id,
    evidence({ finding: "unpaid", failure, push: asked.push }, { at: NOON + MINUTE }),
  );
  failed = asked;
});
afterEach(() => office.close());

/** A pull's row, heard of in the night after. */
const pulled = async (receipt: string): Promise<string> => {
  const { paymentId } = await office.recordTold({
    ...{ source: "pull", receipt, amount: shillings(1_393), shortcode: SHORTCODE, reference: failed.reference },
    ...{ payer: { phone: null, name: null }, paidAt: null, at: BOUNDS.until + 2 * 60 * MINUTE },
    ...{ by: "safaricom", requestId: "req_pull", raw: null },
  });
  return paymentId;
};

const row = (receipt: string, number: number) =>
  lineOf({ ...failed, receipt }, { row: number, completedAt: NOON + number * MINUTE, party: null });

it("two of them that a failed push resembles are explained by their receipts", async () => {
  const ids = [await pulled("UKK7PMLVJY"), await pulled("UKKLGNM3LF")];
  await office.statement([row("UKK7PMLVJY", 2), row("UKKLGNM3LF", 1)]);
  const { current } = await office.closed();
  expect(current.totals).toMatchObject({ received: { count: 2, amount: 278_600 }, unexplained: { count: 0 } });
  expect(await office.open()).toEqual([]);
  expect(ids).not.toContain(failed.id);
});

it("one of them is not taken for the push that had failed", async () => {
  const id = await pulled("UKK7PMLVJY");
  await office.statement([row("UKK7PMLVJY", 1)]);
  const { current } = await office.closed();
  expect(current.totals).toMatchObject({ received: { count: 1, amount: 139_300 }, news: 0 });
  expect(await office.books.ledger.read(failed.id)).toMatchObject({ state: "failed", receipt: null });
  expect(await office.books.ledger.read(id)).toMatchObject({ state: "succeeded", receipt: "UKK7PMLVJY" });
  expect(await office.open()).toEqual([]);
});
