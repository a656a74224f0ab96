import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Reading } from "../../../functions/domain/audit-question.ts";
import type { PaymentIntent } from "../../../functions/domain/payment.ts";
import { BadCursor } from "../../../functions/store/cursor.ts";
import type { FindPage, TransactionHistory } from "../../../functions/store/ledger.ts";
import { LIMITS, NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { payoutIntent } from "./payout-samples.ts";
import { accepted, evidence, freshPhone, freshReceipt, intent, paid, pushOf } from "./samples.ts";

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

const find = async (storefront: string, text: string): Promise<readonly TransactionHistory[]> =>
  (await test.ledger.find({ storefront, text, as: null, cursor: null })).found;

const idOf = (one: TransactionHistory): string => {
  if (one.kind === "payment") return one.payment.id;
  if (one.kind === "payout") return one.payout.id;
  return one.kind === "batch" ? one.batch.id : one.refund.id;
};

describe("finding payments", () => {
  it("takes an id, a receipt, a phone in any spelling, a reference or a push id", async () => {
    const asked = await open({ reference: "SO 4711" });
    const receipt = freshReceipt();
    await test.ledger.record(asked.id, accepted(asked));
    await test.ledger.record(asked.id, paid(asked, receipt));
    const local = `0${asked.phone.slice(3, 6)} ${asked.phone.slice(6)}`;
    const push = pushOf(asked).checkoutId;
    const questions = [asked.id, receipt, receipt.toLowerCase(), asked.phone, local, "so 4711", push];
    for (const question of questions) {
      const found = await find(shop, ` ${question} `);
      expect(
        found.map((one) => idOf(one)),
        question,
      ).toEqual([asked.id]);
      expect(found[0]?.raws).toHaveLength(1);
    }
  });

  it("takes one request for an id and two for anything else, exceptions and texts of all kinds included", async () => {
    const asked = await open({ reference: "SO 4712" });
    const receipt = freshReceipt();
    await test.ledger.record(asked.id, accepted(asked));
    await test.ledger.record(asked.id, paid(asked, receipt));
    await test.payouts.open(payoutIntent({ storefront: shop, phone: asked.phone, reference: "SO 4712" }));
    const requests = async (question: string) => {
      test.calls.length = 0;
      expect((await find(shop, question)).length).toBeGreaterThan(0);
      return [...test.calls];
    };
    expect(await requests(asked.id)).toEqual(["BatchGetItem"]);
    expect(await requests(receipt)).toEqual(["GetItem", "BatchGetItem"]);
    for (const question of [asked.phone, "so 4712", pushOf(asked).checkoutId])
      expect(await requests(question), question).toEqual(["Query", "BatchGetItem"]);
  });

  it("goes from one reading to the next only while nothing is found, and says which one found something", async () => {
    const phone = freshPhone();
    const account = await open({ reference: phone, createdAt: NOW - 1 });
    const ask = (as: Reading | null) => test.ledger.find({ storefront: shop, text: phone, as, cursor: null });
    expect(await ask(null)).toMatchObject({ readAs: "reference", found: [{ payment: { id: account.id } }] });
    const payer = await open({ phone });
    expect(await ask(null)).toMatchObject({ readAs: "phone", found: [{ payment: { id: payer.id } }] });
    expect(await ask("reference")).toMatchObject({ readAs: "reference", found: [{ payment: { id: account.id } }] });
    expect(await ask("id")).toEqual({ readAs: null, found: [], next: null });
    const looksLikeReceipt = await open({ reference: "INV0004711" });
    expect((await find(shop, "inv0004711")).map(idOf)).toEqual([looksLikeReceipt.id]);
  });

  it("gives a phone's payments newest first, and nothing of another storefront", async () => {
    const phone = freshPhone();
    const older = await open({ phone, createdAt: NOW - DAY });
    await test.ledger.record(older.id, paid(older, freshReceipt()));
    const newer = await open({ phone });
    expect((await find(shop, phone)).map(idOf)).toEqual([newer.id, older.id]);
    for (const question of [phone, older.id, older.reference]) expect(await find("other", question)).toEqual([]);
  });

  it("tells the exceptions of each, however many a question names", async () => {
    for (let age = 0; age < 9; age += 1) {
      const asked = await open({ reference: "Many", createdAt: NOW - age });
      const odd = { finding: "unreadable", because: "odd" } as const;
      if (age % 2 === 0) await test.ledger.record(asked.id, evidence(odd, { raw: `{"odd":${age}}` }));
    }
    const found: TransactionHistory[] = [];
    let cursor: string | null = null;
    let pages = 0;
    do {
      const page: FindPage = await test.ledger.find({ storefront: shop, text: "many", as: null, cursor });
      found.push(...page.found);
      cursor = page.next;
      pages += 1;
    } while (cursor !== null && pages < 9);
    expect(pages).toBe(2);
    const kinds = found.map(({ exceptions }) => exceptions.map(({ kind, transactionId }) => [kind, transactionId]));
    const expected = found.map((one, age) => (age % 2 === 0 ? [["unreadable_callback", idOf(one)]] : []));
    expect(kinds).toHaveLength(9);
    expect(kinds).toEqual(expected);
  });

  it("refuses a cursor of another question, storefront or reading", async () => {
    for (let age = 0; age < 9; age += 1) await open({ reference: "Paged", createdAt: NOW - age });
    const { next } = await test.ledger.find({ storefront: shop, text: "paged", as: null, cursor: null });
    const asked = { storefront: shop, text: "paged", as: null, cursor: next };
    expect((await test.ledger.find(asked)).found.length).toBeGreaterThan(0);
    const [, sealed] = next!.split(".");
    for (const cursor of ["made up", "reference.made-up", `phone.${sealed!}`, `${next!.slice(0, -8)}AAAAAAAA`, ""])
      await expect(test.ledger.find({ ...asked, cursor }), cursor).rejects.toThrow(BadCursor);
    await expect(test.ledger.find({ ...asked, text: "other" })).rejects.toThrow(BadCursor);
    await expect(test.ledger.find({ ...asked, storefront: "other" })).rejects.toThrow(BadCursor);
  });

  it("finds nothing for empty, unknown or endless questions", async () => {
    for (const question of ["", "   ", "nothing like it", "x".repeat(10_000)])
      expect(await find(shop, question)).toEqual([]);
  });
});
