/** Payouts and batches explained: their whole lives, found by whatever is at hand, without one clear phone number. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ROUTES } from "../../../functions/api/contract.ts";
import type { Route } from "../../../functions/api/contract.ts";
import { Timeline } from "../../../functions/api/responses.ts";
import type { PayoutIntent } from "../../../functions/domain/payout.ts";
import { claimAs, conversationOf, notPaid, paidOut, payoutIntent, said, taken } from "../store/payout-samples.ts";
import { freshReceipt } from "../store/samples.ts";
import { APPROVER, bodyOf, openDesk, verdict } from "./finance-desk.ts";
import type { Asked, Desk } from "./finance-desk.ts";
import { openPayroll, people } from "./payroll.ts";
import type { Payroll } from "./payroll.ts";

let desk: Desk;
let payroll: Payroll;
beforeEach(async () => {
  desk = await openDesk();
  payroll = openPayroll(desk);
});
afterEach(() => desk.close());

const AUDITOR = { key: "key_auditor", scopes: ["audit:read", "reconciliation:read"] } satisfies Asked;
const historyOf = (id: string, asked: Asked = AUDITOR) => desk.ask(ROUTES.readHistory, { id, ...asked });
const search = async (q: string, asked: Asked = AUDITOR): Promise<readonly Timeline[]> =>
  bodyOf(await desk.ask(ROUTES.audit, { query: { q }, ...asked }))["data"] as Timeline[];
const findingsOf = (timeline: Timeline): readonly string[] => timeline.data.map(({ finding }) => finding);

/** A payout of the shop that went the whole way. */
const paid = async (receipt = freshReceipt()): Promise<{ asked: PayoutIntent; receipt: string }> => {
  const asked = payoutIntent({ storefront: "shop" });
  await desk.books.payouts.open(asked);
  await desk.books.payouts.claim((await desk.books.payouts.read(asked.id))!, claimAs());
  await desk.books.payouts.record(asked.id, taken(asked));
  await desk.books.payouts.record(asked.id, paidOut(asked, receipt));
  return { asked, receipt };
};

describe("a payout's history", () => {
  test("is every change with whose word it was, chained, its evidence masked", async () => {
    const { asked, receipt } = await paid();
    const timeline = Timeline.parse((await historyOf(asked.id)).body);
    expect(timeline).toMatchObject({
      object: "timeline",
      transaction: { object: "payout", id: asked.id, status: "succeeded", receipt },
      chain: { intact: true, problem: null },
      data: [
        { finding: "created", status: "queued", source: "api", by: asked.openedBy },
        { finding: "claimed", status: "sending" },
        { finding: "accepted", status: "accepted", facts: { conversation: conversationOf(asked) } },
        { finding: "paid", status: "succeeded", by: "safaricom", facts: { receipt, amount_cents: 150_000 } },
      ],
      kept: [],
    });
    const { evidence } = timeline.data.at(-1)!;
    expect(evidence).toMatchObject({ Result: { TransactionID: receipt, OriginatorConversationID: asked.id } });
    expect(JSON.stringify(timeline)).not.toContain(asked.phone);
    expect(JSON.stringify(timeline)).not.toContain(asked.phone.slice(3));
  });

  test("keeps what changed nothing beside it", async () => {
    const { asked } = await paid();
    await desk.books.payouts.record(
      asked.id,
      said({ finding: "untold", because: "late", unlistedCode: null }, { raw: `{"for":"${asked.phone}"}` }),
    );
    const timeline = Timeline.parse((await historyOf(asked.id)).body);
    expect(timeline.kept).toMatchObject([{ finding: "untold", by: "safaricom" }]);
    expect(JSON.stringify(timeline.kept)).not.toContain(asked.phone);
  });

  test("shows that somebody changed the past", async () => {
    const { asked } = await paid();
    const { ledger } = desk.books;
    const read = ledger.history.bind(ledger);
    desk.deps.ledger.history = async (id) => {
      const whole = await read(id);
      if (whole?.kind !== "payout") throw new Error("there is no such payout");
      const [first, ...others] = whole.payout.history;
      return { ...whole, payout: { ...whole.payout, history: [{ ...first!, by: "key:nobody" }, ...others] } };
    };
    const { chain } = Timeline.parse((await historyOf(asked.id)).body);
    expect(chain).toMatchObject({ intact: false, problem: expect.stringMatching(/digest/) as string });
  });
});

describe("a batch's history", () => {
  test("is who made it, who approved which rows, and what stopped it", async () => {
    const { batch } = await payroll.underWay(await payroll.make(people(2)), 1);
    const stop = { cause: "float_too_low", at: batch.createdAt + 2, payoutId: "pyo_x" } as const;
    await payroll.happen(batch, { event: "paused", stop });
    const timeline = Timeline.parse((await historyOf(batch.id, APPROVER)).body);
    const { digest } = batch.rows!;
    expect(timeline).toMatchObject({
      transaction: { object: "payout_batch", id: batch.id, status: "paused", progress: null },
      chain: { intact: true },
      data: [
        { finding: "created", status: "awaiting_approval", by: "key:key_finance", facts: { rows: 2, digest } },
        { finding: "approved", status: "starting", source: "api", by: "key:key_approver", facts: { digest } },
        { finding: "float_found", status: "running" },
        { finding: "paused", status: "paused", facts: { because: "float_too_low", payout: "pyo_x" } },
      ],
    });
  });
});

describe("a search", () => {
  test("finds a payout by its id, receipt, phone in any spelling, reference and ConversationID", async () => {
    const { asked, receipt } = await paid();
    const local = `0${asked.phone.slice(3, 6)} ${asked.phone.slice(6)}`;
    for (const q of [asked.id, receipt, asked.phone, local, asked.reference, conversationOf(asked)]) {
      const found = await search(q);
      expect(
        found.map(({ transaction }) => transaction.id),
        q,
      ).toEqual([asked.id]);
      expect(findingsOf(found[0]!)).toEqual(["created", "claimed", "accepted", "paid"]);
    }
  });

  test("finds a batch by its id and reference, and a row's payout beside it", async () => {
    const [row] = people(1);
    const { batch, intents } = await payroll.underWay(await payroll.make([row!]), 1);
    expect((await search(batch.id)).map(({ transaction }) => transaction.object)).toEqual(["payout_batch"]);
    expect((await search("payroll")).map(({ transaction }) => transaction.id)).toEqual([batch.id]);
    const [found] = await search(row!.phone);
    expect(found!.transaction).toMatchObject({ id: intents[0]!.id, batch: { id: batch.id, row: 1 } });
  });

  test("finds nothing of a neighbour's, by anything", async () => {
    const { asked, receipt } = await paid();
    const batch = await payroll.make(people(1));
    const neighbour = { ...AUDITOR, storefront: "neighbour" };
    for (const q of [asked.id, receipt, asked.phone, asked.reference, conversationOf(asked), batch.id, "PAYROLL"])
      expect(await search(q, neighbour), q).toEqual([]);
    for (const id of [asked.id, batch.id, "pyo_nobody", "bat_nobody", "nonsense"])
      expect(verdict(await historyOf(id, neighbour)), id).toEqual([404, "not_found"]);
  });
});

describe("exceptions", () => {
  const exceptions = async (asked: Asked = AUDITOR) =>
    bodyOf(await desk.ask(ROUTES.listExceptions, asked))["data"] as Record<string, unknown>[];

  test("list money that moved for a payout that had failed, once, however often it is said", async () => {
    const asked = payoutIntent({ storefront: "shop" });
    await desk.books.payouts.open(asked);
    await desk.books.payouts.claim((await desk.books.payouts.read(asked.id))!, claimAs());
    await desk.books.payouts.record(asked.id, notPaid(asked));
    const late = paidOut(asked, freshReceipt());
    for (let time = 0; time < 2; time += 1) await desk.books.payouts.record(asked.id, late);
    expect(await exceptions()).toMatchObject([
      { object: "exception", kind: "late_success", status: "open", transaction: asked.id, times: 1 },
    ]);
    expect(await exceptions({ ...AUDITOR, storefront: "neighbour" })).toEqual([]);
  });

  test("list a batch whose rows are not those that were approved", async () => {
    const { batch } = await payroll.underWay(await payroll.make(people(1)), 0);
    const stop = { cause: "digest_mismatch", at: batch.createdAt + 2, payoutId: null } as const;
    await payroll.happen(batch, { event: "paused", stop });
    expect(await exceptions()).toMatchObject([{ kind: "digest_mismatch", transaction: batch.id }]);
    expect(bodyOf(await desk.ask(ROUTES.readBatch, { id: batch.id }))["stop"]).toMatchObject({
      cause: "digest_mismatch",
      message: expect.stringMatching(/nothing more is paid/) as string,
    });
  });
});

const routes: readonly Route[] = [ROUTES.readHistory, ROUTES.audit, ROUTES.listExceptions];
test.each(routes.map((route) => [route.operation, route] as const))("%s is not for who only pays", async (_, route) => {
  const asked: Asked = { id: "pyo_x", query: { q: "x" }, scopes: ["payouts:write", "payments:read", "payments:write"] };
  expect(verdict(await desk.ask(route, asked))).toEqual([403, "forbidden"]);
});
