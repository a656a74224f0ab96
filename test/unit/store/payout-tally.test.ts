/** The tally against a recount: whatever happens to payouts in whatever order, counting along gives what counting again gives. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Tally } from "../../../functions/domain/batch.ts";
import { Cents } from "../../../functions/domain/money.ts";
import type { Payout, PayoutIntent } from "../../../functions/domain/payout.ts";
import { LedgerBusy } from "../../../functions/store/ledger.ts";
import { NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { lifetimes, live, SAYINGS } from "./payout-lives.ts";
import { batchId, claimAs, newBatch, paidOut, payoutIntent, payoutOf, placeIn, rowIntent } from "./payout-samples.ts";
import { freshReceipt } from "./samples.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
afterAll(() => test.close());

const count = (payouts: readonly Payout[], counts: (payout: Payout) => boolean) => {
  const counted = payouts.filter((payout) => payout.replacedBy === null && counts(payout));
  return { count: counted.length, amount: Cents.parse(counted.reduce((sum, { amount }) => sum + amount, 0)) };
};

const HALTING = ["float_too_low", "initiator_misconfigured", "initiator_locked", "shortcode_misconfigured"];

const recount = (payouts: readonly Payout[]): Omit<Tally, "changedAt"> => ({
  succeeded: count(payouts, ({ state }) => state === "succeeded"),
  failed: count(payouts, ({ state }) => state === "failed"),
  cancelled: count(payouts, ({ state }) => state === "cancelled"),
  uncertain: count(payouts, ({ state }) => state === "uncertain"),
  stopped: count(payouts, ({ state, failure: why }) => state === "failed" && HALTING.includes(why?.code ?? "")),
});

const read = (made: readonly PayoutIntent[]): Promise<readonly Payout[]> =>
  Promise.all(made.map((one) => payoutOf(test, one)));

describe("the tally of a batch", () => {
  it("is what a recount of its payouts gives", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(lifetimes, async (lived) => {
        const batch = newBatch({ id: batchId() });
        const asked = lived.map((_, index) => rowIntent(placeIn(batch.id, 1 + index * 3)));
        await test.payouts.openRows(asked);
        const made = await Promise.all(lived.map((lifetime, index) => live(test, asked[index]!, lifetime)));
        const opened = await test.batches.open(batch);
        expect(await test.batches.tally(opened.batch)).toMatchObject(recount(await read(made.flat())));
      }),
      { numRuns: 15 },
    );
  });

  it("counts twenty rows that settle at once, although they share its items", async () => {
    const { batch } = await test.batches.open(newBatch());
    const asked = Array.from({ length: 20 }, (_, index) => rowIntent(placeIn(batch.id, index + 1)));
    await test.payouts.openRows(asked);
    await Promise.all(
      asked.map(async (one) => {
        await test.payouts.claim(await payoutOf(test, one), claimAs());
        await test.payouts.record(one.id, paidOut(one, freshReceipt()));
      }),
    );
    const total = asked.reduce((sum, { amount }) => sum + amount, 0);
    expect(await test.batches.tally(batch)).toMatchObject({
      succeeded: { count: 20, amount: total },
      failed: { count: 0, amount: 0 },
    });
  });

  it("says when it last changed", async () => {
    const { batch } = await test.batches.open(newBatch());
    const asked = rowIntent(placeIn(batch.id, 1));
    await test.payouts.openRows([asked]);
    expect(await test.batches.tally(batch)).toMatchObject({ changedAt: null });
    await test.payouts.claim(await payoutOf(test, asked), claimAs());
    const paid = paidOut(asked, freshReceipt());
    await test.payouts.record(asked.id, paid);
    expect(await test.batches.tally(batch)).toMatchObject({ changedAt: paid.at });
  });

  it("counts nothing twice when all evidence about one payout races", { timeout: 60_000 }, async () => {
    for (let race = 0; race < 8; race += 1) {
      const { batch } = await test.batches.open(newBatch());
      const asked = rowIntent(placeIn(batch.id, 5));
      await test.payouts.openRows([asked]);
      await test.payouts.claim(await payoutOf(test, asked), claimAs());
      const receipt = freshReceipt();
      const outcomes = await Promise.allSettled(
        SAYINGS.map((say) => test.payouts.record(asked.id, say(asked, receipt))),
      );
      for (const outcome of outcomes)
        if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(LedgerBusy);
      expect(await test.batches.tally(batch)).toMatchObject(recount(await read([asked])));
    }
  });
});

describe("what single payouts may still draw", () => {
  it("is the sum of those that have not ended", { timeout: 120_000 }, async () => {
    let shortcodes = 700_000;
    await fc.assert(
      fc.asyncProperty(lifetimes, async (lived) => {
        shortcodes += 1;
        const asked = lived.map(() => payoutIntent({ shortcode: String(shortcodes), createdAt: NOW }));
        await Promise.all(asked.map((one) => test.payouts.open(one)));
        await Promise.all(lived.map((lifetime, index) => live(test, asked[index]!, lifetime)));
        const open = (await read(asked)).filter(({ state }) => !["succeeded", "failed", "cancelled"].includes(state));
        const expected = open.reduce((sum, { amount }) => sum + amount, 0);
        expect(await test.payouts.inFlight(String(shortcodes))).toBe(expected);
      }),
      { numRuns: 10 },
    );
  });

  it("knows nothing of batches and of other shortcodes", async () => {
    await test.payouts.openRows([rowIntent(placeIn(batchId(), 1), { shortcode: "600200" })]);
    await test.payouts.open(payoutIntent({ shortcode: "600201" }));
    expect(await test.payouts.inFlight("600200")).toBe(0);
  });
});
