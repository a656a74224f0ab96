/** A payment that we had asked for is found among many others, and where there are too many nothing is guessed. */
import { BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { shillings } from "../../../functions/domain/money.ts";
import { keys } from "../../../functions/store/keys.ts";
import { LIMITS, NOW } from "../store/database.ts";
import { freshReceipt, intent, paidByQuery } from "../store/samples.ts";
import { startDesk, toldOf } from "./told-desk.ts";
import type { ToldDesk } from "./told-desk.ts";

/** As many keys as one search looks at. */
const MOST = 2_000;

let desk: ToldDesk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

/** Keys of payouts, which share the references of payments, made one after the other from `from` on. */
const crowd = async (reference: string, { count, from }: { count: number; from: number }): Promise<void> => {
  const puts = Array.from({ length: count }, (_, index) => ({
    PutRequest: {
      Item: {
        pk: { S: `pyo_${reference}${index}` },
        r: { S: keys.reference("storefront", reference) },
        s: { N: String(from + index) },
      },
    },
  }));
  for (let start = 0; start < puts.length; start += 25) {
    const RequestItems = { [desk.deps.tables.transactions]: puts.slice(start, start + 25) };
    await desk.client.send(new BatchWriteItemCommand({ RequestItems }));
  }
};

test("a busy till's push that is known to be paid gets its receipt, however many payments came after it", async () => {
  const asked = await desk.ask({ amount: shillings(813), createdAt: NOW - 5 * 60_000 });
  await desk.record(asked.id, paidByQuery());
  for (let index = 0; index < 110; index += 1)
    await desk.ledger.open(intent({ amount: shillings(900), createdAt: NOW - 60_000 + index }), LIMITS);
  expect(await desk.tell({ ...toldOf(asked, freshReceipt()), reference: "" })).toEqual({
    told: "recognised",
    paymentId: asked.id,
  });
}, 60_000);

test("the last of all that are looked at is found", async () => {
  const asked = await desk.ask({ reference: "INV-LAST", createdAt: NOW - 60_000 });
  await desk.record(asked.id, paidByQuery());
  await crowd(asked.reference, { count: MOST - 1, from: NOW - 30_000 });
  expect(await desk.tell(toldOf(asked, freshReceipt()))).toEqual({ told: "recognised", paymentId: asked.id });
}, 60_000);

test("a push behind more than can be looked at is nobody's guess: the payment is opened, and a person looks", async () => {
  const asked = await desk.ask({ reference: "INV-BEHIND", createdAt: NOW - 60_000 });
  await desk.record(asked.id, paidByQuery());
  await crowd(asked.reference, { count: MOST, from: NOW - 30_000 });
  const { told, paymentId } = await desk.tell(toldOf(asked, freshReceipt()));
  expect(told).toBe("opened");
  expect(await desk.exceptionsOf(paymentId)).toEqual(["ambiguous"]);
  expect(await desk.read(asked.id)).toMatchObject({ state: "succeeded", receipt: null });
}, 60_000);

test("one that is seen before that is taken when it is certainly the payer's, and not when it only may be", async () => {
  const asked = await desk.ask({ reference: "INV-BEFORE", createdAt: NOW });
  await desk.record(asked.id, paidByQuery());
  await crowd(asked.reference, { count: MOST, from: NOW - 30_000 });
  const opened = await desk.tell(toldOf(asked, freshReceipt(), "masked"));
  expect(opened.told).toBe("opened");
  expect(await desk.exceptionsOf(opened.paymentId)).toEqual(["ambiguous"]);
  expect(await desk.tell(toldOf(asked, freshReceipt(), "sha256"))).toEqual({ told: "recognised", paymentId: asked.id });
}, 60_000);
