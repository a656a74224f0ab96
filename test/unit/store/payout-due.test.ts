import { UpdateItemCommand } from "@aws-sdk/client-dynamodb";
import fc from "fast-check";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Payout, PayoutIntent } from "../../../functions/domain/payout.ts";
import { LIMITS, NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { lifetimes, live } from "./payout-lives.ts";
import {
  batchId,
  claimAs,
  notPaid,
  paidOut,
  payoutIntent,
  payoutOf,
  placeIn,
  rowIntent,
  said,
  sending,
  taken,
  unknownEnd,
} from "./payout-samples.ts";
import { freshReceipt, intent } from "./samples.ts";
import { DUE_SHARDS } from "../../../functions/store/table.ts";

const FAR = NOW + 400_000_000;
const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => shard);

let test: TestLedger;
let shops = 0;
let shop = "";
beforeAll(async () => {
  test = await startLedger();
});
beforeEach(() => {
  shops += 1;
  shop = `due-${shops}`;
  test.time.now = NOW;
  test.state.interfere = () => null;
});
afterAll(() => test.close());

const open = async (overrides: Partial<PayoutIntent> = {}): Promise<PayoutIntent> => {
  const asked = payoutIntent({ storefront: shop, ...overrides });
  await test.payouts.open(asked);
  return asked;
};
const row = (overrides: Partial<PayoutIntent> = {}): PayoutIntent =>
  rowIntent(placeIn(batchId(), 1), { storefront: shop, ...overrides });

/** All that is due at `now`, page by page. */
const everyDue = async (now: number, limit = 100): Promise<{ payouts: Payout[]; unreadable: string[] }> => {
  const found: { payouts: Payout[]; unreadable: string[] } = { payouts: [], unreadable: [] };
  for (const shard of shards) {
    let after: { id: string; at: number } | null = null;
    do {
      const page: Awaited<ReturnType<typeof test.payouts.due>> = await test.payouts.due(now, shard, { limit, after });
      expect(page.payouts.length).toBeLessThanOrEqual(limit);
      found.payouts.push(...page.payouts.filter(({ storefront }) => storefront === shop));
      found.unreadable.push(...page.unreadable);
      after = page.next;
    } while (after);
  }
  return found;
};
const dueIds = async (now: number, limit?: number): Promise<readonly string[]> =>
  (await everyDue(now, limit)).payouts.map(({ id }) => id).sort();

describe("what is due of payouts", () => {
  it("are those whose time has come, never a payment, never a row before it is sent", async () => {
    const soon = await open({ checkAt: NOW + 1_000 });
    await open({ checkAt: NOW + 90_000 });
    await test.ledger.open(intent({ storefront: shop, checkAt: NOW + 500 }), LIMITS);
    await test.payouts.openRows([row()]);
    const sent = await sending(test, row());
    expect(await dueIds(NOW + 999)).toEqual([]);
    expect(await dueIds(NOW + 2_000)).toEqual([soon.id]);
    expect(await dueIds(NOW + 61_000)).toEqual([soon.id, sent.id].sort());
    const pages = await Promise.all(shards.map((shard) => test.ledger.due(FAR, shard, { limit: 100, after: null })));
    const ids = pages.flatMap(({ checks, unreadable }) => [...checks.map(({ id }) => id), ...unreadable]);
    expect(ids.filter((id) => !id.startsWith("pay_"))).toEqual([]);
  });

  it("are told whole, the longest waiting of a shard first", async () => {
    for (const wait of [5, 3, 4, 1, 2]) await open({ checkAt: NOW + wait });
    const { payouts } = await everyDue(NOW + 10);
    expect(payouts).toHaveLength(5);
    for (const payout of payouts) expect(payout).toEqual(await payoutOf(test, payout));
    for (const shard of shards) {
      const { payouts: some } = await test.payouts.due(NOW + 10, shard, { limit: 100, after: null });
      const times = some.map(({ check }) => check?.at ?? 0);
      expect(times).toEqual([...times].sort((a, b) => a - b));
    }
  });

  it("go on page by page, and an item that can't be read stops none", async () => {
    const asked: PayoutIntent[] = [];
    for (let made = 0; made < 12; made += 1) asked.push(await open({ checkAt: NOW + 7_000 }));
    const [broken, ...sound] = asked;
    await test.client.send(
      new UpdateItemCommand({
        TableName: test.deps.tables.transactions,
        Key: { pk: { S: broken!.id } },
        UpdateExpression: "SET a = :nonsense",
        ExpressionAttributeValues: { ":nonsense": { S: "much" } },
      }),
    );
    const { payouts, unreadable } = await everyDue(NOW + 8_000, 2);
    expect(payouts.map(({ id }) => id).sort()).toEqual(sound.map(({ id }) => id).sort());
    expect(unreadable).toEqual([broken!.id]);
  });

  it("leave out what ended after the index was asked", async () => {
    const asked = await open({ checkAt: NOW + 1_000 });
    let pending = true;
    test.state.interfere = async (call) => {
      if (call !== "BatchGetItem" || !pending) return null;
      pending = false;
      await test.payouts.record(asked.id, paidOut(asked, freshReceipt()));
      return null;
    };
    expect(await dueIds(NOW + 2_000)).toEqual([]);
    expect(pending).toBe(false);
  });

  it("never lose one whose end nobody knows, and never keep one that has ended", { timeout: 120_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(lifetimes, fc.boolean(), async (lived, single) => {
        shops += 1;
        shop = `due-${shops}`;
        const asked = lived.map(() => (single ? payoutIntent({ storefront: shop }) : row()));
        await Promise.all(asked.map((one) => (single ? test.payouts.open(one) : test.payouts.openRows([one]))));
        const made = await Promise.all(lived.map((lifetime, index) => live(test, asked[index]!, lifetime)));
        const payouts = await Promise.all(made.flat().map((one) => payoutOf(test, one)));
        const expected = payouts.filter(({ state, attempts, history }) => {
          const told = (finding: string) => history.findLastIndex((entry) => entry.finding === finding);
          const isLookedAfter =
            (single || state !== "queued" || attempts > 0) && told("overdue") <= Math.max(0, told("claimed"));
          return isLookedAfter && ["queued", "sending", "accepted", "uncertain"].includes(state);
        });
        expect(await dueIds(FAR)).toEqual(expected.map(({ id }) => id).sort());
      }),
      { numRuns: 15 },
    );
  });
});

describe("postponing the look at a payout", () => {
  const first = { at: NOW + 1_000, attempt: 0 };
  const second = { at: NOW + 50_000, attempt: 1 };

  it("is for one of ten, writes no history and moves it in what is due", async () => {
    const asked = await open({ checkAt: first.at });
    for (const [from, to] of [
      [first, second],
      [second, { at: NOW + 90_000, attempt: 2 }],
    ] as const) {
      const wins = await Promise.all(Array.from({ length: 10 }, () => test.payouts.postpone(asked.id, from, to)));
      expect(wins.filter(Boolean)).toHaveLength(1);
    }
    const payout = await payoutOf(test, asked);
    expect(payout).toMatchObject({ check: { at: NOW + 90_000, attempt: 2 }, version: 3, state: "queued" });
    expect(payout.history).toHaveLength(1);
    expect(await dueIds(NOW + 60_000)).toEqual([]);
    expect(await dueIds(NOW + 90_000)).toEqual([asked.id]);
  });

  it("is refused once the payout has ended, however it ended, and for an id that names nothing", async () => {
    const ends = [
      (asked: PayoutIntent) => paidOut(asked, freshReceipt()),
      (asked: PayoutIntent) => notPaid(asked),
      () => said({ finding: "cancelled" }, { source: "operator", by: "key:key_1" }),
    ];
    for (const end of ends) {
      const asked = await open({ checkAt: first.at });
      await test.payouts.record(asked.id, end(asked));
      expect(await test.payouts.postpone(asked.id, first, second)).toBe(false);
      expect(await test.item(asked.id)).not.toHaveProperty("u");
    }
    const stranger = payoutIntent();
    expect(await test.payouts.postpone(stranger.id, first, second)).toBe(false);
    expect(await test.item(stranger.id)).toBeUndefined();
  });

  it("takes from whoever read it before the right to send it, and a claim takes from whoever would postpone it", async () => {
    const asked = await open({ checkAt: first.at });
    const before = await payoutOf(test, asked);
    await test.payouts.postpone(asked.id, first, second);
    expect(await test.payouts.claim(before, claimAs())).toBeNull();
    const claimed = await test.payouts.claim(await payoutOf(test, asked), claimAs());
    expect(claimed?.check).toEqual({ at: NOW + 60_500, attempt: 0 });
    expect(await test.payouts.postpone(asked.id, second, { at: NOW + 90_000, attempt: 2 })).toBe(false);
    expect(await payoutOf(test, asked)).toEqual(claimed);
  });

  it("goes on counting through evidence that does not end it", async () => {
    const asked = await sending(test, row());
    await test.payouts.record(asked.id, unknownEnd);
    const check = { at: NOW + 60_500, attempt: 0 };
    expect(await test.payouts.postpone(asked.id, check, second)).toBe(true);
    await test.payouts.record(asked.id, taken(asked));
    expect(await payoutOf(test, asked)).toMatchObject({ state: "accepted", check: second });
    expect(await dueIds(second.at)).toEqual([asked.id]);
  });
});
