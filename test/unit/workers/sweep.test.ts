/** The sweep: everything that is due gets its question, within the lane and within the time, and nobody is ever failed. */
import { beforeEach, describe, expect, test } from "vitest";
import { createSlots } from "../../../functions/daraja/slots.ts";
import type { Evidence } from "../../../functions/domain/evidence.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import type { AskAbout } from "../../../functions/payments/ask-about.ts";
import type { Log } from "../../../functions/runtime/logger.ts";
import type { Measured } from "../../../functions/runtime/metrics.ts";
import type { Check, DueCheck, DuePageQuery } from "../../../functions/store/ledger.ts";
import { sweep } from "../../../functions/workers/sweep.ts";
import type { SweepDeps } from "../../../functions/workers/sweep.ts";
import { memorySlots } from "../daraja/shared-items.ts";
import { virtualTime } from "../daraja/virtual-time.ts";
import type { VirtualTime } from "../daraja/virtual-time.ts";

const SHARDS = 4;
const HOUR = 3_600_000;

/** What is due, as the ledger's index shows it. */
const dueBook = (time: VirtualTime) => {
  const checks = new Map<string, DueCheck>();
  /** What the index shows: a key that was added stays where it was, the longest lag there can be. */
  const index = new Map<string, { id: string; at: number }>();
  return {
    checks,
    add: (count: number, overrides: Partial<DueCheck> = {}) => {
      for (let n = 0; n < count; n += 1) {
        const id = `pay_${String(checks.size).padStart(26, "0")}`;
        const created = time.now() - HOUR;
        const check: DueCheck = {
          id,
          storefront: "shop",
          shortcode: "174379",
          state: "pending",
          checkoutId: `ws_CO_${id}`,
          createdAt: created,
          at: created + n,
          attempt: 3,
          ...overrides,
        };
        checks.set(id, check);
        index.set(id, { id, at: check.at });
      }
    },
    ledger: {
      due: (now: number, shard: number, { limit, after }: DuePageQuery) => {
        const keys = [...index.values()]
          .filter(({ id, at }) => Number(id.slice(4)) % SHARDS === shard && at <= now)
          .sort((a, b) => a.at - b.at || (a.id < b.id ? -1 : 1))
          .filter(({ id, at }) => after === null || at > after.at || (at === after.at && id > after.id));
        const page = keys.slice(0, limit);
        // The index lags: its key says due, the item behind it may say otherwise by now.
        const current = page.map(({ id }) => checks.get(id)).filter((check) => check !== undefined && check.at <= now);
        const last = keys.length > limit ? page.at(-1) : undefined;
        return Promise.resolve({
          checks: current.filter((check) => check !== undefined),
          unreadable: [],
          next: last ? { id: last.id, at: last.at } : null,
        });
      },
      postpone: (id: string, expected: Check, next: Check) => {
        const check = checks.get(id);
        if (check?.at !== expected.at || check.attempt !== expected.attempt) return Promise.resolve(false);
        checks.set(id, { ...check, ...next });
        return Promise.resolve(true);
      },
    },
  };
};

const told = (payment: Partial<Payment>) =>
  ({ asked: "told", outcome: { recorded: "changed", payment: payment as Payment, exception: null } }) as const;

let time: VirtualTime;
let book: ReturnType<typeof dueBook>;
let recorded: { id: string; evidence: Evidence }[];
let questions: { id: string; at: number }[];
let measured: Measured[];
const log: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

beforeEach(() => {
  time = virtualTime();
  book = dueBook(time);
  recorded = [];
  questions = [];
  measured = [];
});

const deps = (ask: AskAbout, overrides: Partial<SweepDeps> = {}): SweepDeps => ({
  ledger: book.ledger,
  ask,
  record: (id, evidence) => {
    recorded.push({ id, evidence });
    book.checks.delete(id);
    return Promise.resolve({ recorded: "changed", payment: null, exception: "uncertain_overdue" });
  },
  clock: time,
  log,
  measure: (one) => void measured.push(one),
  random: () => 0.5,
  intervalMs: () => 60_000,
  shards: SHARDS,
  atOnce: 25,
  ...overrides,
});

const remaining = (ms: number): (() => number) => {
  const end = time.now() + ms;
  return () => end - time.now();
};

/** An answer that settles the payment. */
const settling: AskAbout = ({ paymentId }) => {
  questions.push({ id: paymentId, at: time.now() });
  book.checks.delete(paymentId);
  return Promise.resolve(told({}));
};
const silent: AskAbout = ({ paymentId }) => {
  questions.push({ id: paymentId, at: time.now() });
  return Promise.resolve({ asked: "not_told" });
};

test("10,000 silent payments in one sweep: each asked once, never more than 20 a second, within Lambda's 15 minutes", async () => {
  book.add(10_000);
  const slots = createSlots({
    items: memorySlots(),
    rates: {
      stk: { perSecond: 20, jitterMs: 50 },
      query: { perSecond: 20, jitterMs: 50 },
      bulk: { perSecond: 20, jitterMs: 50 },
    },
    clock: time,
    wait: time.wait,
    log: () => undefined,
  });
  const paced: AskAbout = async (question) => {
    expect(await slots.take("query", time.now() + 15_000)).toBe("go");
    const asking = settling(question);
    await time.wait(300);
    return asking;
  };
  const started = time.now();
  const running = sweep(deps(paced))({ requestId: "r", remainingMs: remaining(900_000) });
  await time.run(900_000);
  expect(await running).toMatchObject({ asked: 10_000, told: 10_000, ended: "done" });
  expect(new Set(questions.map(({ id }) => id)).size).toBe(10_000);
  const crowded = questions.filter(({ at }, index) => (questions[index + 20]?.at ?? Infinity) - at < 1_000);
  expect(crowded).toEqual([]);
  expect(questions.at(-1)!.at - started).toBeLessThan(870_000);
});

test("out of time, it stops and leaves the rest due", async () => {
  book.add(200);
  const slow: AskAbout = async (question) => {
    await time.wait(10_000);
    return settling(question);
  };
  const running = sweep(deps(slow))({ requestId: "r", remainingMs: remaining(60_000) });
  await time.run();
  const report = await running;
  expect(report.ended).toBe("out_of_time");
  expect(book.checks.size).toBe(200 - report.told);
  expect(time.now()).toBeGreaterThan(0);
});

test("what was asked about in vain is told by its age, a hundred to a line; what was told about is not", async () => {
  book.add(250, { createdAt: time.now() - HOUR });
  await sweep(deps(silent))({ requestId: "r", remainingMs: remaining(900_000) });
  const ages = measured.map(({ values }) => values.PaymentUnknownAge as readonly number[]);
  expect(ages.map((line) => line.length)).toEqual([100, 100, 50]);
  expect(new Set(ages.flat())).toEqual(new Set([HOUR]));
  measured = [];
  book.checks.clear();
  book.add(1);
  await sweep(deps(settling))({ requestId: "r", remainingMs: remaining(900_000) });
  expect(measured).toEqual([]);
});

describe("a payment that Daraja does not tell about", () => {
  test("is asked about again later, and later still", async () => {
    book.add(1);
    const [before] = [...book.checks.values()];
    await sweep(deps(silent))({ requestId: "r", remainingMs: remaining(900_000) });
    const [after] = [...book.checks.values()];
    expect(after!.attempt).toBe(before!.attempt + 1);
    expect(after!.at).toBeGreaterThan(time.now());
    expect(recorded).toEqual([]);
  });

  test("is handed to a person after the last question, and is not called failed", async () => {
    book.add(1, { createdAt: time.now() - 49 * HOUR, attempt: 17, at: time.now() - 1 });
    const report = await sweep(deps(silent))({ requestId: "r", remainingMs: remaining(900_000) });
    expect(report.overdue).toBe(1);
    expect(recorded.map(({ evidence }) => evidence.finding)).toEqual(["overdue"]);
    expect(questions).toHaveLength(1);
  });

  test("and has no push id to ask by is not asked about, but becomes overdue like any other", async () => {
    book.add(1, { checkoutId: null, state: "uncertain", createdAt: time.now() - 49 * HOUR });
    await sweep(deps(silent))({ requestId: "r", remainingMs: remaining(900_000) });
    expect(questions).toEqual([]);
    expect(recorded).toHaveLength(1);
  });
});

test("payments that can't be dealt with don't stand in the way of those behind them", async () => {
  book.add(120);
  const broken = new Set([...book.checks.keys()].slice(0, 110));
  const ask: AskAbout = (question) =>
    broken.has(question.paymentId) ? Promise.reject(new Error("no")) : settling(question);
  const report = await sweep(deps(ask, { atOnce: 5 }))({ requestId: "r", remainingMs: remaining(900_000) });
  expect(report).toMatchObject({ failed: 110, told: 10, ended: "done" });
  expect(recorded).toEqual([]);
});
