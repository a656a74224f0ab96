import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { PaymentIntent } from "../../../functions/domain/payment.ts";
import { BadCursor } from "../../../functions/store/cursor.ts";
import type { ExceptionPage } from "../../../functions/store/exception-ledger.ts";
import type { ListQuery } from "../../../functions/store/ledger.ts";
import { LIMITS, NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { evidence, freshPhone, freshReceipt, intent, paid, unpaid } from "./samples.ts";

const DAY = 86_400_000;

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

const open = async (overrides: Partial<PaymentIntent> = {}): Promise<PaymentIntent> => {
  const asked = intent({ storefront: shop, ...overrides });
  await test.ledger.open(asked, LIMITS);
  return asked;
};

/** Every page until the last, at most fifty. */
const pages = async (query: Omit<ListQuery, "cursor" | "storefront">): Promise<string[][]> => {
  const found: string[][] = [];
  let cursor: string | null = null;
  for (let page = 0; page < 50; page += 1) {
    const { payments, next } = await test.ledger.list({ storefront: shop, ...query, cursor });
    found.push(payments.map((payment) => payment.id));
    if (next === null) return found;
    cursor = next;
  }
  throw new Error("the listing does not end");
};

describe("listing a storefront's payments", () => {
  it("gives all of them, newest first, once each, whatever the page's size", async () => {
    const asked = [];
    for (let index = 0; index < 23; index += 1) asked.push(await open({ createdAt: NOW - index * 7_000_000 }));
    const expected = asked.map((one) => one.id);
    for (const limit of [1, 4, 7, 100]) {
      const found = await pages({ filters: {}, limit });
      expect(found.flat()).toEqual(expected);
      expect(found.every((page) => page.length <= limit)).toBe(true);
    }
  });

  it("crosses months, and skips empty ones", async () => {
    const ages = [0, 25 * DAY, 100 * DAY, 101 * DAY, 300 * DAY];
    const asked = [];
    for (const age of ages) asked.push(await open({ createdAt: NOW - age }));
    expect((await pages({ filters: {}, limit: 2 })).flat()).toEqual(asked.map((one) => one.id));
  });

  it("loses none of those that share a millisecond", async () => {
    const asked = await Promise.all(Array.from({ length: 12 }, () => open()));
    const found = (await pages({ filters: {}, limit: 5 })).flat();
    expect(new Set(found)).toEqual(new Set(asked.map((one) => one.id)));
    expect(found).toHaveLength(12);
  });

  it("loses none of a crowd that shares a millisecond in one place", async () => {
    const asked = await Promise.all(Array.from({ length: 40 }, () => open({ reference: "crowd" })));
    const found = (await pages({ filters: { reference: "crowd" }, limit: 7 })).flat();
    expect(new Set(found)).toEqual(new Set(asked.map((one) => one.id)));
    expect(found).toHaveLength(40);
  });

  it("shows nothing of another storefront", async () => {
    await open();
    const other = await test.ledger.list({ storefront: "nobody", filters: {}, limit: 10, cursor: null });
    expect(other).toEqual({ payments: [], next: null });
  });

  it("bounds the work behind an empty page", async () => {
    test.calls.length = 0;
    await test.ledger.list({ storefront: shop, filters: { createdFrom: 0 }, limit: 10, cursor: null });
    expect(test.calls.length).toBeLessThanOrEqual(52);
  });

  it("reaches what is years old when asked for it", async () => {
    const old = await open({ createdAt: NOW - 900 * DAY });
    const found = await pages({ filters: { createdFrom: NOW - 1_000 * DAY }, limit: 10 });
    expect(found.flat()).toEqual([old.id]);
  });

  it("filters by reference in any case, by phone, by receipt, by state and by time", async () => {
    const phone = freshPhone();
    const first = await open({ reference: "Order-77", phone, createdAt: NOW - 3 * DAY });
    const second = await open({ reference: "ORDER-77", createdAt: NOW - 2 * DAY });
    const third = await open({ createdAt: NOW - DAY });
    const receipt = freshReceipt();
    await test.ledger.record(first.id, paid(first, receipt));
    await test.ledger.record(second.id, unpaid(second));
    const ids = async (filters: ListQuery["filters"]) => (await pages({ filters, limit: 10 })).flat();
    expect(await ids({ reference: "order-77" })).toEqual([second.id, first.id]);
    expect(await ids({ phone })).toEqual([first.id]);
    expect(await ids({ phone, reference: "order-77" })).toEqual([first.id]);
    expect(await ids({ phone: third.phone, reference: "order-77" })).toEqual([]);
    expect(await ids({ receipt })).toEqual([first.id]);
    expect(await ids({ receipt: receipt.toLowerCase() })).toEqual([first.id]);
    expect(await ids({ receipt, states: ["failed"] })).toEqual([]);
    expect(await ids({ states: ["failed"] })).toEqual([second.id]);
    expect(await ids({ states: ["initiated", "succeeded"] })).toEqual([third.id, first.id]);
    expect(await ids({ createdFrom: NOW - 2 * DAY })).toEqual([third.id, second.id]);
    expect(await ids({ createdTo: NOW - 2 * DAY })).toEqual([first.id]);
    expect(await ids({ createdFrom: NOW - 3 * DAY, createdTo: NOW - 2 * DAY })).toEqual([first.id]);
  });

  it("pages through a filter that few match", async () => {
    const wanted = [];
    for (let index = 0; index < 30; index += 1) {
      const asked = await open({ createdAt: NOW - index * 1_000 });
      if (index % 10 !== 3) continue;
      await test.ledger.record(asked.id, unpaid(asked));
      wanted.push(asked.id);
    }
    expect((await pages({ filters: { states: ["failed"] }, limit: 2 })).flat()).toEqual(wanted);
  });
});

describe("a cursor", () => {
  const firstCursor = async (): Promise<string> => {
    await open({ createdAt: NOW - 1_000 });
    await open();
    const { next } = await test.ledger.list({ storefront: shop, filters: {}, limit: 1, cursor: null });
    return next!;
  };

  it("is refused when it was changed, made up, or cut", async () => {
    const cursor = await firstCursor();
    const changed = `${cursor.slice(0, -3)}${cursor.endsWith("AAA") ? "BBB" : "AAA"}`;
    for (const bad of [changed, "made-up", "", cursor.slice(0, 20), "A".repeat(10_000)]) {
      const query = { storefront: shop, filters: {}, limit: 1, cursor: bad };
      await expect(test.ledger.list(query), bad.slice(0, 30)).rejects.toThrow(BadCursor);
    }
  });

  it("is refused by another storefront, another filter and another listing", async () => {
    const cursor = await firstCursor();
    const other = { storefront: "other", filters: {}, limit: 1, cursor };
    await expect(test.ledger.list(other)).rejects.toThrow(BadCursor);
    await expect(test.ledger.list({ ...other, storefront: shop, filters: { reference: "x" } })).rejects.toThrow(
      BadCursor,
    );
    await expect(test.exceptions.list({ storefront: shop, filters: {}, limit: 1, cursor })).rejects.toThrow(BadCursor);
  });

  it("shows nothing about what it points to", async () => {
    const asked = await firstCursor();
    expect(Buffer.from(asked, "base64url").toString("latin1")).not.toContain("pay_");
  });
});

describe("listing exceptions", () => {
  it("gives them newest first, page by page", async () => {
    const ids = [];
    for (let index = 0; index < 5; index += 1) {
      const asked = await open({ createdAt: NOW - 40 * DAY });
      const raw = `{"odd":${index}}`;
      await test.ledger.record(asked.id, evidence({ finding: "unverified" }, { at: NOW - index * 10 * DAY, raw }));
      ids.push(asked.id);
    }
    const found: string[] = [];
    let cursor: string | null = null;
    for (let page = 0; page < 10; page += 1) {
      const answer: ExceptionPage = await test.exceptions.list({ storefront: shop, filters: {}, limit: 2, cursor });
      found.push(...answer.exceptions.map((exception) => exception.transactionId!));
      cursor = answer.next;
      if (cursor === null) break;
    }
    expect(found).toEqual(ids);
    expect(cursor).toBeNull();
  });
});
