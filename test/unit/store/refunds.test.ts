import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { verifyChain } from "../../../functions/domain/history.ts";
import { shillings } from "../../../functions/domain/money.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import { NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { confirmed, heard, notReversed, openedRefund, refundIntent, reversed, sentRefund } from "./refund-samples.ts";
import { freshReceipt, paid, paidByQuery } from "./samples.ts";
import { pending } from "./steps.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
afterAll(() => test.close());

const paymentOf = async (id: string): Promise<Payment> => {
  const payment = await test.ledger.read(id);
  if (!payment) throw new Error("there is no such payment");
  return payment;
};

const intactHistory = async (id: string): Promise<readonly string[]> => {
  const known = await test.ledger.history(id);
  if (known?.kind !== "refund" && known?.kind !== "payment") throw new Error("there is no such transaction");
  const { history } = known.kind === "refund" ? known.refund : known.payment;
  expect(verifyChain(id, history, known.head)).toEqual({ intact: true });
  return history.map(({ finding }) => finding);
};

describe("opening a refund", () => {
  it("reserves its share of the payment in the same write, and names it in the payment's history", async () => {
    const payment = await confirmed(test);
    const intent = refundIntent(payment, { amount: shillings(400) });
    const outcome = await test.refunds.open(intent);
    expect(test.calls).toEqual(["BatchGetItem", "TransactWriteItems"]);
    expect(outcome).toMatchObject({ opened: "new", refund: { state: "initiated", paymentReceipt: payment.receipt } });
    const now = await paymentOf(payment.id);
    expect(now).toMatchObject({ state: "succeeded", refunded: 0, refunding: 400_00 });
    expect(now.history.at(-1)).toMatchObject({ finding: "refund_started", facts: { refund: intent.id } });
    expect(await intactHistory(payment.id)).toContain("refund_started");
    expect(await test.refunds.read(intent.id)).toMatchObject({
      id: intent.id,
      amount: 400_00,
      reference: "INV-100123",
    });
  });

  it("takes all that is left when no amount is named", async () => {
    const payment = await confirmed(test);
    await openedRefund(test, refundIntent(payment, { amount: shillings(400) }));
    const rest = await openedRefund(test, refundIntent(payment));
    expect(rest.amount).toBe(1_100_00);
    expect(await test.refunds.open(refundIntent(payment))).toMatchObject({
      opened: "refused",
      refusal: { because: "exceeds_payment", left: 0 },
    });
  });

  it("gives the first for the same request again, and tells a reuse of its key apart", async () => {
    const payment = await confirmed(test);
    const intent = refundIntent(payment, { amount: shillings(400) });
    const first = await openedRefund(test, intent);
    expect(await test.refunds.open(intent)).toEqual({ opened: "existing", refund: first });
    expect(await test.refunds.open({ ...intent, fingerprint: "ef".repeat(32) })).toEqual({
      opened: "reused_key",
      refund: first,
    });
    expect((await paymentOf(payment.id)).refunding).toBe(400_00);
  });

  it("asked for many times at once never reserves more than was paid", async () => {
    const payment = await confirmed(test);
    const wishes = Array.from({ length: 5 }, () =>
      test.refunds.open(refundIntent(payment, { amount: shillings(600) })),
    );
    const outcomes = await Promise.allSettled(wishes);
    const made = outcomes.filter((one) => one.status === "fulfilled" && one.value.opened === "new");
    expect(made.length).toBeGreaterThan(0);
    expect(made.length).toBeLessThanOrEqual(2);
    expect((await paymentOf(payment.id)).refunding).toBe(made.length * 600_00);
  });

  it("refuses what did not succeed, has no receipt, is another storefront's or another shortcode's", async () => {
    const open = await pending(test);
    expect(await test.refunds.open(refundIntent(open))).toMatchObject({ refusal: { because: "not_refundable" } });
    const confirmedByQuery = await pending(test);
    await test.ledger.record(confirmedByQuery.id, paidByQuery());
    expect(await test.refunds.open(refundIntent(confirmedByQuery))).toMatchObject({
      refusal: { because: "receipt_unknown" },
    });
    const payment = await confirmed(test);
    const theirs = { ...payment, storefront: "neighbour" };
    expect(await test.refunds.open(refundIntent(theirs))).toEqual({ opened: "unknown_payment" });
    expect(await test.refunds.open(refundIntent(payment, { shortcodes: ["600992"] }))).toMatchObject({
      refusal: { because: "not_refundable" },
    });
  });
});

describe("what M-PESA says of a refund", () => {
  it("that money went back: refund, payment, receipt and both histories in one write", async () => {
    const payment = await confirmed(test);
    const refund = await sentRefund(test, refundIntent(payment));
    const said = reversed(refund);
    const outcome = await test.refunds.record(refund.id, said);
    expect(test.calls).toEqual(["GetItem", "GetItem", "TransactWriteItems"]);
    expect(outcome).toMatchObject({
      recorded: "changed",
      exception: null,
      refund: { state: "succeeded", check: null },
    });
    expect(await test.refunds.read(refund.id)).toEqual(outcome.recorded === "changed" && outcome.refund);
    expect(await paymentOf(payment.id)).toMatchObject({ state: "reversed", refunded: 1_500_00, refunding: 0 });
    expect(await intactHistory(payment.id)).toContain("refund_succeeded");
    expect(await intactHistory(refund.id)).toEqual(["created", "claimed", "reversed"]);
    expect(await test.refunds.record(refund.id, said)).toMatchObject({ recorded: "unchanged" });
    expect(await paymentOf(payment.id)).toMatchObject({ refunded: 1_500_00 });
  });

  it("that none went back: its share is free again", async () => {
    const payment = await confirmed(test);
    const refund = await sentRefund(test, refundIntent(payment));
    await test.refunds.record(refund.id, notReversed());
    expect(await paymentOf(payment.id)).toMatchObject({ state: "succeeded", refunded: 0, refunding: 0 });
    const again = await sentRefund(test, refundIntent(payment));
    await test.refunds.record(again.id, reversed(again));
    expect(await paymentOf(payment.id)).toMatchObject({ state: "reversed" });
    // The first comes back from the dead: believed, shown to a person, and never counted beyond what was paid.
    expect(await test.refunds.record(refund.id, reversed(refund))).toMatchObject({ exception: "late_success" });
    expect(await paymentOf(payment.id)).toMatchObject({ state: "reversed", refunded: 1_500_00, refunding: 0 });
    expect((await test.ledger.history(refund.id))?.exceptions.map(({ kind }) => kind)).toEqual(["late_success"]);
  });

  it("another amount, or the receipt of another transaction: nothing is settled, and a person looks", async () => {
    const payment = await confirmed(test);
    const refund = await openedRefund(test, refundIntent(payment));
    const other = { ...reversed(refund), amount: shillings(1) };
    expect(await test.refunds.record(refund.id, other)).toMatchObject({ exception: "amount_mismatch" });
    const neighbour = await confirmed(test);
    const taken = reversed(refund, neighbour.receipt);
    expect(await test.refunds.record(refund.id, taken)).toMatchObject({
      exception: "duplicate_receipt",
      refund: { state: "initiated", disputed: true, receipt: null },
    });
    expect(await paymentOf(payment.id)).toMatchObject({ state: "succeeded", refunded: 0, refunding: 1_500_00 });
  });

  it("'reversed before': a success of a whole payment, a riddle of a part", async () => {
    const before = heard({ finding: "already_reversed", conversationId: null });
    const whole = await confirmed(test);
    const ofWhole = await openedRefund(test, refundIntent(whole));
    expect(await test.refunds.record(ofWhole.id, before)).toMatchObject({
      refund: { state: "succeeded", receipt: null },
    });
    expect(await paymentOf(whole.id)).toMatchObject({ state: "reversed" });
    const partly = await confirmed(test);
    const part = await openedRefund(test, refundIntent(partly, { amount: shillings(5) }));
    expect(await test.refunds.record(part.id, before)).toMatchObject({
      refund: { state: "uncertain" },
      exception: "conflicting_evidence",
    });
    expect(await paymentOf(partly.id)).toMatchObject({ refunding: 5_00 });
  });

  it("something about a refund that there is not: it is kept all the same", async () => {
    const payment = await confirmed(test);
    const never = refundIntent(payment).id;
    const said = heard({ finding: "unverified" }, { raw: "{}" });
    expect(await test.refunds.record(never, said)).toEqual({ recorded: "unknown_transaction" });
    expect(test.calls).toEqual(["GetItem", "PutItem"]);
  });

  it("while the payment itself is being changed: both are kept", async () => {
    const payment = await confirmed(test);
    const refund = await openedRefund(test, refundIntent(payment, { amount: shillings(10) }));
    let meddled = false;
    test.state.interfere = async (command) => {
      if (command !== "TransactWriteItems" || meddled) return null;
      meddled = true;
      await test.ledger.record(payment.id, paid({ ...payment, amount: shillings(3) }, freshReceipt()));
      return null;
    };
    await test.refunds.record(refund.id, reversed(refund));
    test.state.interfere = () => null;
    expect(meddled).toBe(true);
    const now = await paymentOf(payment.id);
    expect(now).toMatchObject({ refunded: 10_00, refunding: 0 });
    expect(now.history.map(({ exception }) => exception)).toContain("amount_mismatch");
    await intactHistory(payment.id);
  });
});

describe("the right to send", () => {
  const claim = { at: NOW + 500, by: "sweep", requestId: "run", checkAt: NOW + 60_000 };

  it("is given to one of many, and to nobody once the refund may be held", async () => {
    const refund = await openedRefund(test, refundIntent(await confirmed(test)));
    const claims = await Promise.all(Array.from({ length: 4 }, () => test.refunds.claim(refund, claim)));
    const [mine, ...others] = claims.filter((one) => one !== null);
    expect(others).toEqual([]);
    expect(mine).toMatchObject({ attempts: 1, sentAt: claim.at, check: { at: claim.checkAt, attempt: 0 } });
    expect(await test.refunds.claim((await test.refunds.read(refund.id))!, claim)).toBeNull();
  });

  it("is known to whoever has it, though the answer to the write was lost", async () => {
    const refund = await openedRefund(test, refundIntent(await confirmed(test)));
    test.state.interfere = (command) => (command === "TransactWriteItems" ? { again: true } : null);
    expect(await test.refunds.claim(refund, claim)).toMatchObject({ attempts: 1 });
    test.state.interfere = () => null;
  });
});

describe("money that went back late", () => {
  const claim = { at: NOW + 500, by: "sweep", requestId: "run", checkAt: NOW + 60_000 };

  it("keeps back what was reserved since and would go back on top of it", async () => {
    const payment = await confirmed(test);
    const first = await sentRefund(test, refundIntent(payment));
    await test.refunds.record(first.id, notReversed());
    const half = shillings(payment.amount / 100 / 2);
    const second = await openedRefund(test, refundIntent(payment, { amount: half }));
    expect(await test.refunds.record(first.id, reversed(first))).toMatchObject({ exception: "late_success" });
    expect(await test.refunds.claim(second, claim)).toBeNull();
    expect((await test.refunds.read(second.id))?.state).toBe("initiated");
  });
});

describe("finding refunds", () => {
  it("lists them by time, and finds them by id, reference, phone, receipt and M-PESA's name", async () => {
    const books = await startLedger();
    const payment = await confirmed(books);
    const refund = await openedRefund(books, refundIntent(payment));
    const conversationId = "AG_20261121_2010";
    const named = heard({ finding: "accepted", conversationId, originatorId: "7071-1" }, { source: "submit" });
    await books.refunds.record(refund.id, named);
    const said = reversed(refund);
    await books.refunds.record(refund.id, said);
    const { refunds } = await books.refunds.list({ storefront: "storefront", filters: {}, limit: 10, cursor: null });
    expect(refunds.map(({ id, conversationId: name }) => [id, name])).toEqual([[refund.id, conversationId]]);
    const receipt = said.finding === "reversed" ? (said.receipt ?? "") : "";
    for (const text of [refund.id, payment.reference, payment.phone, receipt, conversationId]) {
      // Indexes follow their table a little later.
      await vi.waitFor(async () => {
        const { found } = await books.ledger.find({ storefront: "storefront", text, as: null, cursor: null });
        expect(found.map((one) => one.kind)).toContain("refund");
      }, 30_000);
    }
    books.close();
  });

  it("hands out what is due, until it has ended", async () => {
    const books = await startLedger();
    const refund = await openedRefund(books, refundIntent(await confirmed(books)));
    const due = async () => {
      const shards = await Promise.all(
        [0, 1, 2, 3].map((shard) => books.refunds.due(NOW + 40_000, shard, { limit: 10, after: null })),
      );
      return shards.flatMap(({ refunds }) => refunds.map(({ id }) => id));
    };
    expect(await due()).toEqual([refund.id]);
    await books.refunds.postpone(refund.id, { at: NOW + 30_000, attempt: 0 }, { at: NOW + 90_000, attempt: 1 });
    expect(await due()).toEqual([]);
    await books.refunds.record(refund.id, notReversed());
    expect(await books.refunds.read(refund.id)).toMatchObject({ check: null });
    books.close();
  });
});
