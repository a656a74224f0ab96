/** What those outside are told, write by write of a real ledger. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { paymentView } from "../../../functions/api/payment-view.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import type { WebhookEvent } from "../../../functions/domain/webhook-event.ts";
import type { Measured } from "../../../functions/runtime/metrics.ts";
import { notify } from "../../../functions/workers/notify.ts";
import { createStream } from "../archive/memory-archive.ts";
import { batchSteps, must } from "../store/batch-steps.ts";
import { LIMITS } from "../store/database.ts";
import type { TestLedger } from "../store/database.ts";
import { startLedgerInMemory } from "../store/in-memory.ts";
import { notPaid, paidOut, sending } from "../store/payout-samples.ts";
import { confirmed, refundIntent, reversed, sentRefund } from "../store/refund-samples.ts";
import { accepted, freshReceipt, intent, paid, unpaid } from "../store/samples.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedgerInMemory();
});
afterAll(() => test.close());

let told: WebhookEvent[];
let pushed: Payment[];
let logged: unknown[];
let measured: Measured[];
let stream: ReturnType<typeof createStream>;
let tell: ReturnType<typeof notify>;
beforeEach(() => {
  told = [];
  pushed = [];
  logged = [];
  measured = [];
  stream = createStream((id) => test.item(id));
  tell = notify({
    queueWebhooks: (events) => {
      told.push(...events);
      return Promise.resolve();
    },
    pushLive: (payment) => {
      pushed.push(payment);
      return Promise.resolve();
    },
    measure: (one) => void measured.push(one),
    log: { error: (code, facts) => void logged.push([code, facts]) },
  });
});

const look = async (...ids: readonly string[]): Promise<void> => tell(await stream.writesTo(...ids));
const types = (): readonly string[] => told.map(({ type }) => type);

describe("a payment", () => {
  it("is told of when it ends, once, as the API shows it, and pushed at every step", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    await look(asked.id);
    await test.ledger.record(asked.id, accepted(asked));
    await look(asked.id);
    expect(told).toEqual([]);
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    await look(asked.id);
    const payment = (await test.ledger.read(asked.id))!;
    expect(told).toMatchObject([
      {
        type: "payment.succeeded",
        storefront: asked.storefront,
        subject: asked.id,
        sequence: payment.version,
        at: payment.updatedAt,
        object: paymentView(payment),
      },
    ]);
    expect(JSON.stringify(told)).not.toContain(asked.phone);
    expect(pushed.map(({ state }) => state)).toEqual(["initiated", "pending", "succeeded"]);
  });

  it("that failed and succeeds late is told of twice, as two events in order", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    await look(asked.id);
    await test.ledger.record(asked.id, unpaid(asked));
    await look(asked.id);
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    await look(asked.id);
    expect(types()).toEqual(["payment.failed", "payment.succeeded"]);
    const { createdAt, updatedAt, paidAt } = (await test.ledger.read(asked.id))!;
    expect(measured).toEqual([
      {
        values: { PaymentsFailed: 1, PaymentTime: expect.any(Number) },
        code: "cancelled_by_customer",
        at: measured[0]?.at,
      },
      {
        values: { PaymentsSucceeded: 1, PaymentTime: updatedAt - createdAt, PaymentLag: updatedAt - paidAt! },
        code: null,
        at: updatedAt,
      },
    ]);
    expect(told[0]!.id).not.toBe(told[1]!.id);
    expect(told[0]!.sequence).toBeLessThan(told[1]!.sequence);
  });

  it("whose check was only moved is no news", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    await look(asked.id);
    pushed.length = 0;
    await test.ledger.postpone(asked.id, { at: asked.checkAt, attempt: 0 }, { at: asked.checkAt + 1, attempt: 1 });
    await look(asked.id);
    expect({ told, pushed, measured }).toEqual({ told: [], pushed: [], measured: [] });
  });

  it("that changes twice in one batch of the stream is pushed once, as it is in the end", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    const first = await stream.writesTo(asked.id);
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    await tell([...first, ...(await stream.writesTo(asked.id))]);
    expect(pushed.map(({ state }) => state)).toEqual(["succeeded"]);
    expect(types()).toEqual(["payment.succeeded"]);
  });

  it("is the same event when the stream tells of it again", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    await stream.writesTo(asked.id);
    await test.ledger.record(asked.id, paid(asked, freshReceipt()));
    const writes = await stream.writesTo(asked.id);
    await tell(writes);
    await tell(writes);
    expect(new Set(told.map(({ id }) => id)).size).toBe(1);
  });
});

describe("everything else with a history", () => {
  it("is told of when it ends: payouts", async () => {
    const good = await sending(test);
    const bad = await sending(test);
    await look(good.id, bad.id);
    await test.payouts.record(good.id, paidOut(good, freshReceipt()));
    await test.payouts.record(bad.id, notPaid(bad));
    await look(good.id, bad.id);
    expect(types()).toEqual(["payout.succeeded", "payout.failed"]);
    expect(told[0]).toMatchObject({ object: { object: "payout", id: good.id, status: "succeeded" } });
    expect(measured).toMatchObject([
      { values: { PayoutsSucceeded: 1, PayoutTime: expect.any(Number) }, code: null },
      { values: { PayoutsFailed: 1, PayoutTime: expect.any(Number) }, code: expect.stringMatching(/^[a-z_]+$/) },
    ]);
  });

  it("is told of when it ends: refunds, and the payment that they take back whole", async () => {
    const payment = await confirmed(test);
    await look(payment.id);
    told.length = 0;
    measured.length = 0;
    const refund = await sentRefund(test, refundIntent(payment));
    await look(payment.id, refund.id);
    expect(types()).toEqual([]);
    await test.refunds.record(refund.id, reversed(refund));
    await look(payment.id, refund.id);
    expect(types()).toEqual(["payment.reversed", "refund.succeeded"]);
    expect(measured).toMatchObject([{ values: { RefundsSucceeded: 1 }, code: null }]);
  });

  it("is told of as it goes: batches", async () => {
    const { opened, happen, approval } = batchSteps(() => test);
    const batch = await opened();
    await look(batch.id);
    const approved = must(await happen(batch, approval()));
    await look(batch.id);
    const running = must(await happen(approved, { event: "float_found" }, "clock"));
    await look(batch.id);
    await happen(running, { event: "cancelled" });
    await look(batch.id);
    expect(types()).toEqual(["batch.awaiting_approval", "batch.running", "batch.cancelled"]);
    expect(told[1]).toMatchObject({ object: { object: "payout_batch", status: "running", progress: null } });
  });

  it("is told of when somebody should look: exceptions", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    await test.ledger.record(asked.id, unpaid(asked, "unclassified"));
    const { exceptions } = await test.exceptions.list({
      storefront: asked.storefront,
      filters: {},
      limit: 100,
      cursor: null,
    });
    const exception = exceptions.find(({ transactionId }) => transactionId === asked.id)!;
    await look(exception.id);
    expect(told).toMatchObject([
      { type: "exception.opened", object: { object: "exception", kind: "unclassified_code", transaction: asked.id } },
    ]);
  });
});

describe("an item that can't be read", () => {
  it("is logged by its id and holds up no other", async () => {
    const asked = intent();
    await test.ledger.open(asked, LIMITS);
    const [write] = await stream.writesTo(asked.id);
    const { x: _state, ...rest } = write!.after!;
    const other = await confirmed(test);
    await tell([{ ...write!, after: rest }, ...(await stream.writesTo(other.id))]);
    expect(logged).toEqual([["notify.unreadable", { id: asked.id }]]);
    expect(told.map(({ subject }) => subject)).toEqual([other.id]);
  });
});
