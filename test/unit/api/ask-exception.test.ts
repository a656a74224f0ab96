/** Having M-PESA asked about an exception: resolved by its word where that settles it, and by nothing else. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ROUTES } from "../../../functions/api/contract.ts";
import { Timeline } from "../../../functions/api/responses.ts";
import type { QueryAnswer } from "../../../functions/daraja/answers.ts";
import { exceptionId } from "../../../functions/domain/ids.ts";
import type { PayoutIntent } from "../../../functions/domain/payout.ts";
import { LIMITS, NOW } from "../store/database.ts";
import { claimAs, paidOut, payoutIntent, said, taken } from "../store/payout-samples.ts";
import { evidence, freshReceipt, intent, paid } from "../store/samples.ts";
import { found, openCasework, READER, RESOLUTION } from "./casework.ts";
import type { Casework } from "./casework.ts";
import { openDesk, verdict } from "./finance-desk.ts";
import type { Desk } from "./finance-desk.ts";

let desk: Desk;
let casework: Casework;
beforeEach(async () => {
  desk = await openDesk();
  casework = openCasework(desk);
});
afterEach(() => desk.close());

describe("asking M-PESA", () => {
  const unpaidAnswer: QueryAnswer = {
    answer: "unpaid",
    failure: { code: "cancelled_by_customer", resultCode: "1032", resultDesc: "Request cancelled by user" },
    push: null,
    raw: '{"ResultCode":"1032"}',
  };

  test("about a payment that nobody knew the end of puts the answer on the ledger and resolves by evidence", async () => {
    const { asked, id } = await casework.overdue();
    desk.world.query = unpaidAnswer;
    const ended = await casework.worked(ROUTES.askAboutException, id);
    expect(ended).toMatchObject({ status: "resolved", resolution: { kind: "evidence", by: "key:key_amina" } });
    expect(found(ended)).toEqual(["opened", "resolved"]);
    expect(await desk.books.ledger.read(asked.id)).toMatchObject({ state: "failed" });
    const timeline = Timeline.parse((await casework.ask(ROUTES.readHistory, asked.id, READER)).body);
    expect(timeline.data.at(-1)).toMatchObject({ finding: "unpaid", source: "query", by: "key:key_amina" });
  });

  test("that does not tell leaves it open, with the question in its history", async () => {
    const { id } = await casework.overdue();
    const asked = await casework.worked(ROUTES.askAboutException, id);
    expect(asked).toMatchObject({ status: "open", data: [{}, { finding: "asked", facts: { told: false } }] });
  });

  test("asks nothing when M-PESA's word came by itself meanwhile", async () => {
    const { asked, id } = await casework.overdue();
    await desk.books.ledger.record(asked.id, paid(asked, freshReceipt()));
    expect(await casework.worked(ROUTES.askAboutException, id)).toMatchObject({ resolution: { kind: "evidence" } });
    expect(desk.questions).toEqual([]);
  });

  test("leaves late money, which the shop has to judge, to a person", async () => {
    const { id } = await casework.lateMoney();
    desk.world.query = { answer: "paid", push: null, raw: '{"ResultCode":"0"}' };
    const asked = await casework.worked(ROUTES.askAboutException, id);
    expect(asked).toMatchObject({ status: "open", data: [{}, { finding: "asked", facts: { told: true } }] });
  });

  test("settles a callback that was not believed once M-PESA confirms, and not while its words disagree", async () => {
    const confirmed = await casework.started();
    await desk.books.ledger.record(confirmed.id, paid(confirmed, freshReceipt()));
    const odd = () => evidence({ finding: "unverified" }, { at: NOW + 60_000, raw: '{"forged":true}' });
    await desk.books.ledger.record(confirmed.id, odd());
    desk.world.query = { answer: "paid", push: null, raw: '{"ResultCode":"0"}' };
    const id = exceptionId(confirmed.id, "unverified_source");
    expect(await casework.worked(ROUTES.askAboutException, id)).toMatchObject({ resolution: { kind: "evidence" } });

    const contradicted = await casework.started();
    await desk.books.ledger.record(contradicted.id, paid(contradicted, freshReceipt()));
    await desk.books.ledger.record(contradicted.id, odd());
    desk.world.query = unpaidAnswer;
    for (let time = 0; time < 2; time += 1) {
      const asked = await casework.worked(ROUTES.askAboutException, exceptionId(contradicted.id, "unverified_source"));
      expect(asked).toMatchObject({ status: "open" });
    }
  });

  const overduePayout = async (): Promise<{ asked: PayoutIntent; id: string }> => {
    const asked = payoutIntent({ storefront: "shop" });
    const { payouts } = desk.books;
    await payouts.open(asked);
    await payouts.claim((await payouts.read(asked.id))!, claimAs());
    await payouts.record(asked.id, taken(asked));
    await payouts.record(asked.id, said({ finding: "overdue" }, { source: "sweep", by: "sweep" }));
    return { asked, id: exceptionId(asked.id, "uncertain_overdue") };
  };

  test("about a payout is answered by callback, and asking again weighs that answer", async () => {
    const { asked, id } = await overduePayout();
    expect(await casework.worked(ROUTES.askAboutException, id)).toMatchObject({ status: "open" });
    expect(desk.questions).toEqual([asked.id]);
    await desk.books.payouts.record(asked.id, paidOut(asked, freshReceipt()));
    expect(await casework.worked(ROUTES.askAboutException, id)).toMatchObject({ resolution: { kind: "evidence" } });
    expect(desk.questions).toEqual([asked.id]);
  });

  test("that did not leave says so, and is no entry", async () => {
    const { id } = await overduePayout();
    desk.world.answer = { asked: "no", because: "not_sent" };
    expect(verdict(await casework.ask(ROUTES.askAboutException, id))).toEqual([503, "not_asked"]);
    expect(found(await casework.worked(ROUTES.readException, id))).toEqual(["opened"]);
  });

  /** A confirmation that nobody believed, about a payment that the ledger does not have. */
  const doubted = async (receipt: string, amount = 15_000, line = `c2b#${receipt}`): Promise<string> => {
    const about = { line };
    const facts = { receipt, amount_cents: amount };
    const found = { storefront: "shop", kind: "unverified_source", about, facts, source: "c2b" } as const;
    const raised = await desk.books.exceptions.raise({ ...found, at: NOW, by: "stranger", requestId: "req-1" });
    return raised.exception.id;
  };

  test("about a confirmation that was not believed asks by its receipt, and is answered by callback", async () => {
    const receipt = freshReceipt();
    const asked = await casework.worked(ROUTES.askAboutException, await doubted(receipt));
    expect(asked).toMatchObject({ status: "open", data: [{}, { finding: "asked", facts: { told: false } }] });
    expect(desk.questions).toEqual([receipt]);
  });

  test("asks nothing about a receipt that a payment has proved by another way since", async () => {
    const receipt = freshReceipt();
    const { asked } = await casework.overdue();
    const id = await doubted(receipt, asked.amount);
    const other = await doubted(receipt, asked.amount + 1, "another telling");
    await desk.books.ledger.record(asked.id, { ...paid(asked, receipt), at: NOW + 60_000 });
    expect(await casework.worked(ROUTES.askAboutException, id)).toMatchObject({ resolution: { kind: "evidence" } });
    expect(desk.questions).toEqual([]);
    // What was told of another amount is not what the payment proves.
    expect(await casework.worked(ROUTES.askAboutException, other)).toMatchObject({ status: "open" });
    expect(desk.questions).toEqual([receipt]);
  });

  test("keeps who asked even where M-PESA's answer was faster than the note of it", async () => {
    const id = await doubted(freshReceipt());
    desk.world.beforeAnswer = async () => {
      const exception = (await desk.books.exceptions.read(id))!;
      const event = { event: "resolved", resolution: "evidence", note: "M-PESA's books have it" } as const;
      await desk.books.exceptions.change(exception, { event, act: { at: NOW, by: "safaricom", requestId: "req-2" } });
    };
    const asked = await casework.worked(ROUTES.askAboutException, id);
    expect(asked).toMatchObject({ status: "resolved", resolution: { kind: "evidence", by: "safaricom" } });
    expect(found(asked)).toEqual(["opened", "resolved", "asked"]);
    expect(verdict(await casework.ask(ROUTES.askAboutException, id))).toEqual([409, "already_resolved"]);
  });

  test("is refused about a payout that never left, and a payment that M-PESA never named", async () => {
    const payout = payoutIntent({ storefront: "shop" });
    await desk.books.payouts.open(payout);
    await desk.books.payouts.record(payout.id, said({ finding: "unverified" }, { raw: "{}" }));
    const payment = intent({ storefront: "shop" });
    await desk.books.ledger.open(payment, LIMITS);
    await desk.books.ledger.record(payment.id, evidence({ finding: "unverified" }, { raw: "{}" }));
    for (const { id } of [payout, payment]) {
      const refused = await casework.ask(ROUTES.askAboutException, exceptionId(id, "unverified_source"));
      expect(verdict(refused)).toEqual([409, "nothing_to_ask"]);
    }
    expect(desk.questions).toEqual([]);
  });

  test("a hundred times is enough; resolving it is still possible", async () => {
    const { id } = await casework.overdue();
    for (let time = 1; time < 100; time += 1) await casework.ask(ROUTES.askAboutException, id);
    expect(verdict(await casework.ask(ROUTES.askAboutException, id))).toEqual([409, "exception_full"]);
    expect(verdict(await casework.ask(ROUTES.noteException, id, { body: { note: "x" } }))).toEqual([
      409,
      "exception_full",
    ]);
    expect(desk.questions).toHaveLength(99);
    expect(await casework.worked(ROUTES.resolveException, id, { body: RESOLUTION })).toMatchObject({
      status: "resolved",
    });
  });
});
