import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { PaymentIntent } from "../../../functions/domain/payment.ts";
import type { TransactionHistory } from "../../../functions/store/ledger.ts";
import { LIMITS, NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
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

const idOf = (one: TransactionHistory): string => {
  if (one.kind === "payment") return one.payment.id;
  return one.kind === "payout" ? one.payout.id : one.batch.id;
};

describe("finding payments", () => {
  it("takes an id, a receipt, a phone in any spelling, a reference or a push id", async () => {
    const asked = await open({ reference: "SO 4711" });
    const receipt = freshReceipt();
    await test.ledger.record(asked.id, accepted(asked));
    await test.ledger.record(asked.id, paid(asked, receipt));
    const local = `0${asked.phone.slice(3, 6)} ${asked.phone.slice(6)}`;
    const questions = [
      asked.id,
      receipt,
      receipt.toLowerCase(),
      asked.phone,
      local,
      "so 4711",
      pushOf(asked).checkoutId,
    ];
    for (const question of questions) {
      test.calls.length = 0;
      const found = await test.ledger.find(shop, ` ${question} `);
      expect(
        found.map((one) => idOf(one)),
        question,
      ).toEqual([asked.id]);
      expect(found[0]?.raws).toHaveLength(1);
      expect(test.calls.length).toBeLessThanOrEqual(8);
    }
  });

  it("gives a phone's payments newest first, and nothing of another storefront", async () => {
    const phone = freshPhone();
    const older = await open({ phone, createdAt: NOW - DAY });
    await test.ledger.record(older.id, paid(older, freshReceipt()));
    const newer = await open({ phone });
    expect((await test.ledger.find(shop, phone)).map(idOf)).toEqual([newer.id, older.id]);
    for (const question of [phone, older.id, older.reference])
      expect(await test.ledger.find("other", question)).toEqual([]);
  });

  it("tells the exceptions of each, however many a question names", async () => {
    for (let age = 0; age < 9; age += 1) {
      const asked = await open({ reference: "Many", createdAt: NOW - age });
      const odd = { finding: "unreadable", because: "odd" } as const;
      if (age % 2 === 0) await test.ledger.record(asked.id, evidence(odd, { raw: `{"odd":${age}}` }));
    }
    const found = await test.ledger.find(shop, "many");
    const kinds = found.map(({ exceptions }) => exceptions.map(({ kind, transactionId }) => [kind, transactionId]));
    const expected = found.map((one, age) => (age % 2 === 0 ? [["unreadable_callback", idOf(one)]] : []));
    expect(kinds).toHaveLength(9);
    expect(kinds).toEqual(expected);
  });

  it("finds nothing for empty, unknown or endless questions", async () => {
    for (const question of ["", "   ", "nothing like it", "x".repeat(10_000)])
      expect(await test.ledger.find(shop, question)).toEqual([]);
  });
});
