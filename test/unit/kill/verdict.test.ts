/** The kill test's verdict: quiet about books that agree, and loud about every way in which money can be lost or doubled. */
import { expect, test } from "vitest";
import type { LedgerPayment, LedgerPayout, PaidOut, Push } from "../../kill/books.ts";
import type { Order } from "../../kill/orders.ts";
import { judge, unsettled } from "../../kill/verdict.ts";
import type { Case } from "../../kill/verdict.ts";

const push: Push = { reference: "R1", amount: 100, state: "paid", receipt: "UK1" };
const payment: LedgerPayment = {
  id: "pay_1",
  status: "succeeded",
  amount: 100,
  reference: "R1",
  receipt: "UK1",
  refunded_amount: 0,
};
const paidOut: PaidOut = {
  originator_conversation_id: "pyo_1",
  amount: 50,
  msisdn: "254110000001",
  state: "paid",
  receipt: "UK2",
};
const payout: LedgerPayout = { id: "pyo_1", status: "succeeded", amount: 50, receipt: "UK2" };
const order = (kind: Order["kind"], id: string, body: Order["body"]): Order => ({
  kind,
  key: `key-of-${id}`,
  apiKey: "sk",
  path: `/v1/${kind}s`,
  body,
  answers: [{ status: 201, body: { id } }],
  otherBodies: [{ status: 422, body: null }],
});
const orders: readonly Order[] = [
  order("payment", "pay_1", { reference: "R1" }),
  order("payout", "pyo_1", { phone: "254110000001" }),
  order("refund", "rfd_1", {}),
  order("batch", "bat_1", { payouts: [{ phone: "254110000002" }] }),
];

const well = (): Case => ({
  truth: { pushes: [push], payouts: [paidOut], reversals: [] },
  ledger: {
    payments: [payment],
    payouts: [payout],
    refunds: [{ id: "rfd_1", status: "failed", amount: 10, payment: "pay_1" }],
    batches: [{ id: "bat_1", status: "completed" }],
    exceptions: new Set(),
    brokenChains: [],
  },
  orders,
});
type Change = (facts: Case) => Case;
const truth =
  (change: Partial<Case["truth"]>): Change =>
  (facts) => ({ ...facts, truth: { ...facts.truth, ...change } });
const ledger =
  (change: Partial<Case["ledger"]>): Change =>
  (facts) => ({ ...facts, ledger: { ...facts.ledger, ...change } });
const asked =
  (...changed: Order[]): Change =>
  (facts) => ({ ...facts, orders: [...facts.orders, ...changed] });

test("books that agree have no breach", () => {
  expect(judge(well())).toEqual([]);
  expect(unsettled(well().ledger)).toEqual([]);
});

const reversed = { original_transaction_id: "UK1", amount: 10, state: "paid" };
test.each<[string, Change, RegExp]>([
  ["a phone that was asked twice", truth({ pushes: [push, { ...push, state: "failed" }] }), /asked 2 times/],
  ["a push that nobody ordered", truth({ pushes: [push, { ...push, reference: "R9", receipt: "UK9" }] }), /nobody/],
  ["a paid push that is called failed", ledger({ payments: [{ ...payment, status: "failed" }] }), /neither succeeded/],
  [
    "a payment that is counted twice",
    ledger({ payments: [payment, { ...payment, id: "pay_2" }] }),
    /counted 2 times[\s\S]*accounted for/,
  ],
  ["another amount than was paid", ledger({ payments: [{ ...payment, amount: 99 }] }), /99 on the ledger, 100/],
  ["a payment that succeeded and was never paid", truth({ pushes: [{ ...push, state: "failed" }] }), /paid nothing/],
  ["a payout that the ledger does not have", ledger({ payouts: [] }), /not on the ledger/],
  ["a paid payout that is called failed", ledger({ payouts: [{ ...payout, status: "failed" }] }), /without an excep/],
  ["a payout that succeeded and was never paid", truth({ payouts: [] }), /paid it 0 times/],
  ["a payout that M-PESA paid twice", truth({ payouts: [paidOut, paidOut] }), /paid it 2 times/],
  [
    "a receiver who was paid twice under two names",
    truth({ payouts: [paidOut, { ...paidOut, originator_conversation_id: "pyo_2" }] }),
    /paid 2 times and was owed 1/,
  ],
  ["money that went back unnoticed", truth({ reversals: [reversed] }), /10 went back, the ledger says 0/],
  ["two reversals for one refund", truth({ reversals: [reversed, { ...reversed, state: "failed" }] }), /2 reversals/],
  [
    "a key that made two things",
    asked({ ...orders[0]!, answers: [...orders[0]!.answers, { status: 201, body: { id: "pay_1b" } }] }),
    /one key made/,
  ],
  [
    "a key that was taken for another body",
    asked({ ...orders[0]!, otherBodies: [{ status: 201, body: {} }] }),
    /another body was taken/,
  ],
  ["an order without an answer", asked({ ...orders[0]!, answers: [] }), /never answered/],
  ["something that was answered and is not there", asked(order("refund", "rfd_9", {})), /rfd_9: answered, and not/],
  [
    "a payment that hangs",
    ledger({ payments: [payment, { ...payment, id: "pay_3", status: "pending", receipt: null }] }),
    /pay_3: neither/,
  ],
  ["a batch that hangs", ledger({ batches: [{ id: "bat_1", status: "paused" }] }), /bat_1: neither/],
  ["a history that is not whole", ledger({ brokenChains: ["pay_1"] }), /not whole/],
])("it sees %s", (_what, change, words) => {
  expect(judge(change(well())).join("\n")).toMatch(words);
});

test.each<[string, Change]>([
  [
    "a paid push",
    ledger({ payments: [{ ...payment, status: "pending", receipt: null }], exceptions: new Set(["pay_1"]) }),
  ],
  ["a paid payout", ledger({ payouts: [{ ...payout, status: "pending" }], exceptions: new Set(["pyo_1"]) })],
  [
    "money that went back",
    (facts) => ledger({ exceptions: new Set(["rfd_1"]) })(truth({ reversals: [reversed] })(facts)),
  ],
])("%s is not lost when a person is told of it", (_what, change) => {
  expect(judge(change(well()))).toEqual([]);
});
