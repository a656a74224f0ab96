import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { shillings } from "../../../functions/domain/money.ts";
import type { PayoutIntent } from "../../../functions/domain/payout.ts";
import { NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { newBatch, notPaid, paidOut, payoutOf, placeIn, rowIntent, said, sending } from "./payout-samples.ts";
import { freshPhone, freshReceipt } from "./samples.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
beforeEach(() => {
  test.calls.length = 0;
  test.state.interfere = () => null;
});
afterAll(() => test.close());

/** A row that the float stopped, and the payout that is to take its place. */
const stopped = async () => {
  const { batch } = await test.batches.open(newBatch());
  const asked = await sending(test, rowIntent(placeIn(batch.id, 2)));
  await test.payouts.record(asked.id, notPaid(asked, "float_too_low"));
  const next = rowIntent(placeIn(batch.id, 2, 1), { phone: asked.phone, createdAt: NOW + 60_000 });
  const old = await payoutOf(test, asked);
  test.calls.length = 0;
  return { batch, asked, old, next };
};

describe("a payout in place of a failed one", () => {
  it("is made in the transaction that marks the old one, which counts no more", async () => {
    const { batch, old, next } = await stopped();
    expect(await test.batches.tally(batch)).toMatchObject({ failed: { count: 1 }, stopped: { count: 1 } });
    test.calls.length = 0;
    expect(await test.payouts.replace(old, next)).toBe(true);
    expect(test.calls).toEqual(["TransactWriteItems"]);
    const marked = await payoutOf(test, old);
    expect(marked).toMatchObject({ state: "failed", replacedBy: next.id, version: old.version + 1 });
    expect(marked.history.at(-1)).toMatchObject({ finding: "replaced", to: null, facts: { replaced_by: next.id } });
    expect(await payoutOf(test, next)).toMatchObject({ state: "queued", batch: next.batch, version: 1 });
    const none = { count: 0, amount: 0 };
    expect(await test.batches.tally(batch)).toMatchObject({ failed: none, stopped: none, succeeded: none });
  });

  it("is made once, however many try at once", async () => {
    const { old, next } = await stopped();
    const made = await Promise.all(Array.from({ length: 10 }, () => test.payouts.replace(old, next)));
    expect(made.filter(Boolean)).toHaveLength(1);
    expect(await test.payouts.replace(await payoutOf(test, old), next)).toBe(false);
  });

  it("is made although the old one was noted upon meanwhile", async () => {
    const { old, next } = await stopped();
    await test.payouts.record(old.id, said({ finding: "unverified" }, { raw: "{}" }));
    expect(await test.payouts.replace(old, next)).toBe(true);
    expect(await payoutOf(test, old)).toMatchObject({ replacedBy: next.id });
  });

  it("is not made for a payout that was paid meanwhile, and nothing is written", async () => {
    const { asked, old, next } = await stopped();
    await test.payouts.record(old.id, paidOut(asked, freshReceipt()));
    const before = await test.item(old.id);
    expect(await test.payouts.replace(old, next)).toBe(false);
    expect(await test.payouts.read(next.id)).toBeNull();
    expect(await test.item(old.id)).toEqual(before);
  });

  it("is not made for one that has not failed", async () => {
    const asked = await sending(test, rowIntent(placeIn(newBatch().id, 1)));
    const next = rowIntent({ ...asked.batch!, generation: 1 }, { phone: asked.phone });
    expect(await test.payouts.replace(await payoutOf(test, asked), next)).toBe(false);
    expect(await test.payouts.read(next.id)).toBeNull();
  });

  it("is made or the old one is paid, when M-PESA says so at the same moment; either way it counts once", async () => {
    for (let race = 0; race < 6; race += 1) {
      const { batch, asked, old, next } = await stopped();
      const [made] = await Promise.all([
        test.payouts.replace(old, next),
        test.payouts.record(asked.id, paidOut(asked, freshReceipt())),
      ]);
      expect(await payoutOf(test, old)).toMatchObject({ state: "succeeded", replacedBy: made ? next.id : null });
      expect((await test.payouts.read(next.id)) !== null).toBe(made);
      const one = { count: 1, amount: asked.amount };
      const none = { count: 0, amount: 0 };
      expect(await test.batches.tally(batch)).toMatchObject({ succeeded: made ? none : one, failed: none });
    }
  });

  it("is there when the answer was lost, and is not made a second time", async () => {
    const { batch, old, next } = await stopped();
    test.state.interfere = (call) => (call === "TransactWriteItems" ? { after: new Error("socket hang up") } : null);
    await expect(test.payouts.replace(old, next)).rejects.toThrow("socket hang up");
    test.state.interfere = () => null;
    expect(await test.payouts.replace(old, next)).toBe(false);
    expect(await payoutOf(test, old)).toMatchObject({ replacedBy: next.id });
    expect(await payoutOf(test, next)).toMatchObject({ state: "queued", version: 1 });
    expect(await test.batches.tally(batch)).toMatchObject({ failed: { count: 0 }, stopped: { count: 0 } });
  });

  it("pays the same money to the same phone for the same row, in its next generation, or it is not made", async () => {
    const { old, next } = await stopped();
    const place = next.batch!;
    const wrong: Partial<PayoutIntent>[] = [
      { amount: shillings(20) },
      { phone: freshPhone() },
      { storefront: "elsewhere" },
      { shortcode: "600000" },
      { id: old.id },
      { batch: null },
      ...[
        { generation: 2 },
        { generation: 0 },
        { position: 3 },
        { digest: "ee".repeat(32) },
        { id: newBatch().id },
      ].map((other) => ({ batch: { ...place, ...other } })),
    ];
    for (const other of wrong)
      await expect(test.payouts.replace(old, { ...next, ...other }), JSON.stringify(other)).rejects.toThrow(
        "the place",
      );
    expect(await payoutOf(test, old)).toMatchObject({ replacedBy: null });
    expect(await test.payouts.read(next.id)).toBeNull();
  });

  it("is a fault when its name is taken although nothing was replaced", async () => {
    const { old, next } = await stopped();
    await test.payouts.openRows([next]);
    await expect(test.payouts.replace(old, next)).rejects.toThrow(old.id);
    expect(await payoutOf(test, old)).toMatchObject({ replacedBy: null });
  });
});
