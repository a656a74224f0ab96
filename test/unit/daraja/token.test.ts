import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { createTokenSource } from "../../../functions/daraja/token-source.ts";
import { TokenUnavailable } from "../../../functions/daraja/token.ts";
import type { FetchedToken, SharedToken } from "../../../functions/daraja/token.ts";
import { memoryToken } from "./shared-items.ts";
import { seededRandom, virtualTime } from "./virtual-time.ts";
import type { VirtualTime } from "./virtual-time.ts";

const HOUR_MS = 3_600_000;
const quiet = () => undefined;

/** A Daraja that hands out tokens, each killing the one before, and counts them. */
const issuer = (time: VirtualTime, tookMs = 300) => {
  const daraja = {
    issued: 0,
    alive: "",
    failing: null as TokenUnavailable | null,
    fetchToken: async (): Promise<FetchedToken> => {
      await time.wait(tookMs);
      if (daraja.failing) throw daraja.failing;
      daraja.issued += 1;
      daraja.alive = `token-${daraja.issued}`;
      return { token: daraja.alive, lifetimeMs: HOUR_MS };
    },
  };
  return daraja;
};

const setUp = (tookMs?: number) => {
  const time = virtualTime();
  const shared = memoryToken(time.now);
  const daraja = issuer(time, tookMs);
  const random = seededRandom(7);
  const source = (item: SharedToken = shared) =>
    createTokenSource({
      shared: item,
      fetchToken: daraja.fetchToken,
      clock: time,
      wait: time.wait,
      random,
      log: quiet,
    });
  const pass = async (ms: number) => {
    void time.wait(ms);
    await time.run(ms);
  };
  /** Lets time pass until the promise is settled. */
  const done = async <T>(promise: Promise<T>): Promise<T> => {
    const settled = promise.catch(() => undefined);
    await time.run();
    await settled;
    return promise;
  };
  return { time, shared, daraja, source, pass, done };
};

describe("a cold start", () => {
  test("of 200 callers in 8 processes is one OAuth request", async () => {
    const { daraja, source, done } = setUp();
    const sources = Array.from({ length: 8 }, () => source());
    const tokens = await done(Promise.all(Array.from({ length: 200 }, (_, caller) => sources[caller % 8]!.get())));
    expect(new Set(tokens)).toEqual(new Set(["token-1"]));
    expect(daraja.issued).toBe(1);
  });

  test("in any order of events is one OAuth request", async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), async (scheduler) => {
        const shared = memoryToken(() => 0);
        let issued = 0;
        const fetchToken = scheduler.scheduleFunction((): Promise<FetchedToken> => {
          issued += 1;
          return Promise.resolve({ token: `token-${issued}`, lifetimeMs: HOUR_MS });
        });
        const later: SharedToken = {
          read: scheduler.scheduleFunction(() => shared.read()),
          lease: scheduler.scheduleFunction((request: Parameters<SharedToken["lease"]>[0]) => shared.lease(request)),
          store: scheduler.scheduleFunction((...next: Parameters<SharedToken["store"]>) => shared.store(...next)),
          release: scheduler.scheduleFunction((fence: number) => shared.release(fence)),
        };
        const wait = scheduler.scheduleFunction(() => Promise.resolve());
        const sources = Array.from({ length: 4 }, () =>
          createTokenSource({
            shared: later,
            fetchToken,
            clock: { now: () => 0 },
            wait,
            random: () => 0.5,
            log: quiet,
          }),
        );
        const all = Promise.all(sources.flatMap((source) => [source.get(), source.get()]));
        await scheduler.waitFor(all);
        expect(new Set(await all)).toEqual(new Set(["token-1"]));
        // All of them now hear that the token is dead: one more, whoever is first.
        const replaced = Promise.all(sources.flatMap((source) => [source.replace("token-1"), source.get()]));
        await scheduler.waitFor(replaced);
        expect((await replaced).filter((_, place) => place % 2 === 0)).toEqual(Array(4).fill("token-2"));
        expect(issued).toBe(2);
      }),
      { numRuns: 60 },
    );
  });

  test("of a process whose neighbours hold a token asks Daraja nothing", async () => {
    const { daraja, source, done } = setUp();
    await done(source().get());
    expect(await done(source().get())).toBe("token-1");
    expect(daraja.issued).toBe(1);
  });

  test("outlives a process that died while it held the lease", async () => {
    const { shared, source, done, daraja } = setUp();
    await shared.lease({ seen: 0, holder: "dead", leaseMs: 8_000 });
    expect(await done(source().get())).toBe("token-1");
    expect(daraja.issued).toBe(1);
  });
});

describe("renewal", () => {
  test("starts five minutes before the end, in one process, while the others go on with the living token", async () => {
    const { daraja, source, pass, done } = setUp();
    const [first, second] = [source(), source()];
    await done(Promise.all([first.get(), second.get()]));
    await pass(HOUR_MS - 10_000 - 5 * 60_000 + 1_000);
    const renewing = first.get();
    await Promise.resolve();
    expect(await second.get()).toBe("token-1");
    expect(await first.get()).toBe("token-1");
    expect(await done(renewing)).toBe("token-2");
    await pass(30_000);
    expect(await done(second.get())).toBe("token-2");
    expect(daraja.issued).toBe(2);
  });

  test("does not begin a moment earlier", async () => {
    const { daraja, source, pass, done } = setUp();
    const one = source();
    await done(one.get());
    await pass(HOUR_MS - 10_000 - 5 * 60_000 - 1_000);
    expect(await done(one.get())).toBe("token-1");
    expect(daraja.issued).toBe(1);
  });

  test("that fails leaves the living token in use and is tried again later", async () => {
    const { daraja, source, pass, done } = setUp();
    const one = source();
    await done(one.get());
    await pass(HOUR_MS - 5 * 60_000);
    daraja.failing = new TokenUnavailable("daraja_unavailable", "down");
    expect(await done(one.get())).toBe("token-1");
    expect(await one.get()).toBe("token-1");
    daraja.failing = null;
    await pass(31_000);
    expect(await done(one.get())).toBe("token-2");
  });

  test("of an expired token is waited for", async () => {
    const { source, pass, done } = setUp();
    const one = source();
    await done(one.get());
    await pass(HOUR_MS);
    expect(await done(one.get())).toBe("token-2");
  });
});

describe("a dead token", () => {
  test("that two processes see is replaced by one new one", async () => {
    const { daraja, source, done } = setUp();
    const [first, second] = [source(), source()];
    await done(Promise.all([first.get(), second.get()]));
    const replaced = await done(
      Promise.all([first.replace("token-1"), second.replace("token-1"), first.replace("token-1")]),
    );
    expect(replaced).toEqual(["token-2", "token-2", "token-2"]);
    expect(daraja.issued).toBe(2);
  });

  test("that somebody has replaced long since costs nothing", async () => {
    const { daraja, source, done } = setUp();
    const [first, second] = [source(), source()];
    await done(Promise.all([first.get(), second.get()]));
    await done(first.replace("token-1"));
    expect(await done(second.replace("token-1"))).toBe("token-2");
    expect(await done(first.replace("token-1"))).toBe("token-2");
    expect(daraja.issued).toBe(2);
  });
});

describe("trouble", () => {
  test("wrong keys are told as such, to every caller, and the lease is given back", async () => {
    const { daraja, shared, source, done } = setUp();
    daraja.failing = new TokenUnavailable("merchant_misconfigured", "keys");
    const one = source();
    await expect(done(one.get())).rejects.toMatchObject({ failure: "merchant_misconfigured" });
    await expect(shared.lease({ seen: 0, holder: "next", leaseMs: 1 })).resolves.toMatchObject({ won: true });
  });

  test("a neighbour that never finishes is waited for no longer than bearable", async () => {
    const { time, shared, source, done } = setUp();
    const stuck: SharedToken = {
      ...shared,
      lease: () => Promise.resolve({ won: false, held: null, until: time.now() + 60_000 }),
    };
    const begun = time.now();
    await expect(done(source(stuck).get())).rejects.toBeInstanceOf(TokenUnavailable);
    expect(time.now() - begun).toBeLessThan(12_000);
  });

  test("without the shared item a process fetches alone, once", async () => {
    const { daraja, source, done } = setUp();
    const down = () => Promise.reject(new Error("no connection"));
    const one = source({ read: down, lease: down, store: down, release: down });
    expect(await done(one.get())).toBe("token-1");
    expect(await done(one.get())).toBe("token-1");
    expect(await done(one.replace("token-1"))).toBe("token-2");
    expect(daraja.issued).toBe(2);
  });

  test("a token that can't be stored is used all the same, and fetched once", async () => {
    const { daraja, shared, source, done } = setUp();
    const one = source({ ...shared, store: () => Promise.reject(new Error("no connection")) });
    expect(await done(one.get())).toBe("token-1");
    expect(daraja.issued).toBe(1);
  });

  test("whoever loses the lease while fetching adopts what was stored meanwhile", async () => {
    const { time, shared, source, done } = setUp();
    const stored = { token: "theirs", expiresAt: time.now() + HOUR_MS, generation: 9 };
    const one = source({
      ...shared,
      store: () => {
        shared.held = stored;
        return Promise.resolve(false);
      },
    });
    expect(await done(one.get())).toBe("theirs");
  });

  test("a token with a short life is not renewed on every call", async () => {
    const time = virtualTime();
    let issued = 0;
    const fetchToken = () => Promise.resolve({ token: `token-${(issued += 1)}`, lifetimeMs: 60_000 });
    const deps = { shared: memoryToken(time.now), clock: time, wait: time.wait, random: () => 0, log: quiet };
    const one = createTokenSource({ ...deps, fetchToken });
    for (let call = 0; call < 10; call += 1) await one.get();
    expect(issued).toBe(1);
  });
});
