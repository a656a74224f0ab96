import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { LanePace } from "../../../functions/daraja/pacing.ts";
import { createSharedToken, createSlotItems } from "../../../functions/store/coordination.ts";
import type { CoordinationDeps } from "../../../functions/store/coordination.ts";
import { connect, makeTable, NOW, watched } from "./database.ts";

const client = connect();
const { dynamo, calls } = watched(client);
const time = { now: NOW };
let deps: CoordinationDeps;
let names = 0;
beforeAll(async () => {
  const table = await makeTable(client, "coordination");
  deps = { dynamo, table, clock: { now: () => time.now }, wait: () => Promise.resolve(), random: () => 0.5 };
});
afterAll(() => client.destroy());

const freshName = (): string => {
  names += 1;
  return `sandbox-${names}`;
};
const ask = (holder: string, seen = 0) => ({ seen, holder, leaseMs: 10_000 });

describe("the shared token", () => {
  it("is nothing at first, then what was stored", async () => {
    const shared = createSharedToken(deps, freshName());
    expect(await shared.read()).toBeNull();
    const lease = await shared.lease(ask("a"));
    const next = { token: "token-1", expiresAt: NOW + 3_599_000, generation: 1 };
    expect(lease.won && (await shared.store(next, lease.fence))).toBe(true);
    expect(await shared.read()).toEqual(next);
  });

  it("is leased by one of fifty contenders; the others learn until when", async () => {
    const shared = createSharedToken(deps, freshName());
    const leases = await Promise.all(Array.from({ length: 50 }, (_, index) => shared.lease(ask(`process-${index}`))));
    expect(leases.filter((lease) => lease.won)).toHaveLength(1);
    for (const lease of leases) if (!lease.won) expect(lease).toEqual({ won: false, held: null, until: NOW + 10_000 });
  });

  it("costs one call to lease, store, read or release", async () => {
    const shared = createSharedToken(deps, freshName());
    calls.length = 0;
    await shared.lease(ask("a"));
    await shared.store({ token: "t", expiresAt: NOW, generation: 1 }, 1);
    await shared.read();
    await shared.release(1);
    expect(calls).toEqual(["UpdateItem", "UpdateItem", "GetItem", "UpdateItem"]);
  });

  it("is not leased to who has seen an older one: the loser is given the newer", async () => {
    const shared = createSharedToken(deps, freshName());
    const held = { token: "token-1", expiresAt: NOW + 1_000, generation: 1 };
    const lease = await shared.lease(ask("a"));
    if (lease.won) await shared.store(held, lease.fence);
    expect(await shared.lease(ask("b", 0))).toEqual({ won: false, held, until: 0 });
    expect(await shared.lease(ask("c", 1))).toMatchObject({ won: true });
    expect(await shared.read()).toEqual(held);
  });

  it("is leased again once the lease has run out, and the slow holder's token is not stored", async () => {
    const shared = createSharedToken(deps, freshName());
    const slow = await shared.lease(ask("slow"));
    time.now = NOW + 9_999;
    expect(await shared.lease(ask("early"))).toMatchObject({ won: false });
    time.now = NOW + 10_000;
    const fast = await shared.lease(ask("fast"));
    time.now = NOW;
    if (!slow.won || !fast.won) throw new Error("both should have won");
    expect(fast.fence).toBeGreaterThan(slow.fence);
    expect(await shared.store({ token: "late", expiresAt: NOW, generation: 1 }, slow.fence)).toBe(false);
    expect(await shared.store({ token: "good", expiresAt: NOW, generation: 1 }, fast.fence)).toBe(true);
    expect(await shared.read()).toMatchObject({ token: "good" });
  });

  it("is free at once when its lease is released, but only by who holds it", async () => {
    const shared = createSharedToken(deps, freshName());
    const lease = await shared.lease(ask("a"));
    if (!lease.won) throw new Error("nobody else asked");
    await shared.release(lease.fence + 1);
    expect(await shared.lease(ask("b"))).toMatchObject({ won: false });
    await shared.release(lease.fence);
    expect(await shared.lease(ask("b"))).toMatchObject({ won: true, fence: lease.fence + 1 });
  });

  it("is one for each application", async () => {
    const one = createSharedToken(deps, freshName());
    const two = createSharedToken(deps, freshName());
    expect(await one.lease(ask("a"))).toMatchObject({ won: true });
    expect(await two.lease(ask("a"))).toMatchObject({ won: true });
  });

  it("rejects when the item can't be reached", async () => {
    const broken = createSharedToken({ ...deps, table: "no-such-table" }, freshName());
    await expect(broken.read()).rejects.toThrow();
    await expect(broken.lease(ask("a"))).rejects.toThrow();
  });
});

describe("a lane's pace", () => {
  const first: LanePace = { tat: NOW, factor: 1, slowedAt: 0 };
  const all = { byMs: 100, slowedAt: 0, from: 0, to: NOW + 1_000_000 };

  it("begins with a swap against nothing, which one of twenty wins", async () => {
    const slots = createSlotItems(deps, freshName());
    expect(await slots.advance("query", all)).toEqual({ taken: false, pace: null });
    const swaps = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        slots.swap("query", { expected: null, next: { ...first, tat: NOW + index } }),
      ),
    );
    const won = swaps.filter((swap) => swap.swapped);
    expect(won).toHaveLength(1);
    for (const swap of swaps) expect(swap.pace).toEqual(won[0]?.pace);
  });

  it("advances for each of fifty at once, and none gets another's turn", async () => {
    const slots = createSlotItems(deps, freshName());
    await slots.swap("bulk", { expected: null, next: first });
    const turns = await Promise.all(Array.from({ length: 50 }, () => slots.advance("bulk", all)));
    expect(turns.every((turn) => turn.taken)).toBe(true);
    const tats = turns.map((turn) => turn.pace!.tat).sort((a, b) => a - b);
    expect(tats).toEqual(Array.from({ length: 50 }, (_, index) => NOW + 100 * (index + 1)));
  });

  it("does not advance outside the window or after the lane was slowed, and says how it stands", async () => {
    const slots = createSlotItems(deps, freshName());
    await slots.swap("query", { expected: null, next: first });
    expect(await slots.advance("query", { ...all, from: NOW + 1 })).toEqual({ taken: false, pace: first });
    expect(await slots.advance("query", { ...all, to: NOW - 1 })).toEqual({ taken: false, pace: first });
    const slowed = { tat: NOW + 5, factor: 0.1 + 0.2, slowedAt: NOW };
    expect(await slots.swap("query", { expected: first, next: slowed })).toEqual({ swapped: true, pace: slowed });
    expect(await slots.advance("query", all)).toEqual({ taken: false, pace: slowed });
    expect(await slots.swap("query", { expected: first, next: first })).toEqual({ swapped: false, pace: slowed });
  });

  it("keeps a learned margin, and advances only for who knows it", async () => {
    const slots = createSlotItems(deps, freshName());
    const learned = { ...first, jitterMs: 46 };
    await slots.swap("bulk", { expected: null, next: first });
    expect(await slots.swap("bulk", { expected: first, next: learned })).toEqual({ swapped: true, pace: learned });
    expect(await slots.advance("bulk", all)).toEqual({ taken: false, pace: learned });
    expect(await slots.advance("bulk", { ...all, jitterMs: 45 })).toEqual({ taken: false, pace: learned });
    const taken = { ...learned, tat: NOW + 100 };
    expect(await slots.advance("bulk", { ...all, jitterMs: 46 })).toEqual({ taken: true, pace: taken });
    expect(await slots.swap("bulk", { expected: taken, next: first })).toEqual({ swapped: true, pace: first });
    expect(await slots.advance("bulk", all)).toMatchObject({ taken: true });
  });

  it("is kept apart by lane and shortcode", async () => {
    const shortcode = freshName();
    await createSlotItems(deps, shortcode).swap("query", { expected: null, next: first });
    expect(await createSlotItems(deps, shortcode).advance("bulk", all)).toEqual({ taken: false, pace: null });
    expect(await createSlotItems(deps, freshName()).advance("query", all)).toEqual({ taken: false, pace: null });
  });
});
