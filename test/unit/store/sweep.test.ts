import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { DueCheck, DuePage, DuePlace } from "../../../functions/store/ledger.ts";
import { DUE_SHARDS } from "../../../functions/store/table.ts";
import { LIMITS, NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { accepted, freshReceipt, intent, paid, pushOf } from "./samples.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
beforeEach(() => {
  test.time.now = NOW;
});
afterAll(() => test.close());

const dueAt = async (now: number): Promise<DueCheck[]> => {
  const first = { limit: 100, after: null };
  const shards = Array.from({ length: DUE_SHARDS }, (_, shard) => test.ledger.due(now, shard, first));
  return (await Promise.all(shards)).flatMap(({ checks }) => checks);
};
const dueIds = async (now: number): Promise<string[]> => (await dueAt(now)).map((check) => check.id);

describe("what is due", () => {
  it("is a payment whose time has come, with what is needed to ask about it", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    await test.ledger.record(asked.id, accepted(asked));
    expect(await dueIds(asked.checkAt - 1)).not.toContain(asked.id);
    expect((await dueAt(asked.checkAt)).find((check) => check.id === asked.id)).toEqual({
      id: asked.id,
      storefront: "storefront",
      shortcode: asked.shortcode,
      state: "pending",
      checkoutId: pushOf(asked).checkoutId,
      createdAt: asked.createdAt,
      at: asked.checkAt,
      attempt: 0,
    });
  });

  it("names no push for a payment whose submit was never answered", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    expect((await dueAt(asked.checkAt)).find((check) => check.id === asked.id)).toMatchObject({
      state: "initiated",
      checkoutId: null,
    });
  });

  it("is never a payment that has ended", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    expect(await dueIds(asked.checkAt + 1_000_000)).not.toContain(asked.id);
  });

  it("leaves out what was postponed after the index was asked", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    let pending = true;
    test.state.interfere = async (call) => {
      if (call !== "BatchGetItem" || !pending) return null;
      pending = false;
      const next = { at: asked.checkAt + 60_000, attempt: 1 };
      expect(await test.ledger.postpone(asked.id, { at: asked.checkAt, attempt: 0 }, next)).toBe(true);
      return null;
    };
    const due = await dueIds(asked.checkAt);
    test.state.interfere = () => null;
    expect(pending).toBe(false);
    expect(due).not.toContain(asked.id);
  });

  it("comes longest waiting first, no more than asked for", async () => {
    const checks = [5, 3, 4, 1, 2].map((order) => intent({ checkAt: NOW - 10_000_000 + order }));
    for (const asked of checks) await test.ledger.open(asked, LIMITS);
    for (let shard = 0; shard < DUE_SHARDS; shard += 1) {
      const { checks: due } = await test.ledger.due(NOW - 9_000_000, shard, { limit: 100, after: null });
      expect(due.map((check) => check.at)).toEqual([...due.map((check) => check.at)].sort((a, b) => a - b));
      const paged: string[] = [];
      let after: DuePlace | null = null;
      do {
        const page: DuePage = await test.ledger.due(NOW - 9_000_000, shard, { limit: 1, after });
        expect(page.checks.length).toBeLessThanOrEqual(1);
        paged.push(...page.checks.map(({ id }) => id));
        after = page.next;
      } while (after !== null);
      expect(paged).toEqual(due.map(({ id }) => id));
    }
  });
});

describe("postponing", () => {
  it("moves the check and writes no history", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    const next = { at: asked.checkAt + 60_000, attempt: 1 };
    expect(await test.ledger.postpone(asked.id, { at: asked.checkAt, attempt: 0 }, next)).toBe(true);
    const payment = await test.ledger.read(asked.id);
    expect(payment).toMatchObject({ check: next, version: 2, state: "initiated" });
    expect(payment?.history).toHaveLength(1);
    expect(await dueIds(asked.checkAt)).not.toContain(asked.id);
    expect(await dueIds(next.at)).toContain(asked.id);
  });

  it("is won by one of ten sweeps", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    const first = { at: asked.checkAt, attempt: 0 };
    const second = { at: asked.checkAt + 60_000, attempt: 1 };
    const third = { at: asked.checkAt + 180_000, attempt: 2 };
    for (const [from, to] of [
      [first, second],
      [second, third],
    ] as const) {
      const wins = await Promise.all(Array.from({ length: 10 }, () => test.ledger.postpone(asked.id, from, to)));
      expect(wins.filter(Boolean)).toHaveLength(1);
    }
  });

  it("is refused once the payment has ended, and for an id that names nothing", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    const check = { at: asked.checkAt, attempt: 0 };
    expect(await test.ledger.postpone(asked.id, check, { at: NOW, attempt: 1 })).toBe(false);
    expect(await test.ledger.postpone("pay_unknown", check, { at: NOW, attempt: 1 })).toBe(false);
    expect(await test.item("pay_unknown")).toBeUndefined();
  });
});
