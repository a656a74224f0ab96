import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { PayoutIntent } from "../../../functions/domain/payout.ts";
import { createPayoutLedger } from "../../../functions/store/dynamo-payouts.ts";
import { TALLY_SHARDS } from "../../../functions/store/table.ts";
import { contended } from "./contended.ts";
import { startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { newBatch, notPaid, paidOut, payoutIntent, placeIn, rowIntent, sending } from "./payout-samples.ts";
import { freshReceipt } from "./samples.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
afterAll(() => test.close());

const ROWS = 30;

/** Rows that somebody is sending, of one batch. */
const sent = async (): Promise<{ batch: Parameters<TestLedger["batches"]["tally"]>[0]; asked: PayoutIntent[] }> => {
  const { batch } = await test.batches.open(newBatch());
  const asked: PayoutIntent[] = [];
  for (let position = 1; position <= ROWS; position += 1)
    asked.push(await sending(test, rowIntent(placeIn(batch.id, position))));
  return { batch, asked };
};

const sum = (asked: readonly PayoutIntent[]): number => asked.reduce((total, { amount }) => total + amount, 0);

describe("results that come all at once", () => {
  it("are each counted once, although transactions refuse each other in the tally's eight items", async () => {
    const { batch, asked } = await sent();
    const { deps, counts, run } = contended(test.deps);
    const payouts = createPayoutLedger(deps);
    const [paid, failed] = [asked.slice(0, 20), asked.slice(20)];
    const outcomes = await run(
      Promise.all([
        ...paid.map((one) => payouts.record(one.id, paidOut(one, freshReceipt()))),
        ...failed.map((one) => payouts.record(one.id, notPaid(one, "float_too_low"))),
      ]),
    );
    expect(outcomes.map(({ recorded }) => recorded)).toEqual(asked.map(() => "changed"));
    expect(counts.conflicts).toBeGreaterThan(ROWS - TALLY_SHARDS);
    expect(await test.batches.tally(batch)).toEqual({
      succeeded: { count: 20, amount: sum(paid) },
      failed: { count: 10, amount: sum(failed) },
      stopped: { count: 10, amount: sum(failed) },
      cancelled: { count: 0, amount: 0 },
      uncertain: { count: 0, amount: 0 },
      changedAt: expect.any(Number),
    });
  });

  it("are each counted once when every one of them comes twice at the same moment", async () => {
    const { batch, asked } = await sent();
    const { deps, run } = contended(test.deps);
    const payouts = createPayoutLedger(deps);
    const results = asked.map((one) => [one.id, paidOut(one, freshReceipt())] as const);
    const outcomes = await run(
      Promise.allSettled([...results, ...results].map(([id, result]) => payouts.record(id, result))),
    );
    const changed = outcomes.filter((one) => one.status === "fulfilled" && one.value.recorded === "changed");
    // Whoever gave up in the crowd has written nothing, and is answered when it comes again.
    for (const [id, result] of results) await test.payouts.record(id, result);
    expect(changed.length).toBeLessThanOrEqual(ROWS);
    expect(await test.batches.tally(batch)).toMatchObject({ succeeded: { count: ROWS, amount: sum(asked) } });
  });
});

describe("payouts of their own that are asked for all at once", () => {
  it("are all on the ledger and in the tally", async () => {
    const { deps, counts, run } = contended(test.deps);
    const asked = Array.from({ length: ROWS }, () => payoutIntent({ shortcode: "600300" }));
    const payouts = createPayoutLedger(deps);
    const outcomes = await run(Promise.all(asked.map((one) => payouts.open(one))));
    expect(outcomes.every(({ opened }) => opened === "new")).toBe(true);
    expect(counts.conflicts).toBeGreaterThan(0);
    expect(await test.payouts.inFlight("600300")).toBe(sum(asked));
  });
});
