/**
 * While a stage is deployed two versions of the code run at once, and each reads what the other wrote. Here is each reader
 * of what crosses, given what a next version might write and what one before wrote (docs/deploying.md, "Two versions at
 * once").
 */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { gzipSync } from "node:zlib";
import type { AttributeValue } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type * as z from "zod";
import { mintClientToken, readClientToken } from "../../../functions/api/client-token.ts";
import { callbackToken, checkCallbackToken } from "../../../functions/daraja/callback-url.ts";
import { Credentials } from "../../../functions/daraja/credentials.ts";
import { Rotating, Signing } from "../../../functions/domain/rotating.ts";
import type { ImportedStatement } from "../../../functions/domain/statement.ts";
import { BatchMessage, PayoutMessage } from "../../../functions/payouts/messages.ts";
import { DayMessage } from "../../../functions/reconciliation-day/messages.ts";
import { readLines } from "../../../functions/statements-import/kept-lines.ts";
import { CorruptItem } from "../../../functions/store/attributes.ts";
import type { Item } from "../../../functions/store/attributes.ts";
import { readBatchItem } from "../../../functions/store/batch-item.ts";
import { BadCursor, readCursor, writeCursor } from "../../../functions/store/cursor.ts";
import { readPayment } from "../../../functions/store/payment-item.ts";
import { readPayout } from "../../../functions/store/payout-item.ts";
import { readRefund } from "../../../functions/store/refund-item.ts";
import { newStatementItem, readStatement } from "../../../functions/store/statement-item.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import { WebhookMessage } from "../../../functions/webhooks/messages.ts";
import { NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { newBatch, sending } from "./payout-samples.ts";
import { confirmed, refundIntent, sentRefund } from "./refund-samples.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
afterAll(() => test.close());

const MORE = { zz: { S: "a word of the next version" } };

/** As the next version would have written it: another attribute, another part of each entry, another fact in each. */
const asNewer = (item: Item): Item => {
  const entries = (item[AT.history]?.L ?? []).map(({ M: entry = {} }): AttributeValue => ({
    M: { ...entry, ...MORE, m: { M: { ...entry["m"]?.M, ...MORE } } },
  }));
  return { ...item, ...MORE, [AT.history]: { L: entries } };
};

const STATED = { at: 0, id: "pay_0123" };

/** One of each kind of things on the ledger, as it lies there. */
const kinds: readonly (readonly [
  string,
  (item: Item) => { history: readonly { facts: object }[] },
  () => Promise<string>,
])[] = [
  ["payment", readPayment, async () => (await confirmed(test)).id],
  ["payout", readPayout, async () => (await sending(test)).id],
  ["refund", readRefund, async () => (await sentRefund(test, refundIntent(await confirmed(test)))).id],
  [
    "batch",
    readBatchItem,
    async () => {
      const batch = newBatch();
      await test.batches.open(batch);
      return batch.id;
    },
  ],
];

describe.each(kinds)("a %s", (_kind, read, make) => {
  const kept = async (): Promise<Item> => (await test.item(await make()))!;

  it("that a next version wrote is read, and a fact that this one does not know is handed on", async () => {
    const item = await kept();
    const [before, after] = [read(item), read(asNewer(item))];
    const facts = { zz: "a word of the next version" };
    const expected = before.history.map((entry) => ({ ...entry, facts: { ...entry.facts, ...facts } }));
    expect(after).toEqual({ ...before, history: expected });
  });

  it("in a state that only a next version knows is a fault, and never taken for another state", async () => {
    const item = await kept();
    expect(() => read({ ...item, [AT.state]: { S: "next" } })).toThrow(CorruptItem);
  });
});

describe("a payment of before there were refunds, payments from the menu and merging", () => {
  it("is read as one that has none of them", async () => {
    const item = (await test.item((await confirmed(test)).id))!;
    const names = ["f", "fp", "rt", "pn", "mi"];
    const older = Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));
    expect(readPayment(older)).toMatchObject({ refunded: 0, refunding: 0, source: "stk", mergedInto: null });
  });
});

describe("a statement", () => {
  it("of which a next version was asked more, or knows more, is read", () => {
    const asked = { shortcode: "174379", account: null, from: null, until: null };
    const item = newStatementItem({
      id: "stm_0123",
      storefront: "storefront",
      createdBy: "key:key_0123",
      createdAt: NOW,
      asked,
    });
    expect(readStatement(asNewer({ ...item, a: { S: "another" } })).asked).toEqual(asked);
    const name = Object.keys(item).find((each) => item[each]?.S === JSON.stringify(asked))!;
    const newer = { ...item, [name]: { S: JSON.stringify({ ...asked, more: true }) } };
    expect(readStatement(newer).asked).toEqual(asked);
  });
});

describe("the kept lines of a statement", () => {
  it("to which a next version adds something are read as they were", async () => {
    const line = {
      completedAt: NOW,
      row: 7,
      receipt: "TKL4A1B2C3",
      kind: "payment",
      initiatedAt: null,
      amount: 150_000,
      balance: null,
      completed: true,
      status: "Completed",
      details: "Pay Bill from 254708***149 - JOHN DOE Acc. INV-1",
      party: { phone: { form: "masked", head: "254708", tail: "149", more: 1 }, name: "JOHN DOE", more: 2 },
      reference: "INV-1",
      linkedReceipt: null,
    };
    const text = `${JSON.stringify({ ...line, more: "of the next version" })}\n`;
    const file = { file: "statements/one", sha256: createHash("sha256").update(text).digest("hex") };
    const read = readLines({ read: () => Promise.resolve(Readable.from([gzipSync(text)])) });
    const content = { lineCount: 1 } as ImportedStatement["content"];
    const found: unknown[] = [];
    for await (const each of read({ lines: file, content })) found.push(each);
    const party = { phone: { form: "masked", head: "254708", tail: "149" }, name: "JOHN DOE" };
    expect(found).toEqual([{ ...line, party }]);
  });
});

describe("a message in a queue", () => {
  it.each<[string, z.ZodType, object]>([
    ["payouts", PayoutMessage, { payout: `pyo_${"0".repeat(26)}` }],
    ["batches", BatchMessage, { batch: `bat_${"0".repeat(26)}` }],
    ["days", DayMessage, { shortcode: "174379", day: "2026-11-21" }],
    ["webhooks", WebhookMessage, { delivery: "whd_0123", storefront: "shop", made: 2 }],
    ["webhooks, from the clock", WebhookMessage, { look: "due" }],
  ])("of %s says what it said, whatever a next version adds to it", (_queue, schema, message) => {
    expect(schema.parse(message)).toEqual(message);
    expect(schema.parse({ ...message, more: "of the next version" })).toEqual(message);
  });
});

describe("what others hold while we deploy", () => {
  it("opens what it opened before: a callback's address and a page's token, as they were handed out", () => {
    const secret = "0123456789abcdef0123456789abcdef";
    const callback = { kind: "stk", id: "pay_0123456789abcdfghijknpqrst" } as const;
    expect(callbackToken({ ...callback, secret })).toBe("fc3wyaw7uzsqwuyswzin06dua5");
    expect(checkCallbackToken({ ...callback, token: "fc3wyaw7uzsqwuyswzin06dua5", secrets: [secret] })).toBe(true);
    const until = Date.UTC(2030, 0, 1);
    const secrets = { current: secret };
    expect(mintClientToken("pay_0123", until, secrets)).toBe("ct_pay_0123.vbbc00.8DChynWHgSbxOxJsX_sba69TPumkEikg");
    expect(readClientToken("ct_pay_0123.vbbc00.8DChynWHgSbxOxJsX_sba69TPumkEikg", NOW, secrets)).toBe("pay_0123");
  });

  it("is refused and asked for again, and not read by half, when it is a cursor of a next version", async () => {
    const { vault } = test.deps;
    const cursor = await writeCursor(vault, {}, STATED);
    expect(await readCursor(vault, {}, cursor)).toEqual(STATED);
    const newer = await writeCursor(vault, {}, Object.assign({ and: "more" }, STATED));
    await expect(readCursor(vault, {}, newer)).rejects.toThrow(BadCursor);
  });
});

describe("a secret", () => {
  it("to which a next version adds a field is read as it was, and one of before the field too", () => {
    const older = { current: "a value of at least sixteen characters" };
    expect(Rotating.parse(older)).toEqual(older);
    for (const schema of [Rotating, Signing]) expect(schema.parse({ ...older, more: "of the next" })).toEqual(older);
    const daraja = {
      consumer_key: "key",
      consumer_secret: "secret",
      shortcode: "174379",
      passkey: "passkey",
      transaction_type: "CustomerPayBillOnline",
    };
    expect(Credentials.parse({ ...daraja, more: "of the next" })).toEqual(Credentials.parse(daraja));
  });
});
