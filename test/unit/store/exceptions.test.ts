/** Exceptions on a real engine: opened by evidence and by matching, worked on by people, listed, and never lost. */
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { ExceptionEvent } from "../../../functions/domain/decide-exception.ts";
import type { Exception } from "../../../functions/domain/exception.ts";
import { endOf, ownerOf } from "../../../functions/domain/exception.ts";
import { verifyChain } from "../../../functions/domain/history.ts";
import { exceptionId } from "../../../functions/domain/ids.ts";
import { EXCEPTION_KINDS } from "../../../functions/domain/payment-states.ts";
import { BadCursor } from "../../../functions/store/cursor.ts";
import type { ExceptionFilters, NewException } from "../../../functions/store/exception-ledger.ts";
import { NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { evidence, freshReceipt, paid, unpaid } from "./samples.ts";
import { opened, pending } from "./steps.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let test: TestLedger;
let shops = 0;
let shop = "";
beforeAll(async () => {
  test = await startLedger();
});
beforeEach(() => {
  shops += 1;
  shop = `shop-${shops}`;
  test.time.now = NOW;
  test.calls.length = 0;
});
afterAll(() => test.close());

const act = (by = "key:one", at = NOW + 60_000) => ({ at, by, requestId: "request" });
const found = (more: Partial<NewException> = {}): NewException => ({
  storefront: shop,
  kind: "missing_in_ledger",
  about: { line: `receipt#${freshReceipt()}` },
  facts: { statement: "stm_1", row: 17, amount_cents: 150_000 },
  source: "statement",
  at: NOW,
  by: "close-day",
  requestId: "run",
  ...more,
});
const raised = async (more: Partial<NewException> = {}): Promise<Exception> =>
  (await test.exceptions.raise(found(more))).exception;
const change = async (exception: Exception, event: ExceptionEvent, by?: string): Promise<Exception> =>
  (await test.exceptions.change(exception, { event, act: act(by) }))!;
const RESOLVED: ExceptionEvent = { event: "resolved", resolution: "explained", note: "paid in cash" };

/** Every page of a listing, two at a time. */
const all = async (filters: ExceptionFilters = {}): Promise<readonly string[]> => {
  const ids: string[] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 20; page += 1) {
    const query = { storefront: shop, filters, limit: 2, cursor };
    const { exceptions, next }: Awaited<ReturnType<typeof test.exceptions.list>> = await test.exceptions.list(query);
    expect(exceptions.length).toBeLessThanOrEqual(2);
    ids.push(...exceptions.map(({ id }) => id));
    if (next === null) return ids;
    cursor = next;
  }
  throw new Error("the listing has no end");
};

describe("an exception that evidence opens", () => {
  it("begins its own chained history with the write that records the evidence", async () => {
    const asked = await pending(test);
    const text = '{"odd":1}';
    await test.ledger.record(asked.id, evidence({ finding: "unverified" }, { at: NOW + 1, raw: text }));
    expect(test.calls.filter((call) => call !== "GetItem")).toEqual(["TransactWriteItems"]);
    const exception = (await test.exceptions.read(exceptionId(asked.id, "unverified_source")))!;
    expect(exception).toMatchObject({ transactionId: asked.id, status: "open", times: 1, version: 1 });
    const payment = await test.ledger.read(asked.id);
    expect(exception.history).toMatchObject([
      { finding: "opened", to: "open", source: "callback", by: "safaricom", exception: "unverified_source" },
    ]);
    expect(exception.history[0]!.rawHash).toBe(payment!.history.at(-1)!.rawHash);
    expect(verifyChain(exception.id, exception.history, exception.head)).toEqual({ intact: true });
  });

  it("opens again when it happens again after somebody resolved it, and says so", async () => {
    const asked = await opened(test, { storefront: shop });
    const tell = (at: number) =>
      test.ledger.record(asked.id, evidence({ finding: "unverified" }, { at, raw: `{"odd":${at}}` }));
    await tell(NOW + 1);
    const id = exceptionId(asked.id, "unverified_source");
    await change((await test.exceptions.read(id))!, RESOLVED);
    expect(await all({ status: "open" })).toEqual([]);
    await tell(NOW + 120_000);
    const exception = (await test.exceptions.read(id))!;
    expect(exception).toMatchObject({ status: "open", openedAt: NOW + 1, lastAt: NOW + 120_000, times: 2, version: 3 });
    expect(exception.history.map(({ finding, to }) => [finding, to])).toEqual([
      ["opened", "open"],
      ["resolved", "resolved"],
      ["opened", "open"],
    ]);
    expect(endOf(exception)).toBeNull();
    expect(verifyChain(id, exception.history, exception.head)).toEqual({ intact: true });
    expect(await all({ status: "open" })).toEqual([id]);
  });

  it("is told with its transaction, in as many requests as without", async () => {
    const asked = await pending(test);
    await test.ledger.record(asked.id, unpaid(asked));
    const receipt = freshReceipt();
    await test.ledger.record(asked.id, paid(asked, receipt));
    await change((await test.exceptions.read(exceptionId(asked.id, "late_success")))!, RESOLVED);
    test.calls.length = 0;
    const history = await test.ledger.history(asked.id);
    expect(test.calls.sort()).toEqual(["BatchGetItem", "Query"]);
    expect(history?.exceptions).toMatchObject([{ kind: "late_success", status: "resolved" }]);
    test.calls.length = 0;
    const answer = (await test.ledger.find({ storefront: "storefront", text: receipt, as: null, cursor: null }))
      .found[0];
    expect(answer?.exceptions).toEqual(history?.exceptions);
    expect(test.calls.filter((call) => call === "BatchGetItem")).toHaveLength(1);
  });
});

describe("an exception that matching raises", () => {
  it("is opened once, whoever finds it how often, and stays as it ended", async () => {
    const one = found();
    const first = await test.exceptions.raise(one);
    test.calls.length = 0;
    expect(first).toMatchObject({ raised: "new", exception: { transactionId: null, times: 1, status: "open" } });
    const ended = await change(first.exception, RESOLVED);
    test.calls.length = 0;
    const again = await test.exceptions.raise({ ...one, at: NOW + DAY, requestId: "another run" });
    expect(again).toEqual({ raised: "known", exception: ended });
    expect(test.calls).toEqual(["PutItem"]);
  });

  it("says what the statement said", async () => {
    const exception = await raised();
    expect(exception.history).toMatchObject([
      { source: "statement", by: "close-day", facts: { statement: "stm_1", row: 17, amount_cents: 150_000 } },
    ]);
    expect(await test.exceptions.read(exception.id)).toEqual(exception);
  });

  it("about a transaction is the one that evidence of that kind would open", async () => {
    const asked = await pending(test);
    const about = { transactionId: asked.id };
    const { id } = await raised({ storefront: "storefront", kind: "missing_in_statement", about });
    expect(id).toBe(exceptionId(asked.id, "missing_in_statement"));
    expect((await test.ledger.history(asked.id))?.exceptions.map((exception) => exception.id)).toEqual([id]);
  });

  it("is another storefront's own, even about a line of the same name", async () => {
    const about = { line: "statement#17" };
    const [ours, theirs] = [await raised({ about }), await raised({ about, storefront: "neighbour" })];
    expect(ours.id).not.toBe(theirs.id);
  });

  it("may be of every kind that there is", async () => {
    for (const kind of EXCEPTION_KINDS) expect((await raised({ kind })).kind).toBe(kind);
    expect(await all({ status: "open" })).toHaveLength(EXCEPTION_KINDS.length);
  });
});

describe("what people do", () => {
  it("is one chain of entries, each by whom it was done", async () => {
    const given = await change(await raised(), { event: "assigned", owner: "Amina" });
    const noted = await change(given, { event: "noted", note: "asked the bank\nno answer yet" }, "key:two");
    const asked = await change(noted, { event: "asked", told: false });
    const ended = await change(asked, RESOLVED, "key:two");
    expect(ended.history.map(({ finding, by, facts }) => [finding, by, facts])).toEqual([
      ["opened", "close-day", { statement: "stm_1", row: 17, amount_cents: 150_000 }],
      ["assigned", "key:one", { owner: "Amina" }],
      ["noted", "key:two", { note: "asked the bank\nno answer yet" }],
      ["asked", "key:one", { told: false }],
      ["resolved", "key:two", { resolution: "explained", note: "paid in cash" }],
    ]);
    expect(ended).toMatchObject({ status: "resolved", version: 5 });
    expect(ownerOf(ended)).toBe("Amina");
    expect(verifyChain(ended.id, ended.history, ended.head)).toEqual({ intact: true });
    expect(await test.exceptions.read(ended.id)).toEqual(ended);
  });

  it("is written over what was seen, or not at all", async () => {
    const seen = await raised();
    const first = await change(seen, { event: "noted", note: "one" });
    expect(await test.exceptions.change(seen, { event: RESOLVED, act: act("key:two") })).toBeNull();
    expect(await test.exceptions.read(seen.id)).toEqual(first);
  });

  it("shows when a stored word was changed afterwards", async () => {
    const { id, history, head } = await change(await raised(), RESOLVED);
    const item = (await test.item(id))!;
    item["l"]!.L![1]!.M!["m"]!.M!["note"] = { S: "paid in kind" };
    await test.client.send(new PutItemCommand({ TableName: test.deps.tables.transactions, Item: item }));
    const changed = (await test.exceptions.read(id))!;
    expect(verifyChain(id, history, head)).toEqual({ intact: true });
    expect(verifyChain(id, changed.history, changed.head)).toMatchObject({ intact: false, at: 1 });
  });
});

describe("an exception of before exceptions had a history", () => {
  const plant = async (transaction: string): Promise<string> => {
    const id = exceptionId(transaction, "unverified_source");
    const Item = {
      ...{ pk: { S: id }, t: { S: `${shop}#exceptions#2026-11` }, s: { N: String(NOW - DAY) }, k: { S: "v" } },
      ...{ i: { S: transaction }, x: { S: "o" }, w: { N: String(NOW - HOUR) }, n: { N: "4" } },
    };
    await test.client.send(new PutItemCommand({ TableName: test.deps.tables.transactions, Item }));
    return id;
  };

  it("is read, listed and worked on", async () => {
    const id = await plant("pay_of_old");
    const old = (await test.exceptions.read(id))!;
    expect(old).toMatchObject({ status: "open", times: 4, version: 0, history: [], head: null });
    expect(await all()).toEqual([id]);
    const ended = await change(old, RESOLVED);
    expect(ended).toMatchObject({ status: "resolved", version: 1 });
    expect(verifyChain(id, ended.history, ended.head)).toEqual({ intact: true });
    expect(await test.exceptions.change(old, { event: RESOLVED, act: act() })).toBeNull();
  });

  it("gets its history when it happens again", async () => {
    const asked = await opened(test, { storefront: shop });
    const id = await plant(asked.id);
    await test.ledger.record(asked.id, evidence({ finding: "unverified" }, { raw: "{}" }));
    expect(await test.exceptions.read(id)).toMatchObject({ times: 5, version: 1, history: [{ finding: "opened" }] });
    expect(await all({ status: "open" })).toEqual([id]);
  });
});

describe("listing exceptions", () => {
  it("takes status, kind and age, each alone and all together", async () => {
    const at = (ageMs: number) => ({ at: NOW - ageMs });
    const young = await raised(at(0));
    const hours = await raised({ ...at(HOUR), kind: "ambiguous" });
    const days = await raised(at(2 * DAY));
    const old = await raised({ ...at(40 * DAY), kind: "ambiguous" });
    const done = await change(await raised(at(3 * HOUR)), RESOLVED);
    expect(await all()).toEqual([young, hours, done, days, old].map(({ id }) => id));
    expect(await all({ status: "open" })).toEqual([young, hours, days, old].map(({ id }) => id));
    expect(await all({ status: "resolved" })).toEqual([done.id]);
    expect(await all({ kind: "ambiguous" })).toEqual([hours.id, old.id]);
    expect(await all({ age: "under_1_hour" })).toEqual([young.id]);
    expect(await all({ age: "under_24_hours" })).toEqual([hours.id, done.id]);
    expect(await all({ age: "under_3_days" })).toEqual([days.id]);
    expect(await all({ age: "older" })).toEqual([old.id]);
    expect(await all({ status: "open", kind: "ambiguous", age: "older" })).toEqual([old.id]);
    expect(await all({ status: "resolved", kind: "ambiguous" })).toEqual([]);
  });

  it("finds what is open however long ago it began, and what is resolved for twelve months", async () => {
    const open = await raised({ at: NOW - 800 * DAY });
    await change(await raised({ at: NOW - 801 * DAY }), RESOLVED);
    expect(await all({ status: "open" })).toEqual([open.id]);
    expect(await all({ status: "open", age: "older" })).toEqual([open.id]);
    expect(await all({ status: "resolved" })).toEqual([]);
  });

  it("goes on where it stopped while time passes, and takes no cursor of another question", async () => {
    for (let each = 0; each < 3; each += 1) await raised({ at: NOW - each });
    const query = { storefront: shop, filters: { age: "under_1_hour" }, limit: 2, cursor: null } as const;
    const { next } = await test.exceptions.list(query);
    test.time.now += 1_000;
    expect((await test.exceptions.list({ ...query, cursor: next })).exceptions).toHaveLength(1);
    for (const other of [{ filters: {} }, { storefront: "neighbour" }])
      await expect(test.exceptions.list({ ...query, ...other, cursor: next })).rejects.toThrow(BadCursor);
  });

  it("shows nothing of a neighbour's", async () => {
    await raised({ storefront: `${shop}-neighbour` });
    for (const filters of [{}, { status: "open" as const }]) expect(await all(filters)).toEqual([]);
  });
});
