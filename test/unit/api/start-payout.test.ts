/** One payout: recorded before anyone is told to send it, once for each key, and stoppable until it leaves. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ROUTES } from "../../../functions/api/contract.ts";
import type { PayoutIntent } from "../../../functions/domain/payout.ts";
import { claimAs, notPaid, paidOut, payoutIntent, taken, unknownEnd } from "../store/payout-samples.ts";
import { freshPhone, freshReceipt } from "../store/samples.ts";
import { bodyOf, openDesk, verdict } from "./finance-desk.ts";
import type { Asked, Desk } from "./finance-desk.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const wish = (overrides: Record<string, unknown> = {}) => ({
  amount: 2500,
  phone: freshPhone(),
  reference: "REFUND-1",
  ...overrides,
});
const pay = (asked: Asked = {}) => desk.ask(ROUTES.startPayout, { body: wish(), ...asked });
const keyed = { headers: { "idempotency-key": "order 1001" } };

describe("a payout", () => {
  test("is answered queued with its phone masked, and its sender is told of it by id alone", async () => {
    const phone = freshPhone();
    const started = await pay({ body: wish({ phone, remarks: "Refund", metadata: { order: "1001" } }) });
    expect(started.status).toBe(201);
    expect(bodyOf(started)).toMatchObject({
      object: "payout",
      status: "queued",
      stage: null,
      kind: "business",
      amount: 2500,
      currency: "KES",
      phone: `${phone.slice(0, 4)}*****${phone.slice(-3)}`,
      reference: "REFUND-1",
      remarks: "Refund",
      batch: null,
      receipt: null,
      failure: null,
      replaced_by: null,
      attempts: 0,
      metadata: { order: "1001" },
    });
    expect(desk.messages).toEqual([{ payout: bodyOf(started)["id"] }]);
    expect(JSON.stringify(started.body)).not.toContain(phone);
  });

  test("is made all the same when its message can't be sent: the sweep finds it queued", async () => {
    desk.world.queueIsDown = true;
    const started = await pay();
    expect(started.status).toBe(201);
    const { check } = (await desk.books.payouts.read(String(bodyOf(started)["id"])))!;
    expect(check).toEqual({ at: desk.books.time.now + 30_000, attempt: 0 });
    expect(desk.logged).toContain("message.not_sent");
  });

  test("is remembered, so that a batch notices the same amount to the same phone", async () => {
    const body = wish();
    await pay({ body });
    const { phone, amount, reference } = body;
    const batch = await desk.ask(ROUTES.startBatch, {
      body: { reference: "R", kind: "salary", payouts: [{ phone, amount, reference }] },
    });
    expect(verdict(batch)).toEqual([400, "no_valid_rows"]);
    expect(bodyOf(batch)["rejected"]).toMatchObject([{ row: 1, code: "duplicate_recent" }]);
  });
});

describe("the same request again", () => {
  test.each([true, false])("is the same payout and no second message (cache remembers: %j)", async (cached) => {
    const body = wish();
    const first = await pay({ body, ...keyed });
    if (!cached) desk.memory.clear();
    const again = await pay({ body: { ...body, kind: "business" }, ...keyed });
    expect(again.status).toBe(201);
    expect(again.headers).toMatchObject({ "idempotent-replayed": "true" });
    expect(bodyOf(again)).toEqual(bodyOf(first));
    expect(desk.messages).toHaveLength(1);
  });

  test.each([true, false])("with another body is refused with the first id (cache remembers: %j)", async (cached) => {
    const body = wish();
    const first = await pay({ body, ...keyed });
    if (!cached) desk.memory.clear();
    const other = await pay({ body: { ...body, kind: "salary" }, ...keyed });
    expect(verdict(other)).toEqual([422, "idempotency_key_reused"]);
    expect(bodyOf(other)["payout_id"]).toBe(bodyOf(first)["id"]);
  });

  test("from another storefront is another payout", async () => {
    const body = wish();
    const mine = await pay({ body, ...keyed });
    const theirs = await pay({ body, ...keyed, storefront: "neighbour" });
    expect(bodyOf(theirs)["id"]).not.toBe(bodyOf(mine)["id"]);
  });
});

describe("nothing is recorded", () => {
  afterEach(async () => {
    const { payouts } = await desk.books.payouts.list({ storefront: "shop", filters: {}, limit: 10, cursor: null });
    expect(payouts).toEqual([]);
    expect(desk.messages).toEqual([]);
  });

  test.each([
    [{ amount: 9 }, "/amount", /at least 10/],
    [{ amount: 250_001 }, "/amount", /at most 250000/],
    [{ amount: 10.5 }, "/amount", /whole/],
    [{ amount: "100" }, "/amount", /whole/],
    [{ phone: "0712" }, "/phone", /too few digits/],
    [{ reference: "" }, "/reference", /at least 1/],
    [{ reference: "x".repeat(65) }, "/reference", /at most 64/],
    [{ remarks: "x".repeat(101) }, "/remarks", /at most 100/],
    [{ kind: "gift" }, "/kind", /one of business, salary, promotion/],
    [{ surprise: 1 }, "/surprise", /no such field/],
  ])("for %j: a pointer and what to do", async (wrong, pointer, says) => {
    const refused = await pay({ body: wish(wrong) });
    expect(verdict(refused)).toEqual([400, "invalid_request"]);
    expect(bodyOf(refused)["errors"]).toContainEqual({ pointer, message: expect.stringMatching(says) as string });
  });

  test("for an amount above the stage's limit, which has to be approved as a batch", async () => {
    const refused = await pay({ body: wish({ amount: 100_001 }) });
    expect(verdict(refused)).toEqual([400, "invalid_request"]);
    expect(bodyOf(refused)["errors"]).toEqual([
      { pointer: "/amount", message: expect.stringMatching(/above 100000 shillings .*approved.*batch/) as string },
    ]);
  });

  test.each([
    ["", "invalid_json"],
    ["phone=0712345678&amount=100", "invalid_json"],
    ['{"amount":100,"amount":200,"phone":"0712345678","reference":"R"}', "invalid_request"],
    ['{"amount":1e2,"phone":"0712345678","reference":"R"}', "invalid_request"],
  ])("for a body that is not the JSON that was expected: %j", async (text, code) => {
    expect(verdict(await desk.ask(ROUTES.startPayout, { text }))).toEqual([400, code]);
  });

  test("for a body that is far too long", async () => {
    const text = JSON.stringify(wish({ metadata: { note: "x".repeat(70_000) } }));
    expect(verdict(await desk.ask(ROUTES.startPayout, { text }))).toEqual([413, "body_too_large"]);
  });

  test("while the stage has no API operator", async () => {
    desk.world.initiator = null;
    expect(verdict(await pay())).toEqual([503, "payouts_not_configured"]);
  });

  test("for a key without the scope, or a request without its Idempotency-Key", async () => {
    const refused = await pay({ scopes: ["payments:write", "payouts:approve"] });
    expect(verdict(refused)).toEqual([403, "forbidden"]);
    expect(bodyOf(refused)["detail"]).toBe("This key lacks the scope payouts:write.");
    expect(verdict(await pay({ without: ["idempotency-key"] }))).toEqual([400, "idempotency_key_missing"]);
    expect(verdict(await pay({ headers: { "idempotency-key": "" } }))).toEqual([400, "idempotency_key_invalid"]);
  });
});

describe("cancelling", () => {
  const cancel = (id: string, asked: Asked = {}) => desk.ask(ROUTES.cancelPayout, { id, ...asked });
  const started = async (): Promise<string> => String(bodyOf(await pay())["id"]);

  test("a queued payout works, and works again", async () => {
    const id = await started();
    for (const answer of [await cancel(id), await cancel(id)]) {
      expect(answer.status).toBe(200);
      expect(bodyOf(answer)).toMatchObject({ id, status: "cancelled" });
    }
  });

  test("one that is being sent is refused, and it goes on", async () => {
    const id = await started();
    await desk.books.payouts.claim((await desk.books.payouts.read(id))!, claimAs());
    const refused = await cancel(id);
    expect(verdict(refused)).toEqual([409, "payout_already_sent"]);
    expect(bodyOf(refused)["payout_id"]).toBe(id);
    expect((await desk.books.payouts.read(id))?.state).toBe("sending");
  });

  test("one that has ended is refused, however it ended", async () => {
    for (const isPaid of [true, false]) {
      const asked = payoutIntent({ storefront: "shop" });
      await desk.books.payouts.open(asked);
      await desk.books.payouts.claim((await desk.books.payouts.read(asked.id))!, claimAs());
      await desk.books.payouts.record(asked.id, isPaid ? paidOut(asked, freshReceipt()) : notPaid(asked));
      const refused = await cancel(asked.id);
      expect(verdict(refused)).toEqual([409, "already_finished"]);
      expect(bodyOf(refused)["payout_id"]).toBe(asked.id);
    }
  });

  test("without the scope to pay is refused", async () => {
    const id = await started();
    const refused = await cancel(id, { scopes: ["payouts:approve", "payments:read", "payments:write"] });
    expect(verdict(refused)).toEqual([403, "forbidden"]);
    expect((await desk.books.payouts.read(id))?.state).toBe("queued");
  });

  test("a neighbour's payout, or none, is not found", async () => {
    const id = await started();
    expect(verdict(await cancel(id, { storefront: "neighbour" }))).toEqual([404, "not_found"]);
    expect(verdict(await cancel("pyo_nobody"))).toEqual([404, "not_found"]);
    expect((await desk.books.payouts.read(id))?.state).toBe("queued");
  });
});

describe("reading", () => {
  const read = (id: string, asked: Asked = {}) => desk.ask(ROUTES.readPayout, { id, ...asked });
  const list = async (query: Record<string, string> = {}, asked: Asked = {}) =>
    bodyOf(await desk.ask(ROUTES.listPayouts, { query, ...asked })) as { data: { id: string }[]; next_cursor: unknown };
  const ids = async (query: Record<string, string>, asked: Asked = {}) =>
    (await list(query, asked)).data.map(({ id }) => id);

  test("is for whoever pays, approves or looks payments up, and for nobody else", async () => {
    const id = String(bodyOf(await pay())["id"]);
    for (const scopes of [["payouts:write"], ["payouts:approve"], ["payments:read"]] as const) {
      expect((await read(id, { scopes })).status).toBe(200);
      expect(await ids({}, { scopes })).toEqual([id]);
    }
    for (const route of [ROUTES.readPayout, ROUTES.listPayouts])
      expect(verdict(await desk.ask(route, { id, scopes: ["payments:write", "audit:read"] }))).toEqual([
        403,
        "forbidden",
      ]);
  });

  test("is of one's own storefront alone", async () => {
    const body = wish();
    const id = String(bodyOf(await pay({ body }))["id"]);
    const neighbour = { storefront: "neighbour" };
    for (const unknown of [await read(id, neighbour), await read("pyo_nobody"), await read("pay_nobody")])
      expect(verdict(unknown)).toEqual([404, "not_found"]);
    for (const query of [{}, { phone: body.phone }, { reference: body.reference }])
      expect(await ids(query, neighbour)).toEqual([]);
  });

  test("finds by phone in any spelling, reference and status, newest first, in pages", async () => {
    const phone = freshPhone();
    const made: string[] = [];
    for (const reference of ["A", "B", "C"]) {
      desk.books.time.now += 1_000;
      made.unshift(String(bodyOf(await pay({ body: wish({ phone, reference }) }))["id"]));
    }
    await desk.ask(ROUTES.cancelPayout, { id: made[1]! });
    expect(await ids({ phone: `0${phone.slice(3, 6)} ${phone.slice(6)}` })).toEqual(made);
    expect(await ids({ reference: "B" })).toEqual([made[1]]);
    expect(await ids({ status: "cancelled" })).toEqual([made[1]]);
    expect(await ids({ phone, status: "queued" })).toEqual([made[0], made[2]]);
    const first = await list({ limit: "2" });
    expect(first.data.map(({ id }) => id)).toEqual(made.slice(0, 2));
    expect(await ids({ limit: "2", cursor: String(first.next_cursor) })).toEqual(made.slice(2));
  });

  test.each([
    [{ cursor: "nonsense" }, "/query/cursor"],
    [{ phone: "0712" }, "/query/phone"],
    [{ status: "paid" }, "/query/status"],
    [{ limit: "101" }, "/query/limit"],
    [{ colour: "red" }, "/query/colour"],
  ])("a listing by %j is refused with a pointer", async (query, pointer) => {
    const refused = await desk.ask(ROUTES.listPayouts, { query });
    expect(verdict(refused)).toEqual([400, "invalid_request"]);
    expect(bodyOf(refused)["errors"]).toContainEqual(expect.objectContaining({ pointer }));
  });

  test.each([
    ["accepted", taken, { status: "pending", stage: "accepted", attempts: 1 }],
    ["unknown", () => unknownEnd, { status: "pending", stage: "confirming", attempts: 1 }],
    [
      "not paid",
      (asked: PayoutIntent) => notPaid(asked),
      {
        status: "failed",
        stage: null,
        receipt: null,
        failure: {
          code: "receiver_not_registered",
          pay_again: "no",
          message: expect.stringMatching(/not registered/) as string,
          daraja: { result_code: "2040", result_desc: "Not registered" },
        },
      },
    ],
    [
      "paid",
      (asked: PayoutIntent) => paidOut(asked, "TKL4PAID01"),
      { status: "succeeded", receipt: "TKL4PAID01", paid_at: "2026-11-21T09:00:12.000Z", failure: null },
    ],
  ] as const)("shows one that was %s as it stands", async (_name, end, shown) => {
    const asked = payoutIntent({ storefront: "shop" });
    await desk.books.payouts.open(asked);
    await desk.books.payouts.claim((await desk.books.payouts.read(asked.id))!, claimAs());
    expect(bodyOf(await read(asked.id))).toMatchObject({ status: "pending", stage: "sending" });
    await desk.books.payouts.record(asked.id, end(asked));
    expect(bodyOf(await read(asked.id))).toMatchObject({ id: asked.id, batch: null, ...shown });
  });
});
