import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verifyChain } from "../../../functions/domain/history.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { LedgerBusy } from "../../../functions/store/ledger.ts";
import { LIMITS, NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import {
  batchId,
  conversationOf,
  notPaid,
  paidOut,
  payoutIntent,
  payoutOf,
  placeIn,
  rowIntent,
  said,
  sending,
  taken,
  unknownEnd,
} from "./payout-samples.ts";
import { freshPhone, freshReceipt, intent, paid } from "./samples.ts";

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
beforeEach(() => {
  test.time.now = NOW;
  test.calls.length = 0;
  test.state.interfere = () => null;
});
afterAll(() => test.close());

const row = () => rowIntent(placeIn(batchId(), 1));

describe("evidence about a payout", () => {
  it("is one read and one write when M-PESA takes it, and what is told is what is there", async () => {
    const asked = await sending(test, row());
    const outcome = await test.payouts.record(asked.id, taken(asked));
    expect(test.calls).toEqual(["GetItem", "UpdateItem"]);
    const payout = await payoutOf(test, asked);
    expect(outcome).toEqual({ recorded: "changed", payout, exception: null });
    expect(payout).toMatchObject({ state: "accepted", wentIn: true, conversationId: conversationOf(asked) });
    expect(payout.history.at(-1)?.facts).toEqual({ conversation: conversationOf(asked) });
  });

  it("settles it, claims the receipt, counts it and stops asking, all in one transaction", async () => {
    const asked = await sending(test, row());
    await test.payouts.record(asked.id, taken(asked));
    test.calls.length = 0;
    const receipt = freshReceipt();
    const outcome = await test.payouts.record(asked.id, paidOut(asked, receipt));
    expect(test.calls).toEqual(["GetItem", "TransactWriteItems"]);
    const payout = await payoutOf(test, asked);
    expect(outcome).toEqual({ recorded: "changed", payout, exception: null });
    expect(payout).toMatchObject({ state: "succeeded", receipt, paidAt: NOW + 12_000, check: null });
    expect(await test.item(`receipt#${receipt}`)).toMatchObject({ id: { S: asked.id } });
    for (const key of ["d", "u", "n"]) expect(Object.keys((await test.item(asked.id))!)).not.toContain(key);
  });

  it("believes a result that overtakes the submit's answer, which then changes nothing", async () => {
    const asked = await sending(test);
    await test.payouts.record(asked.id, paidOut(asked, freshReceipt()));
    expect(await test.payouts.record(asked.id, taken(asked))).toMatchObject({
      recorded: "unchanged",
      payout: { state: "succeeded", conversationId: conversationOf(asked) },
    });
  });

  it("keeps M-PESA's code and words of a failure, and forgets them when it was paid after all", async () => {
    const asked = await sending(test);
    await test.payouts.record(asked.id, notPaid(asked));
    const failure = { code: "receiver_not_registered", resultCode: "2040", resultDesc: "Not registered" };
    expect(await payoutOf(test, asked)).toMatchObject({ state: "failed", failure, check: null });
    const late = await test.payouts.record(asked.id, paidOut(asked, freshReceipt()));
    expect(late).toMatchObject({ exception: "late_success", payout: { state: "succeeded", failure: null } });
    expect(await payoutOf(test, asked)).toEqual(late.recorded === "changed" && late.payout);
    const { exceptions } = await test.exceptions.list({
      storefront: "storefront",
      filters: {},
      limit: 100,
      cursor: null,
    });
    expect(exceptions).toContainEqual(expect.objectContaining({ transactionId: asked.id, kind: "late_success" }));
  });

  it("credits nothing for another amount or another phone, whatever else fits", async () => {
    for (const wrong of [{ amount: shillings(7) }, { phone: freshPhone() }]) {
      const asked = await sending(test);
      await test.payouts.record(asked.id, paidOut(asked, freshReceipt(), wrong));
      expect(await payoutOf(test, asked)).toMatchObject({ state: "sending", disputed: true, receipt: null });
    }
  });

  it("is kept when it changes nothing, and when nobody knows the payout", async () => {
    const asked = await sending(test);
    await test.payouts.record(asked.id, paidOut(asked, freshReceipt()));
    const late = notPaid(asked);
    await test.payouts.record(asked.id, { ...late, finding: "untold", because: "open", unlistedCode: null });
    const history = await test.ledger.history(asked.id);
    expect(history?.kept).toMatchObject([{ finding: "untold", raw: { text: late.raw } }]);

    const stranger = payoutIntent();
    const result = paidOut(stranger, freshReceipt());
    expect(await test.payouts.record(stranger.id, result)).toEqual({ recorded: "unknown_transaction" });
    await test.payouts.open(stranger);
    expect((await test.ledger.history(stranger.id))?.kept).toMatchObject([{ raw: { text: result.raw } }]);
  });

  it("is one intact chain with its texts sealed in it, without those that say nothing more than their facts", async () => {
    const asked = await sending(test);
    const result = paidOut(asked, freshReceipt());
    await test.payouts.record(asked.id, taken(asked));
    await test.payouts.record(asked.id, result);
    const history = (await test.ledger.history(asked.id))!;
    if (history.kind !== "payout") throw new Error("not a payout");
    const { payout, head, raws } = history;
    expect(payout.history.map(({ finding }) => finding)).toEqual(["created", "claimed", "accepted", "paid"]);
    expect(verifyChain(asked.id, payout.history, head)).toEqual({ intact: true });
    expect(raws).toEqual([{ hash: payout.history[3]?.rawHash, text: result.raw }]);
    expect(JSON.stringify(await test.item(asked.id))).not.toContain(asked.phone);
  });
});

describe("evidence that comes more than once", () => {
  it("pays and counts once when twenty copies of a result race", async () => {
    const asked = await sending(test, row());
    const result = paidOut(asked, freshReceipt());
    const outcomes = await Promise.allSettled(Array.from({ length: 20 }, () => test.payouts.record(asked.id, result)));
    // Whoever finds the payout busy five times has written nothing, and may come again.
    for (const outcome of outcomes)
      if (outcome.status === "rejected") expect(outcome.reason).toBeInstanceOf(LedgerBusy);
    const told = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value.recorded] : []));
    expect(told.filter((recorded) => recorded === "changed")).toHaveLength(1);
    const payout = await payoutOf(test, asked);
    expect(payout.history.map(({ finding }) => finding)).toEqual(["created", "claimed", "paid"]);
    const tally = await test.item(`tally#${asked.batch!.id}#1`);
    expect(tally).toMatchObject({ sc: { N: "1" }, sa: { N: String(asked.amount) } });
  });

  it("settles once when a result, the submit's answer and a lost answer race, whoever is first", async () => {
    for (let race = 0; race < 5; race += 1) {
      const asked = await sending(test, row());
      const receipt = freshReceipt();
      await Promise.all(
        [paidOut(asked, receipt), taken(asked), unknownEnd].map((one) => test.payouts.record(asked.id, one)),
      );
      const payout = await payoutOf(test, asked);
      expect(payout).toMatchObject({ state: "succeeded", receipt, conversationId: conversationOf(asked) });
      expect(payout.history.filter(({ to }) => to === "succeeded")).toHaveLength(1);
    }
  });

  it("goes through although others hold the tally, and waits a random while each time", async () => {
    const asked = await sending(test, row());
    let conflicts = 0;
    test.waits.length = 0;
    test.state.interfere = (call) => {
      if (call !== "TransactWriteItems" || conflicts === 4) return null;
      conflicts += 1;
      const fault = Object.assign(new Error("conflict"), { name: "TransactionConflictException" });
      return { before: fault };
    };
    expect(await test.payouts.record(asked.id, paidOut(asked, freshReceipt()))).toMatchObject({ recorded: "changed" });
    expect(test.waits).toEqual([20, 40, 80, 160]);
  });
});

describe("a receipt", () => {
  it("belongs to one payout: another that names it is credited with nothing, and a person looks", async () => {
    const [first, second] = [await sending(test), await sending(test)];
    const receipt = freshReceipt();
    await test.payouts.record(first.id, paidOut(first, receipt));
    expect(await test.payouts.record(second.id, paidOut(second, receipt))).toMatchObject({
      exception: "duplicate_receipt",
      payout: { state: "sending", receipt: null, disputed: true },
    });
    expect(await payoutOf(test, second)).toMatchObject({ state: "sending", receipt: null });
  });

  it("belongs to one of those that name it at the same moment, payments and payouts alike", async () => {
    for (let race = 0; race < 5; race += 1) {
      const receipt = freshReceipt();
      const rows = [await sending(test, row()), await sending(test, row()), await sending(test)];
      const payment = intent();
      await test.ledger.open(payment, LIMITS);
      await Promise.all([
        ...rows.map((asked) => test.payouts.record(asked.id, paidOut(asked, receipt))),
        test.ledger.record(payment.id, paid(payment, receipt)),
      ]);
      const ended = [
        ...(await Promise.all(rows.map((asked) => payoutOf(test, asked)))),
        await test.ledger.read(payment.id),
      ];
      const credited = ended.filter((one) => one?.state === "succeeded");
      expect(credited).toMatchObject([{ receipt }]);
      expect(await test.item(`receipt#${receipt}`)).toMatchObject({ id: { S: credited[0]?.id } });
      expect(ended.filter((one) => one?.disputed === true && one.receipt === null)).toHaveLength(3);
      for (const [index, asked] of rows.entries())
        if (asked.batch)
          expect((await test.item(`tally#${asked.batch.id}#1`))?.["sc"]?.N ?? "0").toBe(
            ended[index]?.state === "succeeded" ? "1" : "0",
          );
    }
  });

  it("belongs to one transaction of whatever kind", async () => {
    const payment = intent();
    const receipt = freshReceipt();
    await test.ledger.open(payment, LIMITS);
    await test.ledger.record(payment.id, paid(payment, receipt));
    const asked = await sending(test);
    expect(await test.payouts.record(asked.id, paidOut(asked, receipt))).toMatchObject({
      exception: "duplicate_receipt",
      payout: { state: "sending", receipt: null },
    });
    const other = intent();
    const own = freshReceipt();
    await test.payouts.record((await sending(test)).id, said({ finding: "unverified" }, { raw: "{}" }));
    const paidPayout = await sending(test);
    await test.payouts.record(paidPayout.id, paidOut(paidPayout, own));
    await test.ledger.open(other, LIMITS);
    await test.ledger.record(other.id, paid(other, own));
    expect(await test.ledger.read(other.id)).toMatchObject({ state: "initiated", receipt: null, disputed: true });
  });
});
