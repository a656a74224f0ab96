/** M-PESA's word on a receipt that an exception names: what it proves is on the ledger, and what it does not is said. */
import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Arrived } from "../../../functions/callbacks/door.ts";
import { keepReceiptWord } from "../../../functions/callbacks/receipt-result.ts";
import type { ReceiptKind } from "../../../functions/callbacks/receipt-result.ts";
import { particularsOf } from "../../../functions/domain/exception.ts";
import type { Exception } from "../../../functions/domain/exception.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { paybillId } from "../../../functions/domain/paybill.ts";
import type { LaneHalt } from "../../../functions/domain/payout-lane.ts";
import { NOW } from "../store/database.ts";
import { freshReceipt } from "../store/samples.ts";
import { msisdn, SHORTCODE, startDesk, told } from "../payments/told-desk.ts";
import type { ToldDesk } from "../payments/told-desk.ts";

const PAYER = "254708374149";
const HEARD_AT = NOW + 60_000;
/** Half a minute after the desk asks its customers, as M-PESA writes it. */
const JUST_AFTER = new Date(NOW + 3 * 3_600_000 + 30_000).toISOString().replaceAll(/[-:T]|\..*/g, "");

let desk: ToldDesk;
const halts: LaneHalt[] = [];
const alarms: string[] = [];
beforeAll(async () => {
  desk = await startDesk();
});
beforeEach(() => {
  desk.counted.length = 0;
  desk.state.interfere = () => null;
  desk.time.now = HEARD_AT + 60_000;
  desk.shop.till = SHORTCODE;
  halts.length = 0;
  alarms.length = 0;
});
afterAll(() => desk.close());

/** An exception about a confirmation of `receipt` that nobody believed. */
const doubted = async (receipt: string): Promise<Exception> => {
  const raised = await desk.exceptions.raise({
    storefront: "storefront",
    kind: "unverified_source",
    about: { line: `c2b#${receipt}` },
    facts: { because: "it came from an address that is not Safaricom's", receipt, amount_cents: 15_000 },
    source: "c2b",
    at: NOW,
    by: "unlisted address",
    requestId: randomUUID(),
  });
  return raised.exception;
};

const books = (receipt: string, overrides: Record<string, unknown> = {}, code: string | number = 0): string =>
  JSON.stringify({
    Result: {
      ResultType: 0,
      ResultCode: code,
      ResultDesc: "The service request is processed successfully.",
      TransactionID: "UKL0000000",
      ResultParameters: {
        ResultParameter: Object.entries({
          DebitPartyName: `${PAYER} - JOHN DOE`,
          CreditPartyName: `${SHORTCODE} - DUKA LETU                    `,
          TransactionStatus: "Completed",
          FinalisedTime: 20261121121325,
          Amount: 150,
          ReceiptNo: receipt,
          ...overrides,
        }).map(([Key, Value]) => ({ Key, Value })),
      },
    },
  });

const answer = async (
  { id }: Exception,
  raw: string,
  { kind = "receipt", isListed = true }: { kind?: ReceiptKind; isListed?: boolean } = {},
): Promise<Exception> => {
  const arrived: Arrived = { id, raw, isListed, at: HEARD_AT, requestId: randomUUID() };
  const deps = {
    exceptions: desk.exceptions,
    ledger: desk.ledger,
    told: desk.told,
    recordTold: desk.tell,
    shortcodes: () => Promise.resolve({ shortcode: SHORTCODE, receiver: desk.shop.till }),
    shortcode: () => Promise.resolve(SHORTCODE),
    trip: ({ halt }: { halt: LaneHalt }) => Promise.resolve(void halts.push(halt)),
    onUnlistedCode: (code: string) => void alarms.push(code),
    wait: () => Promise.resolve(),
    random: () => 0.5,
    log: desk.log,
    count: desk.count,
  };
  await keepReceiptWord(deps, kind)(arrived);
  return (await desk.exceptions.read(id))!;
};

const paymentOf = (receipt: string) => desk.ledger.read(paybillId({ shortcode: SHORTCODE, receipt }));
const lastWord = ({ history }: Exception): string => String(history.at(-1)?.facts["note"]);
const keptUnder = async (id: string): Promise<readonly (string | null)[]> =>
  ((await desk.ledger.history(id))?.kept ?? []).map(({ raw }) => raw.text);

describe("a receipt that M-PESA's books hold", () => {
  test("is a payment, and its exception is resolved by evidence", async () => {
    const receipt = freshReceipt();
    const settled = await answer(await doubted(receipt), books(receipt));
    const payment = await paymentOf(receipt);
    expect(payment).toMatchObject({
      state: "succeeded",
      source: "paybill",
      receipt,
      amount: shillings(150),
      reference: "",
      routing: "unmatched",
      payerName: "JOHN",
      phoneMasked: "2547*****149",
      paidAt: Date.parse("2026-11-21T09:13:25Z"),
    });
    expect(payment?.history[0]).toMatchObject({ finding: "paid", source: "query", by: "safaricom" });
    expect(settled).toMatchObject({ status: "resolved" });
    expect(settled.history.at(-1)).toMatchObject({
      finding: "resolved",
      source: "query",
      by: "safaricom",
      facts: { resolution: "evidence", note: `M-PESA's books have the payment; it is ${payment?.id}` },
    });
  });

  test("twice at once is one payment, and one resolution", async () => {
    const receipt = freshReceipt();
    const exception = await doubted(receipt);
    const raw = books(receipt);
    await Promise.all([answer(exception, raw), answer(exception, raw)]);
    const settled = await answer(exception, raw);
    expect(settled.history.filter(({ finding }) => finding === "resolved")).toHaveLength(1);
    expect((await paymentOf(receipt))?.history).toHaveLength(1);
  });

  test("settles no push on a paybill, however alike: the same customer may have paid the same for something else", async () => {
    const asked = await desk.ask({ phone: msisdn(PAYER), amount: shillings(150) });
    const receipt = freshReceipt();
    const settled = await answer(await doubted(receipt), books(receipt, { FinalisedTime: JUST_AFTER }));
    expect(await desk.read(asked.id)).toMatchObject({ state: "pending", receipt: null });
    const payment = (await paymentOf(receipt))!;
    expect(await desk.exceptionsOf(payment.id)).toEqual(["ambiguous"]);
    expect(settled).toMatchObject({ status: "resolved" });
    // The push's own word makes them one.
    await desk.record(asked.id, {
      ...{ finding: "paid", receipt, amount: shillings(150), phone: null, push: null, paidAt: null },
      ...{ source: "callback", at: HEARD_AT + 1_000, by: "safaricom", requestId: randomUUID(), raw: '{"own":1}' },
    });
    expect(await desk.read(asked.id)).toMatchObject({ state: "succeeded", receipt });
    expect(await paymentOf(receipt)).toMatchObject({ state: "merged", mergedInto: asked.id });
  });

  test("is the push that was asked for on a till when amount, time and phone are certainly its own", async () => {
    desk.shop.till = "5123456";
    const payer = "254711222333";
    const asked = await desk.ask({ phone: msisdn(payer), amount: shillings(150) });
    const receipt = freshReceipt();
    const atTill = {
      FinalisedTime: JUST_AFTER,
      CreditPartyName: "5123456 - DUKA LETU",
      DebitPartyName: `${payer} - JANE DOE`,
    };
    const settled = await answer(await doubted(receipt), books(receipt, atTill));
    expect(await desk.read(asked.id)).toMatchObject({ state: "succeeded", receipt });
    expect(await paymentOf(receipt)).toBeNull();
    expect(settled).toMatchObject({ status: "resolved" });
  });

  test("of a payment that has its reference never makes it another's", async () => {
    const receipt = freshReceipt();
    const payer = "254711222444";
    const phone = { form: "plain", msisdn: msisdn(payer) } as const;
    const amount = shillings(150);
    await desk.tell(told({ receipt, amount, reference: "BK-9", payer: { phone, name: null } }));
    const asked = await desk.ask({ phone: msisdn(payer), amount });
    await answer(await doubted(receipt), books(receipt, { FinalisedTime: JUST_AFTER, DebitPartyName: payer }));
    expect(await paymentOf(receipt)).toMatchObject({ state: "succeeded", reference: "BK-9", storefront: "books" });
    expect(await desk.read(asked.id)).toMatchObject({ state: "pending", receipt: null });
  });

  test("over another amount than was told of it is a payment, and the telling is left to a person", async () => {
    const receipt = freshReceipt();
    const left = await answer(await doubted(receipt), books(receipt, { Amount: 15 }));
    expect(await paymentOf(receipt)).toMatchObject({ amount: shillings(15), state: "succeeded" });
    expect(left).toMatchObject({ status: "open" });
    expect(lastWord(left)).toMatch(/^M-PESA was asked by the receipt: it was paid\. It is pay_/);
  });

  test("is not routed by a telling over another amount", async () => {
    const receipt = freshReceipt();
    await answer(await doubted(receipt), books(receipt));
    await desk.tell(told({ receipt, amount: shillings(151), reference: "BK-7", source: "pull", at: HEARD_AT + 1_000 }));
    const payment = (await paymentOf(receipt))!;
    expect(payment).toMatchObject({ storefront: "storefront", reference: "", routing: "unmatched" });
    expect(await desk.exceptionsOf(payment.id)).toEqual(["amount_mismatch"]);
  });

  test("gets its account number, and its storefront, by what tells of it later", async () => {
    const receipt = freshReceipt();
    await answer(await doubted(receipt), books(receipt));
    const later = { receipt, amount: shillings(150), payer: { phone: null, name: null }, source: "pull" } as const;
    await desk.tell(told({ ...later, reference: "BK-7", at: HEARD_AT + 1_000 }));
    const payment = await paymentOf(receipt);
    expect(payment).toMatchObject({ storefront: "books", reference: "BK-7", routing: "matched" });
    expect(payment?.history.at(-1)).toMatchObject({ finding: "routed", source: "pull", by: "safaricom" });
    await desk.tell(told({ ...later, reference: "BK-8", at: HEARD_AT + 2_000 }));
    expect(await paymentOf(receipt)).toMatchObject({ reference: "BK-7" });
  });

  test("with an account number that nobody claims waits in the queue under it", async () => {
    const receipt = freshReceipt();
    await answer(await doubted(receipt), books(receipt));
    await desk.tell(told({ receipt, amount: shillings(150), reference: "what is this", at: HEARD_AT + 1_000 }));
    expect(await paymentOf(receipt)).toMatchObject({ reference: "what is this", routing: "unmatched" });
    const query = { storefront: "storefront", filters: { routing: "unmatched" }, limit: 100, cursor: null } as const;
    const waiting = (await desk.ledger.list(query)).payments.map((payment) => payment.receipt);
    expect(waiting).toContain(receipt);
  });

  test("over another amount than the ledger's is left to a person", async () => {
    const receipt = freshReceipt();
    await desk.tell(told({ receipt, amount: shillings(999) }));
    const left = await answer(await doubted(receipt), books(receipt));
    expect(left).toMatchObject({ status: "open" });
    expect(lastWord(left)).toMatch(/holds the receipt and says something else/);
    expect(await desk.exceptionsOf((await paymentOf(receipt))!.id)).toEqual(["amount_mismatch"]);
  });
});

describe("an answer that proves no payment", () => {
  const UNKNOWN = (receipt: string) => books(receipt, {}, "SFC_IC0003");
  test.each<[string, (receipt: string) => string, RegExp]>([
    ["because M-PESA knows no such receipt", UNKNOWN, /did not tell: SFC_IC0003/],
    ["because it is still under way", (receipt) => books(receipt, { TransactionStatus: "Initiated" }), /Initiated/],
    ["because it ended without money", (receipt) => books(receipt, { TransactionStatus: "Declined" }), /Declined/],
    ["because it is about another receipt", () => books("UKL1AB2CD3"), /another receipt/],
    ["because somebody else was paid", (receipt) => books(receipt, { CreditPartyName: "600000 - X" }), /another bus/],
    [
      "because a person was paid",
      (receipt) => books(receipt, { CreditPartyName: "254708374149 - JOHN DOE" }),
      /something else than a customer's payment/,
    ],
    ["because a business paid", (receipt) => books(receipt, { DebitPartyName: `${SHORTCODE} - DUKA` }), /a business/],
    ["because it names no amount", (receipt) => books(receipt, { Amount: "much" }), /no readable receipt and amount/],
    ["because nobody can read it", () => "<html>", /can't be read/],
  ])("%s is said and kept, and credits nothing", async (_why, body, says) => {
    const receipt = freshReceipt();
    const exception = await doubted(receipt);
    const raw = body(receipt);
    const left = await answer(exception, raw);
    expect(left.status).toBe("open");
    expect(lastWord(left)).toMatch(says);
    expect(await paymentOf(receipt)).toBeNull();
    expect(await desk.told.owner(receipt)).toBeNull();
    expect(await answer(exception, raw)).toEqual(left);
  });

  test("because Daraja had none in time says that asking again is safe", async () => {
    const receipt = freshReceipt();
    const left = await answer(await doubted(receipt), books(receipt), { kind: "receipt-late" });
    expect(lastWord(left)).toMatch(/asking again is safe/);
    expect(await paymentOf(receipt)).toBeNull();
  });

  test("from an address that is not Safaricom's is kept, and nobody's word", async () => {
    const receipt = freshReceipt();
    const left = await answer(await doubted(receipt), books(receipt), { isListed: false });
    expect(left.history.map(({ finding }) => finding)).toEqual(["opened"]);
    expect(particularsOf(left)["receipt"]).toBe(receipt);
    expect(desk.counted).toEqual(["UnverifiedCallback"]);
    expect(await paymentOf(receipt)).toBeNull();
  });

  test("about an exception that there is not is kept", async () => {
    const nobodys = { id: "exc_00000000000000000000000000" } as Exception;
    expect(await answer(nobodys, books(freshReceipt()))).toBeNull();
  });

  test("because M-PESA complains about the operator halts the lane; a code that no table lists rings", async () => {
    const receipt = freshReceipt();
    await answer(await doubted(receipt), books(receipt, {}, 8006));
    expect(halts).toMatchObject([{ code: "initiator_locked" }]);
    await answer(await doubted(freshReceipt()), books(receipt, {}, "987654"));
    expect(alarms).toEqual(["987654"]);
  });
});

test("when the ledger is away the answer is not acknowledged, and nothing is half done", async () => {
  const receipt = freshReceipt();
  const exception = await doubted(receipt);
  desk.state.interfere = () => ({ before: new Error("the ledger is away") });
  await expect(answer(exception, books(receipt))).rejects.toThrow("the ledger is away");
  desk.state.interfere = () => null;
  expect(await paymentOf(receipt)).toBeNull();
  expect(await answer(exception, books(receipt))).toMatchObject({ status: "resolved" });
});

test("about a payment from the menu agrees with it and leaves what a person has to judge to a person", async () => {
  const receipt = freshReceipt();
  await desk.tell(told({ receipt, amount: shillings(150), reference: "BK-41", payer: { phone: null, name: null } }));
  const payment = (await paymentOf(receipt))!;
  await desk.record(payment.id, {
    ...{ finding: "paid", receipt, amount: shillings(200), phone: null, push: null, paidAt: null },
    ...{ source: "statement", at: NOW + 30_000, by: "safaricom", requestId: randomUUID(), raw: '{"row":1}' },
  });
  const [mismatch] = (await desk.ledger.history(payment.id))!.exceptions;
  const left = await answer(mismatch!, books(receipt));
  expect(left.status).toBe("open");
  expect(lastWord(left)).toBe(`M-PESA was asked by the receipt: it was paid. It is ${payment.id}.`);
  expect(await keptUnder(payment.id)).toContainEqual(books(receipt));
});
