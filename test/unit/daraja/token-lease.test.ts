/** One process at the lease: what it asks the shared item for, how long it waits for another, and what it makes of each answer. */
import { describe, expect, test } from "vitest";
import { createTokenLease, fetchToken, living, logUnreachable } from "../../../functions/daraja/token-lease.ts";
import type { TokenDeps } from "../../../functions/daraja/token-lease.ts";
import { TokenUnavailable } from "../../../functions/daraja/token.ts";
import type { HeldToken, SharedToken } from "../../../functions/daraja/token.ts";

const HOUR_MS = 3_600_000;
const NOW = 1_000_000;
const held = (generation: number, expiresAt = NOW + HOUR_MS): HeldToken => ({
  token: `theirs-${generation}`,
  expiresAt,
  generation,
});
type Lease = Awaited<ReturnType<SharedToken["lease"]>>;
const lost = (by: HeldToken | null, until = 0): Lease => ({ won: false, held: by, until });
const WON: Lease = { won: true, fence: 7 };

/** A process whose lease requests get `leases` in turn, the last one for ever; fetching takes 300 ms. */
const setUp = (leases: readonly Lease[], changes: Partial<TokenDeps> = {}) => {
  const seen = {
    now: NOW,
    asked: [] as object[],
    waits: [] as number[],
    logs: [] as unknown[],
    stored: [] as unknown[],
    released: [] as number[],
    reads: 0,
  };
  const item: SharedToken = {
    read: () => Promise.resolve(((seen.reads += 1), null)),
    lease: (request) => Promise.resolve(leases[Math.min(seen.asked.push(request), leases.length) - 1]!),
    store: (next, fence) => Promise.resolve(seen.stored.push([next, fence]) > 0),
    release: (fence) => Promise.resolve(void seen.released.push(fence)),
  };
  const deps: TokenDeps = {
    shared: item,
    fetchToken: () => {
      seen.now += 300;
      return Promise.resolve({ token: "fresh", lifetimeMs: HOUR_MS });
    },
    clock: { now: () => seen.now },
    wait: (ms) => {
      seen.waits.push(ms);
      seen.now += ms;
      return Promise.resolve();
    },
    random: () => 0.5,
    log: (...entry) => seen.logs.push(entry),
    ...changes,
  };
  return { seen, item, deps, lease: () => createTokenLease(deps) };
};
const FRESH = { token: "fresh", expiresAt: NOW + HOUR_MS - 10_000 };

describe("a token that is fetched", () => {
  test("counts from when it was asked for, and as dead ten seconds early, of a short life a tenth", async () => {
    const { deps, seen } = setUp([]);
    expect(await fetchToken(deps, 4)).toEqual({ ...FRESH, generation: 4 });
    expect(seen.logs).toEqual([["token.fetched", { generation: 4, tookMs: 300 }]]);
    const short = setUp([], { fetchToken: () => Promise.resolve({ token: "fresh", lifetimeMs: 60_000 }) });
    expect((await fetchToken(short.deps, 1)).expiresAt).toBe(NOW + 54_000);
  });

  test("lives until the moment it expires, and no longer", () => {
    expect(living(null, NOW)).toBeNull();
    expect(living(held(1, NOW), NOW)).toBeNull();
    expect(living(held(1, NOW + 1), NOW)).toEqual(held(1, NOW + 1));
  });

  test("under the lease is the next generation, is stored under the fence, and the lease is asked for by name", async () => {
    const { lease, seen } = setUp([WON]);
    const one = lease();
    expect(await one.obtain(3)).toEqual({ ...FRESH, generation: 4 });
    expect(seen.stored).toEqual([[{ ...FRESH, generation: 4 }, 7]]);
    expect(await one.renew(4)).toEqual({ held: { token: "fresh", expiresAt: expect.any(Number), generation: 5 } });
    const holder = Math.floor(2 ** 47).toString(36);
    expect(seen.asked).toEqual([
      { seen: 3, holder, leaseMs: 8_000 },
      { seen: 4, holder, leaseMs: 8_000 },
    ]);
    expect([seen.released, seen.waits, seen.reads]).toEqual([[], [], 0]);
  });
});

describe("a lease that was won", () => {
  test("is given back when nothing could be fetched, and the reason is told, also when it can't be given back", async () => {
    const down = new TokenUnavailable("daraja_unavailable", "down");
    const { lease, seen, item, deps } = setUp([WON], { fetchToken: () => Promise.reject(down) });
    await expect(lease().obtain(0)).rejects.toBe(down);
    expect([seen.released, seen.stored, seen.logs]).toEqual([[7], [], []]);
    Object.assign(deps, { shared: { ...item, release: () => Promise.reject(new RangeError("away")) } });
    await expect(lease().obtain(0)).rejects.toBe(down);
    expect(seen.logs).toEqual([["token.shared_unreachable", { error: "RangeError" }]]);
  });

  test.each([
    ["what was stored instead is used", held(9), "theirs-9"],
    ["a dead token in its place is not", held(9, NOW + 300), "fresh"],
    ["an empty place leaves the fetched one", null, "fresh"],
  ])("and lost meanwhile: %s", async (_, stored, token) => {
    const { lease, item, deps } = setUp([WON]);
    const read = () => Promise.resolve(stored);
    Object.assign(deps, { shared: { ...item, read, store: () => Promise.resolve(false) } });
    expect(await lease().obtain(0)).toMatchObject({ token });
  });

  test("gives its token even when that can't be stored, and says so", async () => {
    const { lease, seen, item, deps } = setUp([WON]);
    Object.assign(deps, { shared: { ...item, store: () => Promise.reject(new TypeError("away")) } });
    expect(await lease().obtain(0)).toMatchObject({ token: "fresh", generation: 1 });
    expect(seen.logs.at(-1)).toEqual(["token.shared_unreachable", { error: "TypeError" }]);
  });
});

describe("a process that is not the one to fetch", () => {
  test("takes a newer token that lives, at once", async () => {
    const { lease, seen } = setUp([lost(held(4), NOW + 5_000)]);
    expect(await lease().obtain(3)).toEqual(held(4));
    expect([seen.waits, seen.stored]).toEqual([[], []]);
  });

  test("asks again at once past a newer one that is dead, and counts on from there", async () => {
    const { lease, seen } = setUp([lost(held(6, NOW)), WON]);
    expect(await lease().obtain(3)).toMatchObject({ token: "fresh", generation: 7 });
    expect(seen.asked).toMatchObject([{ seen: 3 }, { seen: 6 }]);
    expect(seen.waits).toEqual([]);
  });

  test("looks often at first, then less, until the lease ends, and asks again then", async () => {
    const { lease, seen } = setUp([lost(held(3), NOW + 1_000), WON]);
    expect(await lease().obtain(3)).toMatchObject({ token: "fresh", generation: 4 });
    expect(seen.waits.map((ms) => Math.round(ms * 10) / 10)).toEqual([37.5, 60, 96, 153.6, 245.8, 300, 300]);
    expect(seen.asked).toHaveLength(2);
  });

  test.each([
    [0, 25],
    [0.999, 49.975],
  ])("spreads its first look by chance: %d makes it %d ms", async (random, first) => {
    const { lease, seen } = setUp([lost(null, NOW + first), WON], { random: () => random });
    await lease().obtain(0);
    expect(seen.waits).toHaveLength(1);
    expect(seen.waits[0]).toBeCloseTo(first);
  });

  test("stops looking as soon as something newer is there, and not for what it knows", async () => {
    const { lease, seen, item, deps } = setUp([lost(held(3), NOW + 5_000), lost(held(4), NOW + 5_000)]);
    const read = () => Promise.resolve(held((seen.reads += 1) < 3 ? 3 : 4));
    Object.assign(deps, { shared: { ...item, read } });
    expect(await lease().obtain(3)).toEqual(held(4));
    expect(seen.reads).toBe(3);
  });

  test("gives up after nine seconds, whenever the leases that stand in its way end", async () => {
    for (const until of [NOW + 60_000, NOW]) {
      const { lease, seen } = setUp([lost(null, until)]);
      await expect(lease().obtain(0)).rejects.toMatchObject({ failure: "daraja_unavailable" });
      expect(seen.now - NOW).toBeGreaterThanOrEqual(9_000);
      expect(seen.now - NOW).toBeLessThan(until > NOW ? 9_400 : 9_001);
      expect(seen.stored).toEqual([]);
    }
  });

  test("gives up even when the clock stands still", async () => {
    const { lease, deps } = setUp([lost(null, NOW + 60_000), lost(null, NOW)], { wait: () => Promise.resolve() });
    Object.assign(deps, { clock: { now: () => NOW } });
    await expect(lease().obtain(0)).rejects.toBeInstanceOf(TokenUnavailable);
  });
});

describe("a renewal that another process is at", () => {
  test("brings the newer token when it is there and lives", async () => {
    expect(
      await setUp([lost(held(4))])
        .lease()
        .renew(3),
    ).toEqual({ held: held(4) });
  });

  test.each([
    ["the token that is known", lost(held(3), NOW + 5_000), NOW + 5_000],
    ["a newer one that is dead", lost(held(4, NOW), NOW + 5_000), NOW + 5_000],
    ["nothing", lost(null, NOW + 5_000), NOW + 5_000],
    ["nothing, under a lease that ends at once", lost(null, NOW + 10), NOW + 1_000],
  ])(
    "brings %s: to be asked again when the lease ends, a second from now at the earliest",
    async (_, by, busyUntil) => {
      const { lease, seen } = setUp([by]);
      expect(await lease().renew(3)).toEqual({ busyUntil });
      expect([seen.waits, seen.stored]).toEqual([[], []]);
    },
  );
});

test("what is thrown without being an error has no name in the log", () => {
  const logs: unknown[] = [];
  logUnreachable((...entry) => logs.push(entry))("hush");
  expect(logs).toEqual([["token.shared_unreachable", { error: "unknown" }]]);
});
