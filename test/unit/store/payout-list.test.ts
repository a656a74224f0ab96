import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { PayoutIntent } from "../../../functions/domain/payout.ts";
import { BadCursor } from "../../../functions/store/cursor.ts";
import type { TransactionHistory } from "../../../functions/store/ledger.ts";
import type { PayoutListQuery } from "../../../functions/store/payout-ledger.ts";
import { LIMITS, NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import {
  batchId,
  conversationOf,
  newBatch,
  notPaid,
  paidOut,
  payoutIntent,
  placeIn,
  rowIntent,
  sending,
  taken,
} from "./payout-samples.ts";
import { freshPhone, freshReceipt, intent } from "./samples.ts";

const DAY = 86_400_000;

let test: TestLedger;
let shops = 0;
let shop = "";
beforeAll(async () => {
  test = await startLedger();
});
beforeEach(() => {
  shops += 1;
  shop = `house-${shops}`;
  test.time.now = NOW;
  test.calls.length = 0;
});
afterAll(() => test.close());

const open = async (overrides: Partial<PayoutIntent> = {}): Promise<PayoutIntent> => {
  const asked = payoutIntent({ storefront: shop, ...overrides });
  await test.payouts.open(asked);
  return asked;
};

const list = async (query: Partial<PayoutListQuery> = {}): Promise<readonly string[]> => {
  const { payouts } = await test.payouts.list({ storefront: shop, filters: {}, limit: 100, cursor: null, ...query });
  return payouts.map(({ id }) => id);
};

const pages = async (query: Pick<PayoutListQuery, "filters" | "limit">): Promise<readonly string[][]> => {
  const found: string[][] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 400; page += 1) {
    const { payouts, next } = await test.payouts.list({ storefront: shop, ...query, cursor });
    found.push(payouts.map(({ id }) => id));
    if (next === null) return found;
    cursor = next;
  }
  throw new Error("the listing never ends");
};

/** Payments under a reference that payouts share by the thousand are all found, a bounded page at a time. */
const paymentsAmong = async (reference: string): Promise<void> => {
  const asked = [NOW + 1, NOW - 1].map((createdAt) => intent({ storefront: shop, reference, createdAt }));
  for (const one of asked) await test.ledger.open(one, LIMITS);
  const found: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 20; page += 1) {
    test.calls.length = 0;
    const query = { storefront: shop, filters: { reference }, limit: 1, cursor };
    const { payments, next } = await test.ledger.list(query);
    expect(test.calls.length).toBeLessThanOrEqual(2);
    found.push(...payments.map(({ id }) => id));
    cursor = next;
    if (cursor === null) break;
  }
  expect(cursor).toBeNull();
  expect(found).toEqual(asked.map(({ id }) => id));
};

describe("listing payouts", () => {
  it("gives those of the storefront's own, newest first, once each, across months", async () => {
    const asked: string[] = [];
    for (let age = 0; age < 5; age += 1) asked.push((await open({ createdAt: NOW - age * 20 * DAY })).id);
    expect((await pages({ filters: {}, limit: 2 })).flat()).toEqual(asked);
    expect(await list({ storefront: "nobody" })).toEqual([]);
  });

  it("mixes no payout into payments and no payment into payouts, whatever their references spell", async () => {
    const phone = freshPhone();
    const payout = await open({ phone, reference: "same" });
    const payment = intent({ storefront: shop, phone, reference: "same" });
    await test.ledger.open(payment, LIMITS);
    for (const filters of [{}, { phone }, { reference: "same" }]) {
      expect(await list({ filters })).toEqual([payout.id]);
      const { payments } = await test.ledger.list({ storefront: shop, filters, limit: 10, cursor: null });
      expect(payments.map(({ id }) => id)).toEqual([payment.id]);
    }
    const sly = intent({ storefront: "payouts", reference: `${shop}#same` });
    await test.ledger.open(sly, LIMITS);
    expect(await list({ filters: { reference: "same" } })).toEqual([payout.id]);
  });

  it("finds the payouts of a batch by phone, reference and receipt, and not among those by time", async () => {
    const asked = rowIntent(placeIn(batchId(), 1), { storefront: shop, reference: "November wage" });
    await sending(test, asked);
    const receipt = freshReceipt();
    await test.payouts.record(asked.id, paidOut(asked, receipt));
    expect(await list()).toEqual([]);
    for (const filters of [{ phone: asked.phone }, { reference: "november WAGE" }, { receipt: receipt.toLowerCase() }])
      expect(await list({ filters })).toEqual([asked.id]);
    expect(await list({ storefront: "nobody", filters: { receipt } })).toEqual([]);
  });

  it("gives a payment's receipt to nobody who lists payouts", async () => {
    const asked = await sending(test, payoutIntent({ storefront: shop }));
    const receipt = freshReceipt();
    await test.payouts.record(asked.id, paidOut(asked, receipt));
    const query = { storefront: shop, filters: { receipt }, limit: 10, cursor: null };
    expect((await test.ledger.list(query)).payments).toEqual([]);
    expect((await test.payouts.list(query)).payouts).toMatchObject([{ id: asked.id }]);
  });

  it("filters by state and time", async () => {
    const old = await open({ createdAt: NOW - 3 * DAY });
    const failed = await sending(test, payoutIntent({ storefront: shop }));
    await test.payouts.record(failed.id, notPaid(failed));
    expect(await list({ filters: { states: ["failed"] } })).toEqual([failed.id]);
    expect(await list({ filters: { createdTo: NOW } })).toEqual([old.id]);
    expect(await list({ filters: { createdFrom: NOW } })).toEqual([failed.id]);
  });

  it(
    "loses none of a batch whose rows share a reference and a millisecond by the thousand",
    { timeout: 60_000 },
    async () => {
      const batch = batchId();
      const asked = Array.from({ length: 1_100 }, (_, index) =>
        rowIntent(placeIn(batch, index + 1), { storefront: shop, reference: "crowd" }),
      );
      for (let start = 0; start < asked.length; start += 100)
        await test.payouts.openRows(asked.slice(start, start + 100));
      const found = (await pages({ filters: { reference: "crowd" }, limit: 90 })).flat();
      expect(found).toHaveLength(1_100);
      expect(new Set(found)).toEqual(new Set(asked.map(({ id }) => id)));
      await paymentsAmong("crowd");
    },
  );

  it("refuses a cursor of another query, storefront or listing", async () => {
    for (let made = 0; made < 3; made += 1) await open();
    const query = { storefront: shop, filters: {}, limit: 1, cursor: null };
    const { next: cursor } = await test.payouts.list(query);
    expect(cursor).not.toBeNull();
    await expect(test.payouts.list({ ...query, filters: { states: ["queued"] }, cursor })).rejects.toThrow(BadCursor);
    await expect(test.payouts.list({ ...query, storefront: "other", cursor })).rejects.toThrow(BadCursor);
    await expect(test.ledger.list({ ...query, cursor })).rejects.toThrow(BadCursor);
    await expect(test.payouts.list({ ...query, cursor: "made up" })).rejects.toThrow(BadCursor);
  });
});

const find = async (storefront: string, text: string): Promise<readonly TransactionHistory[]> =>
  (await test.ledger.find({ storefront, text, as: null, cursor: null })).found;

const idOf = (one: TransactionHistory): string => {
  if (one.kind === "payment") return one.payment.id;
  if (one.kind === "payout") return one.payout.id;
  return one.kind === "batch" ? one.batch.id : one.refund.id;
};

describe("finding payouts and batches", () => {
  it("takes an id, a receipt, a phone, a reference or M-PESA's name for it", async () => {
    const asked = rowIntent(placeIn(batchId(), 1), { storefront: shop, reference: "Bonus" });
    await sending(test, asked);
    const receipt = freshReceipt();
    await test.payouts.record(asked.id, taken(asked));
    await test.payouts.record(asked.id, paidOut(asked, receipt));
    const local = `0${asked.phone.slice(3)}`;
    for (const question of [asked.id, receipt, asked.phone, local, "bonus", conversationOf(asked)]) {
      const found = await find(shop, question);
      expect(found, question).toMatchObject([{ kind: "payout", payout: { id: asked.id, receipt } }]);
      expect(await find("nobody", question)).toEqual([]);
    }
  });

  it("gives everything that shares a reference or a phone, newest first", async () => {
    const phone = freshPhone();
    const payout = await open({ phone, reference: "Shared", createdAt: NOW - DAY });
    const payment = intent({ storefront: shop, phone, reference: "Shared" });
    await test.ledger.open(payment, LIMITS);
    const batch = newBatch({ storefront: shop, reference: "shared", createdAt: NOW - 2 * DAY });
    await test.batches.open(batch);
    expect((await find(shop, "SHARED")).map(idOf)).toEqual([payment.id, payout.id, batch.id]);
    expect((await find(shop, phone)).map(idOf)).toEqual([payment.id, payout.id]);
    expect(await find(shop, batch.id)).toMatchObject([{ kind: "batch", batch: { id: batch.id } }]);
  });
});
