/** Refunds from the API's door to the last word on them: what is sent, what waits, what is asked, and what is never done. */
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Refund } from "../../../functions/domain/refund.ts";
import type { HttpResponse } from "../../../functions/runtime/http.ts";
import { tellBalance } from "../payouts/payroll.ts";
import { SHORTCODE } from "../payouts/pay-office.ts";
import { confirmed } from "../store/refund-samples.ts";
import { LOST, openRefundDesk, resultOf, TAKEN, THROTTLED } from "./refund-desk.ts";
import type { RefundDesk } from "./refund-desk.ts";

let desk: RefundDesk;
beforeEach(async () => {
  desk = await openRefundDesk();
  await desk.openLane();
});
afterEach(() => desk.close());

const bodyOf = ({ body }: HttpResponse): Record<string, unknown> => body as Record<string, unknown>;
const idOf = (response: HttpResponse): string => String(bodyOf(response)["id"]);
const refundNow = async (id: string): Promise<Refund> => {
  const refund = await desk.base.refunds.read(id);
  if (!refund) throw new Error("there is no such refund");
  return refund;
};
const kindsOf = async (id: string): Promise<readonly string[]> =>
  ((await desk.books.ledger.history(id))?.exceptions ?? []).map(({ kind }) => kind);

/** A refund that Daraja took. */
const taken = async (amount?: number) => {
  const payment = await desk.paid();
  const response = await desk.refund(payment.id, { reason: "test", ...(amount === undefined ? {} : { amount }) });
  return { payment, response, id: idOf(response), request: desk.sent.at(-1)! };
};

describe("asking for a refund", () => {
  test("reserves, sends once, and answers with the refund", async () => {
    const { payment, response, id, request } = await taken(400);
    expect(response.status).toBe(201);
    expect(bodyOf(response)).toMatchObject({ status: "pending", stage: "accepted", amount: 400, payment: payment.id });
    expect(desk.sent).toEqual([{ refundId: id, receipt: payment.receipt, amount: 400_00 }]);
    await desk.callback("reversal", { id, body: resultOf(request) });
    expect(await refundNow(id)).toMatchObject({ state: "succeeded", receipt: "UKL0REVERSE" });
    expect(await desk.payment(payment.id)).toMatchObject({ state: "succeeded", refunded: 400_00, refunding: 0 });
    const read = await desk.call("readRefund", { id });
    expect(bodyOf(read)).toMatchObject({ status: "succeeded", receipt: "UKL0REVERSE", failure: null });
    expect(bodyOf(await desk.call("listRefunds", { id: payment.id }))).toMatchObject({
      data: [{ id }],
      next_cursor: null,
    });
  });

  test("again with the same key sends nothing; with another body it is refused, and names the first", async () => {
    const payment = await desk.paid();
    const key = randomUUID();
    const first = await desk.refund(payment.id, { amount: 10, reason: "test" }, { key });
    const again = await desk.refund(payment.id, { amount: 10, reason: "test" }, { key });
    expect([again.status, again.headers?.["idempotent-replayed"], idOf(again)]).toEqual([201, "true", idOf(first)]);
    const other = await desk.refund(payment.id, { amount: 11, reason: "test" }, { key });
    expect(bodyOf(other)).toMatchObject({ status: 422, code: "idempotency_key_reused", refund_id: idOf(first) });
    expect(desk.sent).toHaveLength(1);
  });

  test.each([
    [{ amount: 0, reason: "x" }, "/amount"],
    [{ amount: 1.5, reason: "x" }, "/amount"],
    [{ amount: 10 }, "/reason"],
    [{ amount: 10, reason: "  " }, "/reason"],
    [{ amount: 10, reason: "x", to: "me" }, "/to"],
  ])("with %j points at the mistake, and records nothing", async (body, pointer) => {
    const payment = await desk.paid();
    const refused = await desk.refund(payment.id, body);
    expect(refused.status).toBe(400);
    expect(bodyOf(refused)["errors"]).toMatchObject([{ pointer }]);
    expect((await desk.payment(payment.id)).refunding).toBe(0);
  });

  test("of more than is left says how much is left; of another storefront's payment, that there is none", async () => {
    const { payment } = await taken(1_000);
    const refused = await desk.refund(payment.id, { amount: 501, reason: "test" });
    expect(bodyOf(refused)).toMatchObject({ status: 409, code: "refund_exceeds_payment" });
    expect(bodyOf(refused)["detail"]).toContain("500.00 shillings");
    const theirs = await desk.refund(payment.id, { reason: "test" }, { storefront: "neighbour" });
    expect(theirs.status).toBe(404);
    expect((await desk.call("listRefunds", { id: payment.id, storefront: "neighbour" })).status).toBe(404);
  });

  test("keeps no phone number that a person writes into the reason", async () => {
    const payment = await desk.paid();
    const made = await desk.refund(payment.id, { reason: "called 0712345678" });
    expect(JSON.stringify(made.body)).not.toContain("0712345678");
  });

  test("needs an operator, an open lane, and the scope", async () => {
    const payment = await desk.paid();
    expect((await desk.refund(payment.id, { reason: "x" }, { scopes: ["payments:read"] })).status).toBe(403);
    await desk.halt({ shortcode: SHORTCODE, by: "key:1", requestId: "test" });
    expect(bodyOf(await desk.refund(payment.id))).toMatchObject({ status: 409, code: "payout_lane_halted" });
    desk.safaricom.world.operator = null;
    expect(bodyOf(await desk.refund(payment.id))).toMatchObject({ status: 503, code: "payouts_not_configured" });
    expect((await desk.payment(payment.id)).refunding).toBe(0);
    expect(desk.sent).toEqual([]);
  });
});

describe("what could not leave at once", () => {
  test("waits for its turn, and the sweep sends it", async () => {
    desk.world.hasSlots = false;
    const { id, payment } = await taken();
    expect(await refundNow(id)).toMatchObject({ state: "initiated", sentAt: null, attempts: 0 });
    expect(await desk.payment(payment.id)).toMatchObject({ refunding: 1_500_00 });
    desk.world.hasSlots = true;
    desk.pass(60_000);
    expect(await desk.sweepRefunds()).toMatchObject({ sent: 1, failed: 0 });
    expect(await refundNow(id)).toMatchObject({ state: "accepted", attempts: 1 });
  });

  test("was turned away with proof: it goes out again, and never before the next look", async () => {
    desk.world.answer = () => THROTTLED;
    const { id } = await taken();
    expect(await refundNow(id)).toMatchObject({ state: "initiated", sentAt: null, attempts: 1 });
    desk.world.answer = TAKEN;
    desk.pass(60_000);
    await desk.sweepRefunds();
    expect(await refundNow(id)).toMatchObject({ state: "accepted", attempts: 2 });
    expect(desk.sent).toHaveLength(2);
  });

  test("has a credential that M-PESA has not accepted: one question proves it first", async () => {
    desk.safaricom.world.operator = "operator-2";
    const { id } = await taken();
    expect(desk.sent).toEqual([]);
    expect(desk.safaricom.heard.map(({ operation }) => operation)).toEqual(["balance"]);
    await tellBalance(desk, 100_000);
    desk.pass(60_000);
    await desk.sweepRefunds();
    expect(await refundNow(id)).toMatchObject({ state: "accepted" });
  });

  test("stands still while the lane is halted, and fails in the end with its amount given free", async () => {
    desk.world.hasSlots = false;
    const { id, payment } = await taken();
    desk.world.hasSlots = true;
    await desk.halt({ shortcode: SHORTCODE, by: "key:1", requestId: "test" });
    desk.pass(60_000);
    expect(await desk.sweepRefunds()).toMatchObject({ sent: 0, postponed: 1 });
    desk.pass(49 * 3_600_000);
    expect(await desk.sweepRefunds()).toMatchObject({ overdue: 1 });
    expect(await refundNow(id)).toMatchObject({ state: "failed", failure: { code: "never_sent" }, check: null });
    expect(await desk.payment(payment.id)).toMatchObject({ refunding: 0 });
    expect(desk.counted).toContain("RefundOverdue");
    expect(desk.sent).toEqual([]);
  });
});

describe("what M-PESA may hold", () => {
  test("is never sent again, however long nobody answers, and its amount stays reserved", async () => {
    desk.world.answer = () => LOST;
    const { id, payment } = await taken();
    for (const hours of [1, 20, 30]) {
      desk.pass(hours * 3_600_000);
      await desk.sweepRefunds();
    }
    expect(desk.sent).toHaveLength(1);
    expect(await refundNow(id)).toMatchObject({ state: "uncertain", check: null });
    expect(await desk.payment(payment.id)).toMatchObject({ refunding: 1_500_00, refunded: 0 });
    expect(await kindsOf(id)).toEqual(["uncertain_overdue"]);
    // Without the name that Daraja gave it, nobody can be asked.
    expect(desk.safaricom.heard).toEqual([]);
  });

  test("can't be asked about with a credential that M-PESA has not accepted: one question proves it first", async () => {
    const { id } = await taken();
    desk.safaricom.world.operator = "operator-2";
    desk.pass(3_600_000);
    expect(await desk.sweepRefunds()).toMatchObject({ asked: 0, postponed: 1 });
    const operations = () => desk.safaricom.heard.map(({ operation }) => operation);
    expect(operations()).toEqual(["balance"]);
    await tellBalance(desk, 100_000);
    desk.pass(3_600_000);
    expect(await desk.sweepRefunds()).toMatchObject({ asked: 1 });
    expect(operations()).toEqual(["balance", "status"]);
    expect(await refundNow(id)).toMatchObject({ check: { attempt: 1 } });
  });

  test("is asked about by the name that Daraja gave to its request", async () => {
    const { id, payment } = await taken();
    desk.pass(3_600_000);
    expect(await desk.sweepRefunds()).toMatchObject({ asked: 1 });
    expect(desk.safaricom.heard).toMatchObject([{ operation: "status", id }]);
    const status = (more: object) =>
      JSON.stringify({
        Result: {
          ResultCode: 0,
          ResultDesc: "ok",
          ResultParameters: {
            ResultParameter: Object.entries({ TransactionStatus: "Completed", Amount: 1500, ...more }).map(
              ([Key, Value]) => ({ Key, Value }),
            ),
          },
        },
      });
    // What names the payment's own receipt is about the payment.
    await desk.callback("status", { id, body: status({ ReceiptNo: payment.receipt }) });
    expect(await refundNow(id)).toMatchObject({ state: "uncertain", receipt: null });
    await desk.callback("status", { id, body: status({ ReceiptNo: "UKL0ASKED1" }) });
    expect(await refundNow(id)).toMatchObject({ state: "succeeded", receipt: "UKL0ASKED1" });
    expect(await desk.payment(payment.id)).toMatchObject({ state: "reversed" });
  });

  test("was M-PESA's to decline: it fails, and may be asked for again", async () => {
    const { id, payment } = await taken();
    const parameters = { ResultParameter: [{ Key: "TransactionStatus", Value: "Declined" }] };
    const body = JSON.stringify({ Result: { ResultCode: 0, ResultParameters: parameters } });
    await desk.callback("status", { id, body });
    expect(await refundNow(id)).toMatchObject({ state: "failed", failure: { code: "ended_unreversed" } });
    expect((await desk.refund(payment.id)).status).toBe(201);
  });

  test("had a sender that died: it is looked into, not sent", async () => {
    const payment = await desk.paid();
    desk.world.hasSlots = false;
    const id = idOf(await desk.refund(payment.id));
    const { time } = desk.books;
    await desk.base.refunds.claim(await refundNow(id), { at: time.now, by: "x", requestId: "x", checkAt: time.now });
    desk.world.hasSlots = true;
    desk.pass(30_000);
    expect(await desk.sweepRefunds()).toMatchObject({ postponed: 1 });
    desk.pass(60_000);
    await desk.sweepRefunds();
    expect(await refundNow(id)).toMatchObject({ state: "uncertain" });
    expect(desk.sent).toEqual([]);
  });
});

describe("results", () => {
  test("from an address that is not Safaricom's are kept, never believed, and asked about", async () => {
    const { id, request } = await taken();
    await desk.callback("reversal", { id, body: resultOf(request), sourceAddress: "203.0.113.9" });
    expect(await refundNow(id)).toMatchObject({ state: "accepted", doubt: true, receipt: null });
    expect(await kindsOf(id)).toEqual(["unverified_source"]);
    expect(desk.safaricom.heard).toMatchObject([{ operation: "status", id }]);
  });

  test("with another kind's token, or about a payout's id, are not there", async () => {
    const { id, request } = await taken();
    const wrong = await desk.callback("reversal", {
      id,
      body: resultOf(request),
      params: { id, token: "x".repeat(26) },
    });
    expect(wrong.status).toBe(404);
    const payout = id.replace("rfd_", "pyo_");
    expect((await desk.callback("reversal", { id: payout, body: resultOf(request) })).status).toBe(404);
  });

  test("that a queue timed out say nothing, and the result still counts", async () => {
    const { id, request } = await taken();
    await desk.callback("reversal-late", { id, body: "{}" });
    expect(await refundNow(id)).toMatchObject({ state: "uncertain" });
    await desk.callback("reversal", { id, body: resultOf(request) });
    await desk.callback("reversal", { id, body: resultOf(request) });
    expect(await refundNow(id)).toMatchObject({ state: "succeeded" });
    expect(await kindsOf(id)).toEqual([]);
  });

  test("that the operator is locked halt the lane and alarm; that it lacks the role fail this refund alone", async () => {
    const lacking = await taken();
    await desk.callback("reversal", { id: lacking.id, body: resultOf(lacking.request, { code: "21" }) });
    expect(await refundNow(lacking.id)).toMatchObject({ failure: { code: "initiator_lacks_role" } });
    expect((await desk.lane()).halt).toBeNull();
    const { id, payment, request } = await taken();
    await desk.callback("reversal", { id, body: resultOf(request, { code: "8006" }) });
    expect(await refundNow(id)).toMatchObject({ state: "failed", failure: { code: "initiator_locked" } });
    expect((await desk.lane()).halt).toMatchObject({ code: "initiator_locked", about: id });
    expect(desk.counted).toContain("PayoutsHalted");
    expect(bodyOf(await desk.refund(payment.id))).toMatchObject({ code: "payout_lane_halted" });
  });

  test("that name another amount settle nothing", async () => {
    const { id, payment, request } = await taken(400);
    await desk.callback("reversal", { id, body: resultOf(request, { amount: 399 }) });
    expect(await refundNow(id)).toMatchObject({ state: "accepted", disputed: true });
    expect(await desk.payment(payment.id)).toMatchObject({ refunded: 0, refunding: 400_00 });
    expect(await kindsOf(id)).toEqual(["amount_mismatch"]);
  });
});

test("a payment of many refunds has an end", async () => {
  const payment = await confirmed(desk.books);
  desk.world.answer = () => ({
    answer: "refused",
    failure: { code: "shortcode_misconfigured", resultCode: "x", resultDesc: null },
    raw: null,
  });
  for (let count = 0; count < 20; count += 1)
    expect((await desk.refund(payment.id, { amount: 1, reason: "x" })).status).toBe(201);
  expect(bodyOf(await desk.refund(payment.id, { amount: 1, reason: "x" }))).toMatchObject({ code: "too_many_refunds" });
});
