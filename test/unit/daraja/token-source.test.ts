/** What one process remembers of its token: when it asks the shared item, when it renews, and what a dead token costs. */
import { describe, expect, test } from "vitest";
import { createTokenSource } from "../../../functions/daraja/token-source.ts";
import { TokenUnavailable } from "../../../functions/daraja/token.ts";
import type { FetchedToken, HeldToken, SharedToken } from "../../../functions/daraja/token.ts";

const HOUR_MS = 3_600_000;
const EARLY_MS = 5 * 60_000;
const NOW = 1_000_000;
const held = (generation: number, expiresAt = NOW + HOUR_MS): HeldToken => ({
  token: `theirs-${generation}`,
  expiresAt,
  generation,
});

/** A source over a shared item that holds `first`; what it asks is kept. Fetched tokens are f1, f2, ... and live for an hour. */
const setUp = (first: HeldToken | null, changes: Partial<SharedToken> = {}) => {
  const seen = { now: NOW, item: first, reads: 0, leases: [] as number[], fetched: 0, logs: [] as unknown[] };
  const shared: SharedToken = {
    read: () => Promise.resolve(((seen.reads += 1), seen.item)),
    lease: (request) => {
      seen.leases.push(request.seen);
      return Promise.resolve({ won: true, fence: 1 });
    },
    store: (next) => {
      seen.item = next;
      return Promise.resolve(true);
    },
    release: () => Promise.resolve(),
    ...changes,
  };
  const fetching = { fetch: (): Promise<FetchedToken> => Promise.resolve({ token: "never", lifetimeMs: 0 }) };
  fetching.fetch = () => Promise.resolve({ token: `f${(seen.fetched += 1)}`, lifetimeMs: HOUR_MS });
  const source = createTokenSource({
    shared,
    fetchToken: () => fetching.fetch(),
    clock: { now: () => seen.now },
    wait: () => Promise.resolve(),
    random: () => 0.5,
    log: (...entry) => seen.logs.push(entry),
  });
  return { source, seen, fetching };
};
const away = () => Promise.reject(new RangeError("no connection"));

describe("a token in memory", () => {
  test("is given without a look at the shared item until five minutes before its end, and renewed from that moment", async () => {
    const { source, seen } = setUp(held(3));
    for (const at of [0, 1, HOUR_MS - EARLY_MS - 1]) {
      seen.now = NOW + at;
      expect(await source.get()).toBe("theirs-3");
    }
    expect(seen).toMatchObject({ reads: 1, leases: [], fetched: 0 });
    seen.now = NOW + HOUR_MS - EARLY_MS;
    expect(await source.get()).toBe("f1");
    expect(seen).toMatchObject({ reads: 1, leases: [3], fetched: 1 });
  });

  test("with little life left is renewed half way to its end", async () => {
    const { source, seen } = setUp(held(3, NOW + 60_000));
    await source.get();
    seen.now = NOW + 29_999;
    expect(await source.get()).toBe("theirs-3");
    seen.now = NOW + 30_000;
    expect(await source.get()).toBe("f1");
  });

  test("that has expired is looked for anew, as one that was seen", async () => {
    const { source, seen } = setUp(held(3));
    await source.get();
    seen.now = NOW + HOUR_MS;
    seen.item = null;
    expect(await source.get()).toBe("f1");
    expect(seen).toMatchObject({ reads: 2, leases: [3] });
  });

  test("that is dead in the shared item is counted on from there", async () => {
    const { source, seen } = setUp(held(8, NOW));
    expect(await source.get()).toBe("f1");
    expect(seen.leases).toEqual([8]);
    expect(seen.item).toMatchObject({ token: "f1", generation: 9 });
  });
});

describe("a renewal", () => {
  const soon = (changes: Partial<SharedToken> = {}) => {
    const rig = setUp(held(3), changes);
    const renewAt = NOW + HOUR_MS - EARLY_MS;
    return { ...rig, renewAt, begin: async () => (await rig.source.get(), (rig.seen.now = renewAt)) };
  };

  test("is one caller's to wait for: the next has the living token meanwhile", async () => {
    const { source, fetching, begin } = soon();
    await begin();
    let issue: (token: FetchedToken) => void = () => undefined;
    fetching.fetch = () => new Promise((resolve) => (issue = resolve));
    const first = source.get();
    await new Promise((resolve) => setImmediate(resolve));
    expect(await source.get()).toBe("theirs-3");
    issue({ token: "late", lifetimeMs: HOUR_MS });
    expect([await first, await source.get()]).toEqual(["late", "late"]);
  });

  test("that another process is at leaves the token in use until that one's lease ends", async () => {
    const asked: number[] = [];
    const lease: SharedToken["lease"] = ({ seen: known }) => {
      asked.push(known);
      return Promise.resolve({ won: false, held: held(3), until: NOW + HOUR_MS - EARLY_MS + 8_000 });
    };
    const { source, seen, renewAt, begin } = soon({ lease });
    await begin();
    for (const at of [0, 1, 7_999, 8_000]) {
      seen.now = renewAt + at;
      expect(await source.get()).toBe("theirs-3");
    }
    expect(asked).toEqual([3, 3]);
  });

  test.each([
    ["Daraja", { fails: new TokenUnavailable("rate_limited", "no") }, []],
    ["anything else", { fails: new RangeError("x") }, [["token.shared_unreachable", { error: "RangeError" }]]],
  ])(
    "that fails for %s is tried again after half a minute, and the log blames whom it must",
    async (_, { fails }, logs) => {
      const { source, seen, fetching, renewAt, begin } = soon();
      await begin();
      const { fetch } = fetching;
      fetching.fetch = () => Promise.reject(fails);
      expect(await source.get()).toBe("theirs-3");
      expect(seen.logs).toEqual(logs);
      fetching.fetch = fetch;
      seen.now = renewAt + 29_999;
      expect(await source.get()).toBe("theirs-3");
      seen.now = renewAt + 30_000;
      expect(await source.get()).toBe("f1");
    },
  );
});

describe("a token that Daraja called dead", () => {
  test("is not taken from the shared item, and its generation is the one that was seen", async () => {
    const { source, seen } = setUp(held(3));
    await source.get();
    expect(await source.replace("theirs-3")).toBe("f1");
    expect(seen).toMatchObject({ leases: [3], fetched: 1 });
    seen.item = null;
    expect(await source.replace("f1")).toBe("f2");
    expect(seen).toMatchObject({ leases: [3, 4], fetched: 2 });
    expect(await source.get()).toBe("f2");
    expect(seen.reads).toBe(3);
  });

  test("and is not the one in memory costs nothing, unless that one has expired", async () => {
    const { source, seen } = setUp(held(3));
    await source.get();
    expect(await source.replace("an older one")).toBe("theirs-3");
    expect(seen).toMatchObject({ reads: 1, fetched: 0 });
    seen.now = NOW + HOUR_MS;
    expect(await source.replace("an older one")).toBe("f1");
  });

  test("and that nobody holds is replaced by what the shared item holds", async () => {
    const { source, seen } = setUp(held(3));
    expect(await source.replace("of another life")).toBe("theirs-3");
    expect(seen).toMatchObject({ reads: 1, leases: [], fetched: 0 });
  });

  test("while its own renewal fails is replaced all the same", async () => {
    const { source, fetching, seen } = setUp(held(3));
    await source.get();
    seen.now = NOW + HOUR_MS - EARLY_MS;
    const { fetch } = fetching;
    let fail: (fault: Error) => void = () => undefined;
    fetching.fetch = () => new Promise((_, reject) => (fail = reject));
    const renewed = source.get();
    const replaced = source.replace("theirs-3");
    await new Promise((resolve) => setImmediate(resolve));
    fetching.fetch = fetch;
    fail(new TokenUnavailable("daraja_unavailable", "down"));
    seen.item = null;
    expect([await renewed, await replaced]).toEqual(["theirs-3", "f1"]);
  });

  test("while a new one is on its way is replaced by that one, but not by itself", async () => {
    const { source, fetching, seen } = setUp(null);
    let issue: (token: FetchedToken) => void = () => undefined;
    fetching.fetch = () => new Promise((resolve) => (issue = resolve));
    const [got, replaced] = [source.get(), source.replace("old")];
    await new Promise((resolve) => setImmediate(resolve));
    issue({ token: "new", lifetimeMs: HOUR_MS });
    expect([await got, await replaced]).toEqual(["new", "new"]);
    const again = source.replace("new");
    await new Promise((resolve) => setImmediate(resolve));
    issue({ token: "newer", lifetimeMs: HOUR_MS });
    expect(await again).toBe("newer");
    expect(seen.leases).toEqual([0, 1]);
  });
});

describe("a shared item that can't be reached", () => {
  test("is done without: the process fetches alone, and says so", async () => {
    const { source, seen } = setUp(null, { read: away });
    expect(await source.get()).toBe("f1");
    expect(await source.replace("f1")).toBe("f2");
    const trouble = ["token.shared_unreachable", { error: "RangeError" }];
    const fetched = (generation: number) => ["token.fetched", { generation, tookMs: 0 }];
    expect(seen.logs).toEqual([trouble, fetched(0), trouble, fetched(0)]);
    expect(seen.leases).toEqual([]);
  });

  test("is no reason to hide that Daraja gives no token, which is asked for once", async () => {
    const { source, fetching, seen } = setUp(null);
    const down = new TokenUnavailable("merchant_misconfigured", "keys");
    let asked = 0;
    fetching.fetch = () => Promise.reject(((asked += 1), down));
    await expect(source.get()).rejects.toBe(down);
    expect([asked, seen.logs]).toEqual([1, []]);
  });
});
