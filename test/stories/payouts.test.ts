/** Single payouts: every receiver's behaviour, and the same request again. */
import { randomUUID } from "node:crypto";
import { describe, expect, inject, test } from "vitest";
import { FINANCE_KEYS, financeAt, newReceiver, receiver } from "./finance.ts";
import type { PayoutBody } from "./finance.ts";
import { call, exceptionsOf, until } from "./storefront.ts";

const finance = financeAt({ gateway: inject("gatewayUrl"), simulator: inject("simulatorUrl") });
const { pay, payout, truthOf } = finance;

const ended = (id: string, timeoutMs = 120_000): Promise<PayoutBody> =>
  until(
    () => payout(id),
    ({ status }) => status !== "queued" && status !== "pending",
    timeoutMs,
  );

/** M-PESA paid under this name exactly once, and the payout knows the very receipt. */
const paidOnce = async (ended_: PayoutBody): Promise<void> => {
  const truth = await truthOf(ended_.id);
  expect(truth).toHaveLength(1);
  expect(truth[0]).toMatchObject({ state: "paid", amount: ended_.amount, receipt: ended_.receipt });
  expect(ended_.receipt).toMatch(/^[A-Z0-9]{10}$/);
};

describe.concurrent("receivers", () => {
  test.each([
    [50, "is paid after a second"],
    [51, "is paid though the result comes before the submit's answer"],
    [52, "is paid though the submit's answer is lost"],
    [53, "is paid though neither answer nor result ever come: only the transaction's status knows"],
    [54, "is paid though a queue timeout comes first"],
    [55, "is paid once though the result comes twice"],
    [58, "is paid though the first submit meets spike arrest"],
    [60, "is paid once though Daraja said that it was busy"],
  ])("%i %s", async (nn) => {
    const started = await pay({ phone: receiver(nn), amount: 100 + nn });
    expect(started.status).toBe(201);
    expect(["queued", "pending"]).toContain(started.body.status);
    const paid = await ended(started.body.id);
    expect(paid).toMatchObject({ status: "succeeded", amount: 100 + nn, failure: null });
    await paidOnce(paid);
  });

  test("56 is not registered: it fails for good, and nothing moved", async () => {
    const started = await pay({ phone: receiver(56), amount: 150 });
    const failed = await ended(started.body.id);
    expect(failed).toMatchObject({ status: "failed", receipt: null });
    expect(failed.failure).toMatchObject({ code: "receiver_not_registered", pay_again: "no" });
    expect((await truthOf(started.body.id)).filter(({ state }) => state === "paid")).toHaveLength(0);
  });
});

test("twenty requests with one Idempotency-Key are one payout", async () => {
  const key = randomUUID();
  const phone = newReceiver();
  const answers = await Promise.all(
    Array.from({ length: 20 }, () => pay({ phone, amount: 200, reference: "TWENTY", key })),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]));
  expect(new Set(answers.map(({ body }) => body.id)).size).toBe(1);
  const paid = await ended(answers[0]!.body.id);
  await paidOnce(paid);
  expect((await truthOf(paid.id))[0]!.submits).toBe(1);
});

test("the same key with another amount is refused, with the id of the first", async () => {
  const key = randomUUID();
  const phone = newReceiver();
  const first = await pay({ phone, amount: 300, reference: "SAME", key });
  const second = await pay({ phone, amount: 301, reference: "SAME", key });
  expect(second.status).toBe(422);
  expect(second.body).toMatchObject({ code: "idempotency_key_reused", payout_id: first.body.id });
});

test("a payout that was paid can't be cancelled any more", async () => {
  const paid = await ended((await pay({ phone: newReceiver(), amount: 120 })).body.id);
  const late = await finance.ask<{ code: string }>("POST", `/v1/payouts/${paid.id}/cancel`);
  expect(late.status).toBe(409);
  expect(late.body.code).toBe("already_finished");
  expect((await payout(paid.id)).status).toBe("succeeded");
});

test.each([
  [{ amount: 9 }, "/amount"],
  [{ amount: 250_001 }, "/amount"],
  [{ amount: 10.5 }, "/amount"],
  [{ phone: "0712" }, "/phone"],
  [{ reference: "" }, "/reference"],
  [{ kind: "gift" }, "/kind"],
  [{ surprise: 1 }, "/surprise"],
])("a request with %j is refused with a pointer, and nothing is sent", async (wrong, pointer) => {
  const body = { amount: 100, phone: newReceiver(), reference: "R", ...wrong };
  const refused = await finance.ask<{ errors: { pointer: string }[] }>("POST", "/v1/payouts", {
    headers: { "idempotency-key": randomUUID() },
    body,
  });
  expect(refused.status).toBe(400);
  expect(refused.body.errors.map((error) => error.pointer)).toContain(pointer);
});

test("who may not pay out is told so, and a neighbour sees nothing", async () => {
  const body = { amount: 100, phone: newReceiver(), reference: "R" };
  const headers = { "idempotency-key": randomUUID() };
  const shop = await finance.ask<{ code: string }>("POST", "/v1/payouts", {
    key: FINANCE_KEYS.storefront,
    headers,
    body,
  });
  expect(shop.status).toBe(403);
  const mine = await pay({ phone: newReceiver(), amount: 100 });
  const theirs = await finance.ask("GET", `/v1/payouts/${mine.body.id}`, { key: FINANCE_KEYS.neighbour });
  expect(theirs.status).toBe(404);
});

test("a payout's whole life is one question away: by id, receipt, phone and ConversationID's owner", async () => {
  const phone = newReceiver();
  const paid = await ended((await pay({ phone, amount: 210, reference: "AUDIT-ME" })).body.id);
  interface Timeline {
    readonly chain: { readonly intact: boolean };
    readonly transaction: { readonly id: string };
    readonly data: readonly { readonly finding: string }[];
  }
  const history = await call<Timeline>("GET", `/v1/transactions/${paid.id}/history`, { key: FINANCE_KEYS.finance });
  expect(history.body.chain.intact).toBe(true);
  const findings = history.body.data.map(({ finding }) => finding);
  expect(findings.slice(0, 2)).toEqual(["created", "claimed"]);
  expect(findings).toContain("paid");
  for (const question of [paid.id, paid.receipt ?? "", phone, "AUDIT-ME"]) {
    const found = await call<{ data: Timeline[] }>("GET", `/v1/audit?q=${encodeURIComponent(question)}`, {
      key: FINANCE_KEYS.finance,
    });
    expect(found.body.data.map(({ transaction }) => transaction.id)).toContain(paid.id);
  }
  expect(JSON.stringify(history.body)).not.toContain(phone);
  expect(await exceptionsOf(paid.id)).toEqual([]);
});
