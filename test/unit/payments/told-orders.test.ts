/**
 * A push that was paid is told of many times: by its callback, by a confirmation that comes twice, by a row of a pull, by
 * the answer to a question. In every order of these, one payment holds the money.
 */
import { PutItemCommand } from "@aws-sdk/client-dynamodb";
import { afterAll, beforeAll, expect, test } from "vitest";
import { PAYMENT_AT } from "../../../functions/store/payment-item.ts";
import type { PaymentIntent } from "../../../functions/domain/payment.ts";
import { verifyChain } from "../../../functions/domain/history.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { notReversed, refundIntent, sentRefund } from "../store/refund-samples.ts";
import { freshReceipt, paid, paidByQuery, unpaid } from "../store/samples.ts";
import { startDesk, toldOf } from "./told-desk.ts";
import type { PhoneForm, ToldDesk } from "./told-desk.ts";

let desk: ToldDesk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

const WORDS = ["callback", "confirmation", "confirmation again", "pull", "query"] as const;
type Word = (typeof WORDS)[number];

/** A confirmation is the same whether it is the first or the second. */
const orders = (): readonly (readonly Word[])[] =>
  permutations(WORDS).filter((order) => order.indexOf("confirmation") < order.indexOf("confirmation again"));

const permutations = <T>(all: readonly T[]): readonly (readonly T[])[] =>
  all.length < 2
    ? [all]
    : all.flatMap((first) => permutations(all.filter((other) => other !== first)).map((rest) => [first, ...rest]));

interface Said {
  readonly asked: PaymentIntent;
  readonly receipt: string;
  readonly form: PhoneForm;
  /** What the confirmation and the pull say the customer typed; as it was sent, unless a test wants it otherwise. */
  readonly reference?: string;
}

const say = async (word: Word, { asked, receipt, form, reference = asked.reference }: Said): Promise<void> => {
  const heard = { ...toldOf(asked, receipt, form), reference };
  if (word === "callback") await desk.record(asked.id, paid(asked, receipt));
  else if (word === "query") await desk.record(asked.id, paidByQuery());
  else if (word === "pull") await desk.tell({ ...heard, source: "pull", raw: `row of ${receipt}` });
  else await desk.tell(heard);
};

/** The payments that hold money under a receipt or an id, merged ones left out. */
const holders = async ({ asked, receipt }: Said) => {
  const owner = await desk.told.owner(receipt);
  const known = [await desk.read(asked.id), ...(owner?.payment && owner.id !== asked.id ? [owner.payment] : [])];
  return known.filter(({ state }) => state === "succeeded");
};

const settle = async (order: readonly Word[], said: Said): Promise<void> => {
  for (const word of order) await say(word, said);
  const found = await holders(said);
  expect(found.map(({ id, receipt, amount }) => ({ id, receipt, amount }))).toEqual([
    { id: said.asked.id, receipt: said.receipt, amount: said.asked.amount },
  ]);
  expect(await desk.exceptionsOf(said.asked.id)).toEqual([]);
};

const FORMS: readonly PhoneForm[] = ["masked", "stars", "sha256", "mixed", "plain"];

test("whatever comes first, one payment holds the money, and nobody is called to look", async () => {
  for (const [index, order] of orders().entries()) {
    const asked = await desk.ask({ reference: `INV-${index}` });
    await settle(order, { asked, receipt: freshReceipt(), form: FORMS[index % FORMS.length]! });
  }
}, 120_000);

test("a confirmation under a reference that no push has becomes one with the push as soon as its callback names the receipt", async () => {
  const withCallback = permutations(["callback", "confirmation", "pull"] as const);
  for (const [index, order] of withCallback.entries()) {
    const asked = await desk.ask({ reference: `INV-M${index}` });
    await settle(order, { asked, receipt: freshReceipt(), form: "masked", reference: `typed ${index}` });
  }
});

test("told at once by everybody, a payment is opened once", async () => {
  const asked = await desk.ask({ reference: "INV-ATONCE" });
  const receipt = freshReceipt();
  const said = { asked, receipt, form: "sha256", reference: "nobody's" } as const;
  await Promise.all([say("confirmation", said), say("pull", said), say("confirmation again", said)]);
  const owner = await desk.told.owner(receipt);
  expect(owner?.payment).toMatchObject({ source: "paybill", state: "succeeded", routing: "unmatched" });
  await Promise.all([say("callback", said), say("pull", said)]);
  expect((await holders(said)).map(({ id }) => id)).toEqual([asked.id]);
});

test("what was merged says into what, and both histories hold together", async () => {
  const asked = await desk.ask({ reference: "INV-CHAIN" });
  const receipt = freshReceipt();
  const said = { asked, receipt, form: "masked", reference: "something else" } as const;
  await say("confirmation", said);
  const paybill = await desk.told.owner(receipt);
  await say("callback", said);
  const ended = await desk.read(paybill!.id);
  expect(ended).toMatchObject({ state: "merged", mergedInto: asked.id });
  expect(ended.history.at(-1)).toMatchObject({ finding: "merged", to: "merged", facts: { merged_into: asked.id } });
  expect((await desk.read(asked.id)).history.at(-1)?.facts).toMatchObject({ receipt, merged_from: paybill!.id });
  for (const id of [asked.id, paybill!.id]) {
    const whole = await desk.ledger.history(id);
    const { history } = await desk.read(id);
    expect(verifyChain(id, history, whole?.head ?? null)).toEqual({ intact: true });
  }
  expect((await desk.ledger.list({ ...queue, cursor: null })).payments.map(({ id }) => id)).not.toContain(paybill!.id);
});

const queue = { storefront: "storefront", filters: { routing: "unmatched" }, limit: 100 } as const;

test("everything said at the same moment leaves one payment with the money", async () => {
  for (const reference of ["INV-RACE1", "INV-RACE2", "INV-RACE3", "INV-RACE4"]) {
    const asked = await desk.ask({ reference });
    const said = { asked, receipt: freshReceipt(), form: "masked", reference: `not ${reference}` } as const;
    await Promise.all(
      (["confirmation", "callback", "pull", "confirmation again"] as const).map((word) => say(word, said)),
    );
    expect((await holders(said)).map(({ id }) => id)).toEqual([asked.id]);
    expect(await desk.exceptionsOf(asked.id)).toEqual([]);
  }
});

test("a receipt of a payment over another amount is not merged but shown to a person", async () => {
  const asked = await desk.ask({ reference: "INV-OTHER" });
  const receipt = freshReceipt();
  await desk.tell({ ...toldOf(asked, receipt), amount: shillings(999) });
  await desk.record(asked.id, paid(asked, receipt));
  expect(await desk.read(asked.id)).toMatchObject({ state: "pending", receipt: null, disputed: true });
  expect(await desk.exceptionsOf(asked.id)).toEqual(["duplicate_receipt"]);
});

test("a payment of which something has gone back is not made part of another", async () => {
  const asked = await desk.ask({ reference: "INV-BACK" });
  const receipt = freshReceipt();
  const { paymentId } = await desk.tell({ ...toldOf(asked, receipt), reference: "menu" });
  const item = (await desk.item(paymentId))!;
  const refunded = { ...item, [PAYMENT_AT.refunded]: { N: "100" } };
  await desk.client.send(new PutItemCommand({ TableName: desk.deps.tables.transactions, Item: refunded }));
  await desk.record(asked.id, paid(asked, receipt));
  expect(await desk.read(paymentId)).toMatchObject({ state: "succeeded" });
  expect(await desk.read(asked.id)).toMatchObject({ state: "pending", disputed: true });
  expect(await desk.exceptionsOf(asked.id)).toEqual(["duplicate_receipt"]);
});

test("a payment that has a refund which failed is not made part of another: the money may still have gone back", async () => {
  const asked = await desk.ask({ reference: "INV-FAILED" });
  const receipt = freshReceipt();
  const { paymentId } = await desk.tell({ ...toldOf(asked, receipt), reference: "menu again" });
  const refund = await sentRefund(desk, refundIntent(await desk.read(paymentId)));
  await desk.refunds.record(refund.id, notReversed());
  expect(await desk.read(paymentId)).toMatchObject({ state: "succeeded", refunded: 0, refunding: 0 });
  await desk.record(asked.id, paid(asked, receipt));
  expect(await desk.read(paymentId)).toMatchObject({ state: "succeeded", mergedInto: null });
  expect(await desk.read(asked.id)).toMatchObject({ state: "pending", disputed: true });
  expect(await desk.exceptionsOf(asked.id)).toEqual(["duplicate_receipt"]);
});

test("late money is late money, whoever told of it first", async () => {
  const asked = await desk.ask({ reference: "INV-LATE" });
  const receipt = freshReceipt();
  await desk.record(asked.id, unpaid(asked));
  await desk.tell(toldOf(asked, receipt));
  await desk.record(asked.id, paid(asked, receipt));
  expect(await desk.read(asked.id)).toMatchObject({ state: "succeeded", receipt });
  expect(await desk.exceptionsOf(asked.id)).toEqual(["late_success"]);
});
