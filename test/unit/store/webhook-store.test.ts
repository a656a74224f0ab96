import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Delivery } from "../../../functions/domain/webhook-delivery.ts";
import type { WebhookEndpoint } from "../../../functions/domain/webhook-endpoint.ts";
import { createWebhookStore } from "../../../functions/store/dynamo-webhooks.ts";
import type { WebhookStore } from "../../../functions/store/dynamo-webhooks.ts";
import { NOW, connect, makeTable } from "./database.ts";

const DAY_MS = 86_400_000;
const client = connect();
const time = { now: NOW };
let store: WebhookStore;
beforeAll(async () => {
  const table = await makeTable(client, "webhooks");
  const clock = { now: () => time.now };
  store = createWebhookStore({ dynamo: client, table, clock, wait: () => Promise.resolve(), random: () => 0.5 });
});
afterAll(() => client.destroy());

let count = 0;
const delivery = (over: Partial<Delivery> = {}): Delivery => {
  count += 1;
  return {
    id: `dlv_${String(count).padStart(26, "0")}`,
    storefront: "demo",
    endpoint: "whe_one",
    event: { id: "evt_one", type: "payment.succeeded", subject: "pay_one" },
    body: '{"id":"evt_one"}',
    status: "pending",
    failedBecause: null,
    made: 0,
    madeBefore: 0,
    attempts: [],
    dueAt: NOW + 60_000,
    createdAt: NOW,
    updatedAt: NOW,
    ...over,
  };
};

const endpoint = (over: Partial<WebhookEndpoint> = {}): WebhookEndpoint => ({
  id: "whe_one",
  storefront: "demo",
  url: "https://duka.co.ke/hooks",
  events: ["payment.succeeded", "payout.failed"],
  description: "Orders",
  disabled: { because: "gone", at: NOW },
  secrets: { sealed: new Uint8Array([1, 2, 3]), madeAt: NOW },
  previous: { sealed: new Uint8Array([4]), madeAt: NOW - 5, until: NOW + 5 },
  createdAt: NOW - 10,
  updatedAt: NOW,
  ...over,
});

describe("endpoints", () => {
  it("come back as they were written", async () => {
    const storefront = randomUUID();
    const plain = endpoint({ storefront, description: null, disabled: null, previous: null, events: ["*"] });
    const full = endpoint({ storefront, id: "whe_two" });
    const before = await store.endpoints.read(storefront);
    expect(before).toEqual({ version: 0, endpoints: [] });
    expect(await store.endpoints.write(storefront, before, [plain, full])).toBe(true);
    const after = await store.endpoints.read(storefront);
    expect(after.endpoints.map(({ secrets, ...rest }) => ({ ...rest, secrets: [...secrets.sealed] }))).toEqual(
      [plain, full].map(({ secrets, ...rest }) => ({
        ...rest,
        previous: rest.previous && { ...rest.previous, sealed: expect.anything() as Uint8Array },
        secrets: [...secrets.sealed],
      })),
    );
  });

  it("of two changes at once keep the first, and say so to the second", async () => {
    const storefront = randomUUID();
    const seen = await store.endpoints.read(storefront);
    expect(await store.endpoints.write(storefront, seen, [endpoint({ storefront })])).toBe(true);
    expect(await store.endpoints.write(storefront, seen, [])).toBe(false);
    const next = await store.endpoints.read(storefront);
    expect(await store.endpoints.write(storefront, next, [])).toBe(true);
    expect(await store.endpoints.write(storefront, next, [endpoint({ storefront })])).toBe(false);
  });
});

describe("a delivery", () => {
  it("comes back as it was written, and is added once", async () => {
    const one = delivery({
      status: "failed",
      failedBecause: "attempts_exhausted",
      dueAt: null,
      made: 2,
      madeBefore: 1,
      attempts: [
        { at: NOW, ms: 5, result: "refused", url: "https://a.b/", status: 500, excerpt: "no", error: null },
        { at: NOW, ms: 6, result: "timed_out", url: "https://a.b/", status: null, excerpt: null, error: "late" },
      ],
    });
    expect(await store.deliveries.add(one)).toBe(true);
    expect(await store.deliveries.add({ ...one, body: "other" })).toBe(false);
    expect(await store.deliveries.read([one.id, "dlv_none"])).toEqual([{ ...one, version: 1 }]);
  });

  it("that can't be read stops no other", async () => {
    const [good, bad] = [delivery(), delivery({ status: "lost" as Delivery["status"] })];
    await store.deliveries.add(good);
    await store.deliveries.add(bad);
    expect((await store.deliveries.read([bad.id, good.id])).map(({ id }) => id)).toEqual([good.id]);
  });

  it("is changed over what was read alone", async () => {
    const one = delivery();
    await store.deliveries.add(one);
    const [seen] = await store.deliveries.read([one.id]);
    const next = await store.deliveries.replace(seen!, { ...one, made: 1 });
    expect(next).toMatchObject({ made: 1, version: 2 });
    expect(await store.deliveries.replace(seen!, { ...one, made: 7 })).toBeNull();
    expect(await store.deliveries.read([one.id])).toEqual([next]);
  });

  it("that is due is claimed by one alone, and not again before its time", async () => {
    const one = delivery({ dueAt: NOW + 5 });
    await store.deliveries.add(one);
    expect(await store.deliveries.claim(one.id, NOW, NOW + 100)).toBeNull();
    const claims = await Promise.all([1, 2, 3].map(() => store.deliveries.claim(one.id, NOW + 10, NOW + 100)));
    expect(claims.filter((claim) => claim !== null)).toMatchObject([{ id: one.id, dueAt: NOW + 100 }]);
    expect(await store.deliveries.claim(one.id, NOW + 100, NOW + 200)).not.toBeNull();
  });

  it("is listed as due from its time until it ends", async () => {
    const one = delivery({ dueAt: NOW - 500_000 });
    await store.deliveries.add(one);
    const dueNow = async (): Promise<readonly string[]> => {
      const shards = await Promise.all(
        [0, 1, 2, 3].map((shard) => store.deliveries.due(NOW - 400_000, shard, { limit: 100, after: null })),
      );
      return shards.flatMap(({ ids }) => ids);
    };
    expect(await dueNow()).toEqual([one.id]);
    const [seen] = await store.deliveries.read([one.id]);
    await store.deliveries.replace(seen!, { ...one, status: "delivered", dueAt: null });
    expect(await dueNow()).toEqual([]);
  });
});

describe("an endpoint's deliveries", () => {
  it.each(["newest_first", "oldest_first"] as const)(
    "are walked %s, page by page, over the end of a month",
    async (order) => {
      const whe = `whe_${randomUUID()}`;
      const at = [-29, -20, -3, -3, -1, 0].map((days) => NOW + days * DAY_MS);
      const made = at.map((createdAt) => delivery({ endpoint: whe, createdAt }));
      for (const one of made) await store.deliveries.add(one);
      await store.deliveries.add(delivery({ endpoint: `${whe}x` }));
      const seen: string[] = [];
      let after: Parameters<WebhookStore["deliveries"]["walk"]>[0]["after"] = null;
      for (let pages = 0; pages < 10; pages += 1) {
        const page = await store.deliveries.walk({ endpoint: whe, from: 0, to: NOW, order, after, limit: 2 });
        expect(page.keys.length).toBeLessThanOrEqual(2);
        seen.push(...page.keys.map(({ id }) => id));
        after = page.next;
        if (after === null) break;
      }
      const ids = made.map(({ id }) => id);
      expect(seen.toSorted()).toEqual(ids.toSorted());
      expect(seen[0]).toBe(order === "oldest_first" ? ids[0] : ids.at(-1));
    },
  );

  it("are walked between two times, both inclusive", async () => {
    const whe = `whe_${randomUUID()}`;
    const made = [1, 2, 3, 4].map((second) => delivery({ endpoint: whe, createdAt: NOW - second * 1_000 }));
    for (const one of made) await store.deliveries.add(one);
    const span = { from: NOW - 3_000, to: NOW - 2_000 };
    const { keys } = await store.deliveries.walk({
      endpoint: whe,
      ...span,
      order: "oldest_first",
      after: null,
      limit: 10,
    });
    expect(keys.map(({ id }) => id)).toEqual([made[2]!.id, made[1]!.id]);
  });
});

describe("turns", () => {
  const take = (whe: string, holder: string, forMs = 1_000) =>
    store.turns.take(whe, { holder, until: time.now + forMs });
  const FINE = { succeeded: true, failed: false, hung: false };
  const HUNG = { succeeded: false, failed: true, hung: true };

  it("are three at a time, and the next one's when one is given back", async () => {
    const whe = `whe_${randomUUID()}`;
    const taken = await Promise.all(["a", "b", "c", "d", "e"].map((holder) => take(whe, holder)));
    const held = taken.flatMap((answer) => (answer.taken ? [answer.turn] : []));
    expect(held.map(({ slot }) => slot).toSorted()).toEqual([0, 1, 2]);
    expect(await take(whe, "f")).toEqual({ taken: false, hanging: false });
    await store.turns.giveBack(whe, held[1]!, FINE);
    expect(await take(whe, "g")).toMatchObject({ taken: true, turn: { slot: held[1]!.slot } });
  });

  it("that are never given back end by themselves, and are not given back by who had them", async () => {
    const whe = `whe_${randomUUID()}`;
    const first = await take(whe, "a");
    for (const holder of ["b", "c"]) await take(whe, holder, 100_000);
    time.now += 2_000;
    expect(await take(whe, "d", 100_000)).toMatchObject({ taken: true });
    if (first.taken) await store.turns.giveBack(whe, first.turn, FINE);
    expect(await take(whe, "e")).toEqual({ taken: false, hanging: false });
    time.now = NOW;
  });

  it("are one alone while the endpoint lets callers wait, until it answers", async () => {
    const whe = `whe_${randomUUID()}`;
    const first = await take(whe, "a");
    if (first.taken) await store.turns.giveBack(whe, first.turn, HUNG);
    const second = await take(whe, "b");
    expect(second).toMatchObject({ taken: true, hanging: true });
    expect(await take(whe, "c")).toEqual({ taken: false, hanging: true });
    if (second.taken) await store.turns.giveBack(whe, second.turn, { succeeded: false, failed: true, hung: false });
    expect(await take(whe, "d")).toMatchObject({ taken: true, hanging: false });
    expect(await take(whe, "e")).toMatchObject({ taken: true, hanging: false });
  });

  it("tell since when nothing gets through, until something does or its owner begins anew", async () => {
    const whe = `whe_${randomUUID()}`;
    const once = async (health: typeof FINE): Promise<number | null> => {
      const answer = await take(whe, randomUUID());
      return answer.taken ? (await store.turns.giveBack(whe, answer.turn, health)).failingSince : -1;
    };
    const FAILED = { succeeded: false, failed: true, hung: false };
    expect(await once(FAILED)).toBe(NOW);
    time.now = NOW + 5_000;
    expect(await once(FAILED)).toBe(NOW);
    expect(await once({ succeeded: true, failed: true, hung: false })).toBeNull();
    expect(await once(FAILED)).toBe(NOW + 5_000);
    await store.turns.forget(whe);
    time.now = NOW + 9_000;
    expect(await once(FAILED)).toBe(NOW + 9_000);
    time.now = NOW;
    await expect(store.turns.forget("whe_nobody")).resolves.toBeUndefined();
  });
});
