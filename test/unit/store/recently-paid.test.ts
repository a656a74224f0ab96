import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Batch } from "../../../functions/domain/batch.ts";
import { decideBatch } from "../../../functions/domain/decide-batch.ts";
import { shillings } from "../../../functions/domain/money.ts";
import type { PayoutIntent } from "../../../functions/domain/payout.ts";
import { NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { newBatch, notPaid, paidOut, payoutIntent, payoutOf, placeIn, rowIntent, sending } from "./payout-samples.ts";
import { freshPhone, freshReceipt } from "./samples.ts";

const DAY = 86_400_000;
const SHOP = "storefront";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
beforeEach(() => {
  test.time.now = NOW;
  test.calls.length = 0;
});
afterAll(() => test.close());

const remembered = async (asked: PayoutIntent): Promise<PayoutIntent> => {
  const { phone, amount, id: payoutId, batch } = asked;
  await test.batches.remember(SHOP, [{ phone, amount, payoutId, batchId: batch?.id ?? null }]);
  test.calls.length = 0;
  return asked;
};

const repeats = async ({ phone, amount }: Pick<PayoutIntent, "phone" | "amount">): Promise<readonly string[]> =>
  (await test.batches.recentlyPaid(SHOP, [{ phone, amount }])).map(({ payoutId }) => payoutId);

const cancel = async (batch: Batch): Promise<void> => {
  const act = { at: NOW, by: "key:key_1", requestId: "r" };
  const decision = decideBatch(batch, { event: "cancelled" }, act);
  if (!decision.ok) throw new Error(decision.because);
  await test.batches.change(batch, { event: { event: "cancelled" }, act, change: decision.change });
};

describe("a row that was paid in the last seven days", () => {
  it("is found for the same phone and amount of the same storefront, in one request when there is none", async () => {
    const asked = await remembered(payoutIntent());
    await test.payouts.open(asked);
    test.calls.length = 0;
    const rows = [
      { phone: freshPhone(), amount: asked.amount },
      { phone: asked.phone, amount: shillings(20) },
      { phone: asked.phone, amount: asked.amount },
    ];
    expect(await test.batches.recentlyPaid(SHOP, rows)).toEqual([
      { index: 2, payoutId: asked.id, batchId: null, at: NOW },
    ]);
    test.calls.length = 0;
    expect(await test.batches.recentlyPaid(SHOP, rows.slice(0, 2))).toEqual([]);
    expect(await test.batches.recentlyPaid("elsewhere", rows)).toEqual([]);
    expect(test.calls).toEqual(["BatchGetItem", "BatchGetItem"]);
  });

  it("is forgotten after seven days, whether or not its marker is gone", async () => {
    const asked = await remembered(payoutIntent());
    await test.payouts.open(asked);
    test.time.now = NOW + 7 * DAY - 1;
    expect(await repeats(asked)).toEqual([asked.id]);
    test.time.now = NOW + 7 * DAY;
    expect(await repeats(asked)).toEqual([]);
  });

  it("counts for seven days from when it was made, however long its batch waited for approval", async () => {
    const { batch } = await test.batches.open(newBatch());
    const waiting = await remembered(rowIntent(placeIn(batch.id, 1)));
    test.time.now = NOW + 20 * DAY;
    expect(await repeats(waiting)).toEqual([waiting.id]);
    const fed = { ...waiting, createdAt: test.time.now };
    await sending(test, fed);
    await test.payouts.record(fed.id, paidOut(fed, freshReceipt()));
    test.time.now = NOW + 27 * DAY - 1;
    expect(await repeats(waiting)).toEqual([waiting.id]);
    test.time.now = NOW + 27 * DAY;
    expect(await repeats(waiting)).toEqual([]);
  });

  it("counts when it was sent, paid or is not told, and not when it failed or was cancelled", async () => {
    const sent = await remembered(await sending(test));
    expect(await repeats(sent)).toEqual([sent.id]);
    await test.payouts.record(sent.id, paidOut(sent, freshReceipt()));
    expect(await repeats(sent)).toEqual([sent.id]);
    const failed = await remembered(await sending(test));
    await test.payouts.record(failed.id, notPaid(failed));
    expect(await repeats(failed)).toEqual([]);
  });

  it("counts by the payout that took its place", async () => {
    const { batch } = await test.batches.open(newBatch());
    const asked = await remembered(await sending(test, rowIntent(placeIn(batch.id, 1))));
    await test.payouts.record(asked.id, notPaid(asked, "float_too_low"));
    const next = rowIntent(placeIn(batch.id, 1, 1), { phone: asked.phone });
    await test.payouts.replace(await payoutOf(test, asked), next);
    expect(await repeats(asked)).toEqual([asked.id]);
    await sending(test, next);
    await test.payouts.record(next.id, notPaid(next));
    expect(await repeats(asked)).toEqual([]);
  });

  it("counts while it has stopped with the lane, for as long as its batch may pay it anew", async () => {
    const { batch } = await test.batches.open(newBatch());
    const asked = await remembered(await sending(test, rowIntent(placeIn(batch.id, 1))));
    await test.payouts.record(asked.id, notPaid(asked, "float_too_low"));
    expect(await repeats(asked)).toEqual([asked.id]);
    await cancel(batch);
    expect(await repeats(asked)).toEqual([]);
  });

  it("counts before its payout is made, for as long as its batch goes on", async () => {
    const { batch } = await test.batches.open(newBatch());
    const asked = await remembered(rowIntent(placeIn(batch.id, 1)));
    expect(await repeats(asked)).toEqual([asked.id]);
    await cancel(batch);
    expect(await repeats(asked)).toEqual([]);
    const orphan = await remembered(rowIntent(placeIn(newBatch().id, 1)));
    expect(await repeats(orphan)).toEqual([]);
  });

  it("counts when it was sent before its batch was cancelled, and not when it was only queued", async () => {
    const { batch } = await test.batches.open(newBatch());
    const sent = await remembered(await sending(test, rowIntent(placeIn(batch.id, 1))));
    const waiting = await remembered(rowIntent(placeIn(batch.id, 2)));
    await test.payouts.openRows([waiting]);
    expect(await repeats(waiting)).toEqual([waiting.id]);
    await cancel(batch);
    expect(await repeats(sent)).toEqual([sent.id]);
    expect(await repeats(waiting)).toEqual([]);
  });

  it("is told once for each payout that counts, newest first", async () => {
    const phone = freshPhone();
    const first = await remembered(payoutIntent({ phone }));
    await test.payouts.open(first);
    test.time.now = NOW + DAY;
    const second = await remembered(payoutIntent({ phone }));
    await test.payouts.open(second);
    await remembered(second);
    expect(await repeats(first)).toEqual([second.id, first.id]);
  });
});

describe("remembering rows", () => {
  it("takes a hundred at a time, several of the same phone and amount among them", async () => {
    const { batch } = await test.batches.open(newBatch());
    const phones = Array.from({ length: 50 }, freshPhone);
    const rows = Array.from({ length: 100 }, (_, index) => {
      const { id: payoutId, amount } = rowIntent(placeIn(batch.id, index + 1));
      return { phone: phones[index % 50]!, amount, payoutId, batchId: batch.id };
    });
    test.calls.length = 0;
    await test.batches.remember(SHOP, rows);
    expect(test.calls).toEqual(["BatchGetItem", "BatchWriteItem", "BatchWriteItem"]);
    const found = await test.batches.recentlyPaid(SHOP, rows.slice(0, 50));
    expect(found).toHaveLength(100);
    expect(new Set(found.map(({ payoutId }) => payoutId))).toEqual(new Set(rows.map(({ payoutId }) => payoutId)));
    await expect(test.batches.remember(SHOP, [...rows, rows[0]!])).rejects.toThrow(RangeError);
  });

  it("spells no phone, and goes away by itself", async () => {
    const asked = await remembered(payoutIntent());
    const hash = await test.deps.vault.hash(asked.phone);
    const item = await test.item(`paid#${SHOP}#${hash}#${asked.amount}`, test.deps.tables.coordination);
    expect(JSON.stringify(item)).not.toContain(asked.phone.slice(3));
    expect(item?.["ttl"]).toEqual({ N: String((NOW + 60 * DAY) / 1_000) });
  });

  it("sends again what the database left undone, and gives up in the end", async () => {
    const asked = payoutIntent();
    const row = { phone: asked.phone, amount: asked.amount, payoutId: asked.id, batchId: null };
    const throttled = Object.assign(new Error("slow down"), { name: "ThrottlingException" });
    let faults = 2;
    test.state.interfere = (call) => {
      if (call !== "BatchWriteItem" || faults === 0) return null;
      faults -= 1;
      return { before: throttled };
    };
    await test.batches.remember(SHOP, [row]);
    await test.payouts.open(asked);
    expect(await repeats(asked)).toEqual([asked.id]);
    faults = Infinity;
    await expect(test.batches.remember(SHOP, [row])).rejects.toThrow("slow down");
    test.state.interfere = () => null;
  });
});
