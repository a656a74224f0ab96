/** The page of a payment that a storefront began itself: a session of one try, for whoever holds that payment's token. */
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Caller } from "../../../functions/api/caller.ts";
import { createMerchantNames } from "../../../functions/api/merchant-names.ts";
import { readCheckout } from "../../../functions/api/read-checkout.ts";
import type { Reply } from "../../../functions/api/reply.ts";
import { createCheckoutLedger } from "../../../functions/store/dynamo-checkouts.ts";
import type { Storefront } from "../../../functions/store/directory.ts";
import { LIMITS } from "../store/database.ts";
import type { TestLedger } from "../store/database.ts";
import { startLedgerInMemory } from "../store/in-memory.ts";
import { accepted, freshReceipt, intent, paid, unpaid } from "../store/samples.ts";

let books: TestLedger;
beforeEach(async () => {
  books = await startLedgerInMemory();
});
afterEach(() => books.close());

const read = (id: string, caller: Caller): Promise<Reply> =>
  readCheckout({
    checkouts: createCheckoutLedger(books.deps),
    payments: books.ledger,
    merchantName: (storefront) => Promise.resolve(`Duka of ${storefront}`),
    clock: { now: () => books.time.now },
  })({
    caller,
    params: { id },
    body: null,
    query: {},
    accept: "",
    idempotencyKey: null,
    requestId: randomUUID(),
    remainingMs: () => 20_000,
  });

const opened = async () => {
  const asked = intent();
  await books.ledger.open(asked, LIMITS);
  await books.ledger.record(asked.id, accepted(asked));
  return asked;
};
const payer = (id: string): Caller => ({ kind: "browser", subject: id });

describe("the page of a payment", () => {
  test("shows a session of one try, which stays open while the phone rings", async () => {
    const asked = await opened();
    expect(await read(asked.id, payer(asked.id))).toMatchObject({
      body: {
        id: asked.id,
        object: "checkout_session",
        status: "open",
        amount: 1500,
        reference: asked.reference,
        merchant: { name: "Duka of storefront" },
        payment: asked.id,
        payment_details: { id: asked.id, status: "pending", stage: "awaiting_customer" },
        success_url: null,
      },
    });
  });

  test("is complete once it was paid, and over once it failed, until its money comes late", async () => {
    const asked = await opened();
    await books.ledger.record(asked.id, unpaid(asked));
    expect(await read(asked.id, payer(asked.id))).toMatchObject({
      body: { status: "expired", payment_details: { status: "failed" } },
    });
    await books.ledger.record(asked.id, paid(asked, freshReceipt()));
    expect(await read(asked.id, payer(asked.id))).toMatchObject({
      body: { status: "complete", payment_details: { status: "succeeded" } },
    });
  });

  test("opens to its own storefront and its own token alone", async () => {
    const [asked, other] = [await opened(), await opened()];
    const key = { kind: "key", keyId: "key_a", scopes: ["payments:read"] } as const;
    expect(await read(asked.id, { ...key, storefront: "storefront" })).toMatchObject({ body: { id: asked.id } });
    for (const stranger of [payer(other.id), { ...key, storefront: "neighbour" }] as const)
      expect(await read(asked.id, stranger)).toMatchObject({ code: "not_found" });
    expect(await read(intent().id, payer(asked.id))).toMatchObject({ code: "not_found" });
  });
});

describe("the names of storefronts", () => {
  const desk = () => {
    const asked: string[] = [];
    let now = 0;
    const directory = {
      storefront: (id: string): Promise<Storefront | null> => {
        asked.push(id);
        const named = { id, name: `Duka ${asked.length}`, shortcode: null, references: [], isDefault: false };
        return Promise.resolve(id === "nameless" ? null : named);
      },
    };
    const nameOf = createMerchantNames({ directory, clock: { now: () => now } });
    return { asked, nameOf, pass: (ms: number) => void (now += ms) };
  };

  test("are read once, and again after five minutes", async () => {
    const { asked, nameOf, pass } = desk();
    expect([await nameOf("shop"), await nameOf("shop")]).toEqual(["Duka 1", "Duka 1"]);
    pass(5 * 60_000 - 1);
    expect(await nameOf("shop")).toBe("Duka 1");
    pass(1);
    expect(await nameOf("shop")).toBe("Duka 2");
    expect(asked).toHaveLength(2);
  });

  test("are their ids where there are none, and a thousand of them are remembered", async () => {
    const { asked, nameOf } = desk();
    expect(await nameOf("nameless")).toBe("nameless");
    for (let number = 0; number < 1_000; number += 1) await nameOf(`shop-${number}`);
    await nameOf("shop-999");
    expect(asked).toHaveLength(1_001);
    await nameOf("nameless");
    expect(asked).toHaveLength(1_002);
  });
});
