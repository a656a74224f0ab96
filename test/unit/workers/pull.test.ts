/** The pull on the clock: nothing is skipped, whatever fails, dies or falls silent, and what is lost is said. */
import { beforeEach, describe, expect, test } from "vitest";
import { pullWindow } from "../../../functions/payments/pull-window.ts";
import { pull } from "../../../functions/workers/pull.ts";
import type { PullReport } from "../../../functions/workers/pull.ts";
import type { PullBook, PullProgress } from "../../../functions/store/pull-progress.ts";
import { HOUR, mpesa, NOW, paid, toldLedger, witness } from "../payments/pulled.ts";
import type { Paid } from "../payments/pulled.ts";

const KEPT = 48 * HOUR;

/** The item of one shortcode, in memory; it can die before or after a write. */
const memoryBook = () => {
  const state: { progress: PullProgress; interfere: () => void; writes: number } = {
    progress: { pulledUntil: null, lost: [], failing: null },
    interfere: () => undefined,
    writes: 0,
  };
  const book: PullBook = {
    read: () => Promise.resolve(state.progress),
    advance: (_, seen, { pulledUntil, lost, caughtUp }) => {
      state.interfere();
      if (seen.pulledUntil !== state.progress.pulledUntil) return Promise.resolve(null);
      state.writes += 1;
      state.progress = {
        pulledUntil,
        lost: [...state.progress.lost, ...(lost === null ? [] : [lost])],
        failing: caughtUp ? null : state.progress.failing,
      };
      return Promise.resolve(state.progress);
    },
    failed: (_, { at, because }) => {
      state.progress = { ...state.progress, failing: { since: state.progress.failing?.since ?? at, because } };
      return Promise.resolve();
    },
  };
  return { book, state };
};

const setUp = (payments: Paid[] = []) => {
  const there = mpesa(payments);
  const ledger = toldLedger();
  const seen = witness();
  const { book, state } = memoryBook();
  const time = { now: NOW, remaining: 900_000 };
  const known: { paymentId: string | null } = { paymentId: null };
  const clock = { now: () => time.now };
  // A process forgets what it has kept when it dies, so each run of a test gets a new one.
  const run = (): Promise<PullReport> =>
    pull({
      book,
      pull: pullWindow({
        daraja: {
          page: (query) => {
            // M-PESA keeps 48 hours and no more.
            const from = Math.max(query.from, time.now - KEPT);
            return there.daraja.page({ ...query, from });
          },
        },
        record: ledger.record,
        keepUnreadable: ledger.keepUnreadable,
        knowsPaid: () => Promise.resolve(known.paymentId),
        clock,
        log: seen.log,
      }),
      merchant: () => Promise.resolve({ shortcode: "174379", receiver: "174379" }),
      clock,
      log: seen.log,
      count: seen.count,
    })({ requestId: "run", remainingMs: () => time.remaining });
  return { there, ledger, seen, state, time, known, run };
};

let world: ReturnType<typeof setUp>;
beforeEach(() => {
  world = setUp();
});

const pulled = (): readonly string[] => [...world.ledger.owners.keys()].sort();
const everything = (): readonly string[] => world.there.payments.map(({ receipt }) => receipt).sort();

describe("a run", () => {
  test("asks at first for all that M-PESA keeps, and afterwards for what is new, with an overlap", async () => {
    world.there.payments.push(paid(NOW - 47 * HOUR), paid(NOW - HOUR));
    expect(await world.run()).toMatchObject({ ended: "done", opened: 2, pulled_until: new Date(NOW).toISOString() });
    world.there.asked.length = 0;
    world.time.now += HOUR;
    world.there.payments.push(paid(world.time.now - 60_000));
    expect(await world.run()).toMatchObject({ ended: "done", opened: 1, known: 1 });
    expect(Math.min(...world.there.asked.map(({ from }) => from))).toBe(NOW - 4 * HOUR);
    expect(pulled()).toEqual(everything());
  });

  test("finds what M-PESA listed late, hours after the span was pulled", async () => {
    await world.run();
    world.time.now += HOUR;
    world.there.payments.push(paid(NOW - 2 * HOUR));
    expect(await world.run()).toMatchObject({ ended: "done", opened: 1 });
  });

  test("costs one write and one call when there is nothing new", async () => {
    await world.run();
    const before = { writes: world.state.writes, calls: world.there.asked.length };
    world.time.now += HOUR;
    expect(await world.run()).toMatchObject({ ended: "done", opened: 0 });
    expect(world.state.writes - before.writes).toBe(1);
    expect(world.there.asked.length - before.calls).toBe(1);
    expect(world.seen.counted).toEqual([]);
  });
});

describe("a run that fails", () => {
  const sabotage = (from: number): void => {
    world.there.trouble.answer = (call) => (call >= from ? { answer: "failed", because: "no answer (timeout)" } : null);
  };

  test("says so, marks nothing as pulled, and the next asks for the whole gap", async () => {
    await world.run();
    world.time.now += HOUR;
    world.there.payments.push(paid(NOW + 600_000));
    sabotage(0);
    expect(await world.run()).toMatchObject({ ended: "failed", pulled_until: new Date(NOW).toISOString() });
    expect(world.seen.counted).toEqual(["PullFailed"]);
    expect(world.seen.logged.find(({ code }) => code === "pull.failed")?.facts).toMatchObject({
      because: "no answer (timeout)",
    });
    expect(world.state.progress.failing).toEqual({ since: world.time.now, because: "no answer (timeout)" });
    world.there.trouble.answer = null;
    world.time.now += 20 * HOUR;
    expect(await world.run()).toMatchObject({ ended: "done", opened: 1 });
    expect(world.state.progress.failing).toBeNull();
    expect(pulled()).toEqual(everything());
  });

  test("keeps what it has got as far as it got", async () => {
    for (let hour = 1; hour < 48; hour += 1) world.there.payments.push(paid(NOW - hour * HOUR));
    sabotage(6);
    expect((await world.run()).ended).toBe("failed");
    const until = world.state.progress.pulledUntil;
    expect(until).not.toBeNull();
    const got = new Set(pulled());
    for (const { receipt, at } of world.there.payments)
      if (at < until! && at > NOW - 47 * HOUR) expect(got).toContain(receipt);
    world.there.trouble.answer = null;
    expect((await world.run()).ended).toBe("done");
    expect(pulled()).toEqual(everything());
  });

  test("of our own making stops nothing that comes after it, and is tried again until it succeeds", async () => {
    const [stuck, later] = [paid(NOW - 40 * HOUR), paid(NOW - HOUR)];
    world.there.payments.push(stuck, later);
    world.ledger.trouble.refuse = (receipt) => receipt === stuck.receipt;
    expect(await world.run()).toMatchObject({ ended: "held", opened: 1 });
    expect(world.seen.counted).toEqual(["PullFailed"]);
    expect(pulled()).toEqual([later.receipt]);
    world.time.now += HOUR;
    expect((await world.run()).ended).toBe("held");
    world.ledger.trouble.refuse = () => false;
    expect((await world.run()).ended).toBe("done");
    expect(pulled()).toEqual(everything());
  });

  test("because its process died repeats its work and skips nothing", async () => {
    for (let hour = 1; hour < 48; hour += 1) world.there.payments.push(paid(NOW - hour * HOUR));
    let writes = 0;
    world.state.interfere = () => {
      writes += 1;
      if (writes === 3) throw new Error("killed");
    };
    await expect(world.run()).rejects.toThrow("killed");
    world.state.interfere = () => undefined;
    expect((await world.run()).ended).toBe("done");
    expect(pulled()).toEqual(everything());
  });
});

describe("silence", () => {
  test("is no answer where the ledger knows of a payment: it rings, and the span stays to be pulled", async () => {
    await world.run();
    world.time.now += HOUR;
    world.known.paymentId = "pay_known";
    expect(await world.run()).toMatchObject({ ended: "held", pulled_until: new Date(NOW).toISOString() });
    expect(world.seen.counted).toEqual(["PullSaysNothing"]);
    expect(world.seen.logged.find(({ code }) => code === "pull.says_nothing")?.facts).toMatchObject({
      transaction: "pay_known",
    });
    world.known.paymentId = null;
    expect((await world.run()).ended).toBe("done");
  });
});

describe("a gap of more than two days", () => {
  test("rings, and the span that only a statement explains is kept beside the progress, once", async () => {
    await world.run();
    world.time.now += 60 * HOUR;
    world.there.trouble.answer = () => ({ answer: "failed", because: "no answer (timeout)" });
    await world.run();
    expect(world.seen.counted).toEqual(["PullGap", "PullFailed"]);
    expect(world.state.progress.lost).toEqual([]);
    world.there.trouble.answer = null;
    expect((await world.run()).ended).toBe("done");
    const [lost, ...more] = world.state.progress.lost;
    expect(more).toEqual([]);
    expect(lost?.from).toBe(NOW);
    expect(lost?.until).toBeGreaterThan(world.time.now - KEPT);
    world.seen.counted.length = 0;
    world.time.now += HOUR;
    await world.run();
    expect(world.seen.counted).toEqual([]);
  });
});

describe("time", () => {
  test("that runs out leaves the rest to the next run, which goes on from there", async () => {
    for (let hour = 1; hour < 48; hour += 1) world.there.payments.push(paid(NOW - hour * HOUR));
    let looks = 0;
    Object.defineProperty(world.time, "remaining", { get: () => ((looks += 1) > 6 ? 0 : 900_000) });
    expect((await world.run()).ended).toBe("out_of_time");
    expect(world.state.progress.pulledUntil).not.toBeNull();
    expect(world.seen.counted).toEqual([]);
    looks = -1_000;
    expect((await world.run()).ended).toBe("done");
    expect(pulled()).toEqual(everything());
  });

  test("that never suffices for a single span rings", async () => {
    world.time.remaining = 0;
    expect((await world.run()).ended).toBe("out_of_time");
    expect(world.seen.counted).toEqual(["PullFailed"]);
  });
});

test("of two runs at once the slower leaves the rest to the faster", async () => {
  await world.run();
  world.time.now += HOUR;
  const ended = (await Promise.all([world.run(), world.run()])).map(({ ended: how }) => how);
  expect(ended.sort()).toEqual(["done", "overtaken"]);
  expect(world.seen.counted).toEqual([]);
});
