/** Money comes to light that looks like a push which had failed: only M-PESA's word about that very push makes it paid. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { QueryAnswer } from "../../../functions/daraja/answers.ts";
import type { PaymentIntent } from "../../../functions/domain/payment.ts";
import { askAbout } from "../../../functions/payments/ask-about.ts";
import { askLate } from "../../../functions/payments/ask-late.ts";
import { recordTold } from "../../../functions/payments/record-told.ts";
import { NOW } from "../store/database.ts";
import { freshReceipt, paidByQuery, pushOf, unpaid } from "../store/samples.ts";
import { SHORTCODE, STOREFRONTS, startDesk, toldOf } from "./told-desk.ts";
import type { ToldDesk } from "./told-desk.ts";

const PAID: QueryAnswer = { answer: "paid", push: null, raw: '{"ResponseCode":"0","ResultCode":"0"}' };
const UNPAID: QueryAnswer = {
  answer: "unpaid",
  push: null,
  failure: { code: "cancelled_by_customer", resultCode: "1032", resultDesc: "Request cancelled by user" },
  raw: '{"ResponseCode":"0","ResultCode":"1032"}',
};
const SILENT: QueryAnswer = { answer: "no_answer", because: "Safaricom is busy", unlistedCode: null };

let desk: ToldDesk;
beforeAll(async () => {
  desk = await startDesk();
});
afterAll(() => desk.close());

/** The pull, with M-PESA's word about each push; what nobody planned for is unpaid. */
const pulling = (words: Readonly<Record<string, QueryAnswer>>) => {
  const asked: string[] = [];
  const clock = { now: () => NOW + 60_000 };
  const ask = askAbout({
    daraja: {
      stkQuery: ({ checkoutId }) => {
        asked.push(checkoutId);
        return Promise.resolve(words[checkoutId] ?? UNPAID);
      },
    },
    record: desk.record,
    clock,
    log: desk.log,
  });
  const tell = recordTold({
    told: desk.told,
    record: desk.record,
    exceptions: desk.exceptions,
    storefronts: () => Promise.resolve(STOREFRONTS),
    shortcodes: () => Promise.resolve({ shortcode: SHORTCODE, receiver: SHORTCODE }),
    askLate: askLate({ told: desk.told, ask, clock }),
    log: desk.log,
    count: desk.count,
    wait: () => Promise.resolve(),
    random: () => 0.5,
  });
  return { asked, tell };
};

const failed = async (overrides: Partial<PaymentIntent> = {}): Promise<PaymentIntent> => {
  const asked = await desk.ask(overrides);
  await desk.record(asked.id, unpaid(asked));
  return asked;
};
const row = (asked: PaymentIntent, receipt: string) => ({
  ...toldOf(asked, receipt, "plain"),
  source: "pull" as const,
});

test("a push that M-PESA calls paid after all is the order's payment, with the receipt that came to light", async () => {
  const asked = await failed();
  const receipt = freshReceipt();
  const { tell, asked: questions } = pulling({ [pushOf(asked).checkoutId]: PAID });
  expect(await tell(row(asked, receipt))).toEqual({ told: "recognised", paymentId: asked.id });
  expect(await desk.read(asked.id)).toMatchObject({ state: "succeeded", receipt });
  expect(await desk.exceptionsOf(asked.id)).toEqual(["late_success"]);
  expect(questions).toEqual([pushOf(asked).checkoutId]);
});

const openedBeside = async (word: QueryAnswer) => {
  const asked = await failed();
  const receipt = freshReceipt();
  const { tell } = pulling({ [pushOf(asked).checkoutId]: word });
  const outcome = await tell(row(asked, receipt));
  expect(outcome.told).toBe("opened");
  expect(outcome.paymentId).not.toBe(asked.id);
  expect(await desk.read(asked.id)).toMatchObject({ state: "failed", receipt: null });
  expect(await desk.read(outcome.paymentId)).toMatchObject({ state: "succeeded", receipt, source: "paybill" });
  return desk.exceptionsOf(outcome.paymentId);
};

test("a push that M-PESA calls unpaid stays failed, and the money is a payment of its own", async () => {
  expect(await openedBeside(UNPAID)).toEqual([]);
});

test("where M-PESA says nothing about a push that may be it, a person is told", async () => {
  expect(await openedBeside(SILENT)).toEqual(["ambiguous"]);
});

test("a push that its callback has settled meanwhile is recognised", async () => {
  const asked = await failed();
  const receipt = freshReceipt();
  const { tell } = pulling({});
  await desk.record(asked.id, paidByQuery());
  expect(await tell(row(asked, receipt))).toEqual({ told: "recognised", paymentId: asked.id });
});

test("no more than ten questions are asked in ten minutes", async () => {
  const { tell, asked: questions } = pulling({});
  const opened: string[] = [];
  for (let nth = 0; nth < 12; nth += 1) {
    const asked = await failed({ reference: `INV-8${nth}` });
    opened.push((await tell(row(asked, freshReceipt()))).paymentId);
  }
  expect(questions).toHaveLength(10);
  expect(await desk.exceptionsOf(opened.at(-1) ?? "")).toEqual(["ambiguous"]);
});

test("nobody is asked about a push of another amount, order or payer, nor about what is known", async () => {
  const asked = await failed();
  const { tell, asked: questions } = pulling({});
  const receipt = freshReceipt();
  await tell({ ...row(asked, receipt), reference: "INV-999" });
  await tell({ ...row(asked, freshReceipt()), amount: (asked.amount + 100) as typeof asked.amount });
  const other = await failed();
  await tell({ ...row(asked, freshReceipt()), payer: toldOf(other, receipt, "plain").payer, reference: "INV-777" });
  await tell({ ...row(asked, receipt), reference: "INV-999" });
  expect(questions).toEqual([]);
});

test("of many that failed under one reference three are asked about, the newest first", async () => {
  const reference = "INV-31";
  const tries: PaymentIntent[] = [];
  for (let nth = 0; nth < 5; nth += 1) tries.push(await failed({ reference, createdAt: NOW - 1_000 * nth }));
  const [newest] = tries;
  const { tell, asked: questions } = pulling({});
  const nameless = { ...row(newest!, freshReceipt()), payer: { phone: null, name: null } };
  expect((await tell(nameless)).told).toBe("opened");
  expect(questions).toHaveLength(3);
  expect(questions[0]).toBe(pushOf(newest!).checkoutId);
});
