/** The payouts' door: the same order of things as for pushes, for eight kinds, and what each of them does. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MAX_CALLBACK_BYTES } from "../../../functions/callbacks/door.ts";
import type { ResultKind } from "../../../functions/callbacks/results.ts";
import { newQuestionId } from "../../../functions/payouts/question-id.ts";
import { openPayOffice } from "../payouts/pay-office.ts";
import type { PayOffice } from "../payouts/pay-office.ts";
import { approve, batchNow, draft, payoutNow, resume, rowIds, running, single, start } from "../payouts/payroll.ts";
import { coded, completedStatus, holds, paidResult } from "../payouts/safaricom.ts";

const KINDS: readonly ResultKind[] = [
  ...(["b2c", "b2c-late", "status", "status-late"] as const),
  ...(["receipt", "receipt-late", "balance", "balance-late"] as const),
];
const EXCEPTION = "exc_0123456789abcdfghijknpqrst";
const QUESTION = newQuestionId((size) => new Uint8Array(size));
const ELSEWHERE = "41.90.1.1";

let office: PayOffice;
let id: string;
beforeEach(async () => {
  office = await openPayOffice();
  await office.openLane();
  const made = await single(office);
  ({ id } = made);
  await office.dispatch([made.message]);
  office.books.calls.length = 0;
});
afterEach(() => office.close());

const taken = () => office.safaricom.taken.get(id)!;
const named = (kind: ResultKind): string => {
  if (kind.startsWith("receipt")) return EXCEPTION;
  return kind.startsWith("balance") ? QUESTION : id;
};

describe.each(KINDS)("%s", (kind) => {
  test("with another kind's token is refused before anything is read", async () => {
    const other = kind === "b2c" ? "status" : "b2c";
    const params = { id: named(kind), token: "0".repeat(26) };
    expect(await office.callback(kind, { id: named(kind), body: "{}", params })).toMatchObject({ status: 404 });
    const swapped = { route: `/callbacks/v1/${kind}/{id}/{token}` };
    expect(await office.callback(other, { id: named(kind), body: "{}", ...swapped })).toMatchObject({ status: 404 });
    expect(office.books.calls).toEqual([]);
  });

  test("that is larger than any callback is refused", async () => {
    const body = "x".repeat(MAX_CALLBACK_BYTES + 1);
    expect(await office.callback(kind, { id: named(kind), body })).toMatchObject({ status: 413 });
    expect(office.books.calls).toEqual([]);
  });

  test("that says nothing is acknowledged and believed in nothing", async () => {
    for (const body of ["", "{", "[]", "null", '{"Result":{}}', "\u0000\uffff"])
      expect(await office.callback(kind, { id: named(kind), body })).toMatchObject({
        status: 200,
        body: { ResultCode: 0 },
      });
    const { state } = await payoutNow(office, id);
    expect(["accepted", "uncertain"]).toContain(state);
    expect(await office.lane()).toMatchObject({ halt: null });
  });

  test("for something that nobody knows is acknowledged", async () => {
    const isPayouts = named(kind) === id;
    const unknown = isPayouts ? "pyo_00000000000000000000000000" : named(kind);
    expect(await office.callback(kind, { id: unknown, body: coded(0) })).toMatchObject({ status: 200 });
  });
});

test("an id of the wrong form, and a kind that there is not, are refused", async () => {
  expect(await office.callback("b2c", { id: "pay_0123456789abcdfghijknpqrst", body: "{}" })).toMatchObject({
    status: 404,
  });
  expect(await office.callback("balance", { id, body: holds(1) })).toMatchObject({ status: 404 });
  expect(await office.callback("stk" as ResultKind, { id, body: "{}" })).toMatchObject({ status: 404 });
});

describe("a result", () => {
  test("that says paid settles the payout, however often it comes", async () => {
    const body = paidResult(taken(), "UKL1AB2CD3");
    await Promise.all([office.callback("b2c", { id, body }), office.callback("b2c", { id, body })]);
    expect(await payoutNow(office, id)).toMatchObject({ state: "succeeded", receipt: "UKL1AB2CD3" });
    expect(office.counted).toEqual([]);
  });

  test("that can't be stored is answered 503, with an alarm", async () => {
    office.books.state.interfere = () => ({ before: new Error("the ledger is away") });
    const body = paidResult(taken(), "UKL1AB2CD3");
    expect(await office.callback("b2c", { id, body })).toMatchObject({ status: 503 });
    expect(office.counted).toEqual(["CallbackNotStored"]);
  });

  test("from an address that is not Safaricom's is kept, not believed, and M-PESA is asked", async () => {
    const body = paidResult(taken(), "UKL1AB2CD3");
    expect(await office.callback("b2c", { id, body, sourceAddress: ELSEWHERE })).toMatchObject({ status: 200 });
    expect(await payoutNow(office, id)).toMatchObject({ state: "accepted", receipt: null });
    expect(office.safaricom.sentOf("status")).toEqual([id]);
    expect(office.counted).toContain("UnverifiedCallback");
    const history = await office.books.ledger.history(id);
    expect(history?.raws.map(({ text }) => text)).toContain(body);
  });

  test("of a code that no table lists rings, and leaves the payout to be asked about", async () => {
    await office.callback("b2c", { id, body: coded("987654") });
    expect(await payoutNow(office, id)).toMatchObject({ state: "uncertain" });
    expect(office.counted).toEqual(["UnclassifiedCode", "ExceptionOpened"]);
  });

  test("that did not come in time proves nothing, and its echo of our request is kept without its credential", async () => {
    const body = JSON.stringify({ InitiatorName: "testapi", SecurityCredential: "c2VjcmV0IG9mIHRoZSBvcGVyYXRvcg==" });
    await office.callback("b2c-late", { id, body });
    await office.callback("b2c-late", { id, body: `${body} `, sourceAddress: ELSEWHERE });
    expect(await payoutNow(office, id)).toMatchObject({ state: "uncertain" });
    const history = await office.books.ledger.history(id);
    expect(JSON.stringify(history)).not.toContain("c2VjcmV0");
  });
});

describe("the answer to a question about a payout", () => {
  test("settles it", async () => {
    await office.callback("status", { id, body: completedStatus(taken(), "UKL1AB2CD3") });
    expect(await payoutNow(office, id)).toMatchObject({ state: "succeeded", receipt: "UKL1AB2CD3" });
  });

  test("that can't be believed is not asked about again: that would never end", async () => {
    const body = completedStatus(taken(), "UKL1AB2CD3");
    await office.callback("status", { id, body, sourceAddress: ELSEWHERE });
    await office.callback("status", { id, body: "{" });
    expect(office.safaricom.sentOf("status")).toEqual([]);
    expect(await payoutNow(office, id)).toMatchObject({ state: "accepted" });
  });

  test("that complains about the operator halts the lane and says nothing of the payout", async () => {
    await office.callback("status", { id, body: coded(8006) });
    expect(await office.lane()).toMatchObject({
      halt: { code: "initiator_locked", resultCode: "8006", about: id },
      provenFor: null,
    });
    expect(await payoutNow(office, id)).toMatchObject({ state: "uncertain", failure: null });
    expect(office.counted).toContain("PayoutsHalted");
  });

  test("that complains about the operator from elsewhere halts nothing", async () => {
    await office.callback("status", { id, body: coded(8006), sourceAddress: ELSEWHERE });
    expect(await office.lane()).toMatchObject({ halt: null });
  });
});

describe("the answer to a balance question", () => {
  const asked = async (): Promise<string> => {
    await office.ask("600992");
    return office.safaricom.sentOf("balance").at(-1)!;
  };

  test("is kept, unless a newer one is known", async () => {
    await office.callback("balance", { id: QUESTION, body: holds(500) });
    office.pass(-1_000);
    await office.callback("balance", { id: QUESTION, body: holds(400) });
    expect(await office.base.lanes.balances("600992")).toMatchObject({ accounts: [{ available: 50_000 }] });
  });

  test("from an address that is not Safaricom's is believed in nothing", async () => {
    office.safaricom.world.operator = "operator-2";
    const question = await asked();
    const from = { id: question, sourceAddress: ELSEWHERE };
    expect(await office.callback("balance", { ...from, body: holds(500) })).toMatchObject({ status: 200 });
    await office.callback("balance", { ...from, body: coded(8006) });
    expect(await office.base.lanes.balances("600992")).toBeNull();
    expect(await office.lane()).toMatchObject({ halt: null, provenFor: "operator-1", probe: { id: question } });
    expect(office.counted).toEqual(["UnverifiedCallback", "UnverifiedCallback"]);
  });

  test.each([
    ["that tells the accounts", holds(500)],
    ["that only says that the operator lacks the role", coded(21)],
  ])("%s proves the credential that asked, and no other", async (_what, body) => {
    office.safaricom.world.operator = "operator-2";
    const question = await asked();
    await office.callback("balance", { id: QUESTION, body });
    expect(await office.lane()).toMatchObject({ provenFor: "operator-1" });
    office.safaricom.world.operator = "operator-3";
    await office.callback("balance", { id: question, body });
    expect(await office.lane()).toMatchObject({ provenFor: "operator-2", halt: null, probe: null });
  });

  test.each([coded(26), coded("100000001"), "{", coded("987654")])(
    "that proves nothing leaves the lane as it is: %s",
    async (body) => {
      office.safaricom.world.operator = "operator-2";
      const question = await asked();
      expect(await office.callback("balance", { id: question, body })).toMatchObject({ status: 200 });
      await office.callback("balance-late", { id: question, body });
      expect(await office.lane()).toMatchObject({ provenFor: "operator-1", halt: null, probe: { id: question } });
    },
  );

  test.each([2001, 18, 20, 22, 8006])("%i halts the lane and pauses the batches", async (code) => {
    const { batch } = await running(office, [100, 200]);
    const question = await asked();
    await office.callback("balance", { id: question, body: coded(code) });
    expect(await office.lane()).toMatchObject({ halt: { resultCode: String(code), about: question } });
    expect(await batchNow(office, batch.id)).toMatchObject({ state: "paused", stop: { payoutId: null } });
  });

  test("that can't halt the lane is not acknowledged", async () => {
    office.books.state.interfere = (command) => (command === "PutItem" ? { before: new Error("away") } : null);
    expect(await office.callback("balance", { id: QUESTION, body: coded(2001) })).toMatchObject({ status: 503 });
  });

  test("wakes the batches that wait for it, and no others", async () => {
    await running(office, [100]);
    const waiting = await approve(office, await draft(office, [200]));
    office.takeBatches();
    office.pass(1_000);
    await office.callback("balance", { id: QUESTION, body: holds(500) });
    expect(office.takeBatches()).toEqual([{ batch: waiting.id }]);
  });
});

describe("a failure of before the last resume", () => {
  test("halts nothing, and its row is paid anew", async () => {
    const { batch, messages } = await running(office, [100, 200]);
    await office.dispatch(messages);
    const [first = "", second = ""] = rowIds(batch);
    office.pass(1_000);
    await office.callback("b2c", { id: first, body: coded(1) });
    expect(await batchNow(office, batch.id)).toMatchObject({ state: "paused", stop: { cause: "float_too_low" } });
    office.pass(1_000);
    await resume(office, batch.id);
    await start(office, batch.id);
    await office.callback("b2c", { id: second, body: coded(1) });
    expect(await batchNow(office, batch.id)).toMatchObject({ state: "running" });
    expect(await office.lane()).toMatchObject({ halt: null });
    office.pass(60_000);
    await office.tend([{ batch: batch.id }]);
    await office.dispatch(office.takePayouts());
    for (const again of rowIds(batch, 1)) expect(office.safaricom.taken.has(again)).toBe(true);
    expect(await payoutNow(office, second)).toMatchObject({ state: "failed", replacedBy: rowIds(batch, 1)[1] });
  });
});
