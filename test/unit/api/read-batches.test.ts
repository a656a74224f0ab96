/** What finance and its approvers see of a batch: the rows before they are paid, and what became of them. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ROUTES } from "../../../functions/api/contract.ts";
import type { Route } from "../../../functions/api/contract.ts";
import type { Batch } from "../../../functions/domain/batch.ts";
import { payoutRowId } from "../../../functions/payouts/row-id.ts";
import { claimAs, unknownEnd } from "../store/payout-samples.ts";
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

interface Page {
  readonly data: readonly Record<string, unknown>[];
  readonly next_cursor: string | null;
}
const pageOf = async (batch: Batch, query: Record<string, string> = {}, asked: Asked = {}): Promise<Page> =>
  (await desk.ask(ROUTES.listBatchPayouts, { id: batch.id, query, ...asked })).body as Page;
const rowsOf = (page: Page): readonly unknown[] => page.data.map(({ batch }) => (batch as { row: number }).row);

describe("a batch's payouts", () => {
  test("are there for the approver before anything is paid, masked and in the order of the input", async () => {
    const payouts = people(3);
    const batch = await payroll.make([{ phone: "0712", amount: 10 }, ...payouts]);
    const page = await pageOf(batch, {}, APPROVER);
    expect(rowsOf(page)).toEqual([2, 3, 4]);
    expect(page.data[0]).toMatchObject({
      status: "queued",
      amount: 100,
      reference: "E-1",
      attempts: 0,
      kind: "salary",
    });
    for (const { phone } of payouts) expect(JSON.stringify(page)).not.toContain(phone);
    expect((await desk.books.payouts.read(String(page.data[0]!["id"]))) ?? null).toBeNull();
  });

  test("are the ledger's as far as the batch has come, and the file's beyond", async () => {
    const { batch, intents } = await payroll.underWay(await payroll.make(people(5)), 3);
    await payroll.settle(intents[0]!, true);
    await payroll.settle(intents[1]!, false);
    const { data } = await pageOf(batch);
    expect(data.map(({ status }) => status)).toEqual(["succeeded", "failed", "queued", "queued", "queued"]);
    expect(data[1]).toMatchObject({ failure: { code: "receiver_not_registered", pay_again: "no" } });
    expect(data.map(({ id }) => id)).toEqual([1, 2, 3, 4, 5].map((position) => payoutRowId(batch, position, 0)));
  });

  test("come in pages, and by status", async () => {
    const { batch, intents } = await payroll.underWay(await payroll.make(people(7)), 4);
    await payroll.settle(intents[3]!, true);
    const first = await pageOf(batch, { limit: "3" });
    expect([rowsOf(first), first.next_cursor]).toEqual([[1, 2, 3], "3"]);
    const second = await pageOf(batch, { limit: "4", cursor: "3" });
    expect([rowsOf(second), second.next_cursor]).toEqual([[4, 5, 6, 7], null]);
    expect(rowsOf(await pageOf(batch, { status: "succeeded" }))).toEqual([4]);
    const waiting = await pageOf(batch, { status: "queued", limit: "4" });
    expect([rowsOf(waiting), waiting.next_cursor]).toEqual([[1, 2, 3, 5], "5"]);
    expect(rowsOf(await pageOf(batch, { status: "queued", limit: "4", cursor: "5" }))).toEqual([6, 7]);
  });

  test("are the ledger's even where the batch has not noted yet that it came there", async () => {
    const { batch, intents } = await payroll.underWay(await payroll.make(people(3)), 2);
    await payroll.settle(intents[1]!, true);
    desk.deps.batches.read = () => Promise.resolve({ ...batch, fed: 1 });
    const { data } = await pageOf(batch);
    expect(data.map(({ status }) => status)).toEqual(["queued", "succeeded", "queued"]);
  });

  test("show what replaced a failed one", async () => {
    const { batch, intents } = await payroll.underWay(await payroll.make(people(1)), 1);
    const [first] = intents;
    await payroll.settle(first!, false);
    const failed = (await desk.books.payouts.read(first!.id))!;
    const next = { ...first!, id: payoutRowId(batch, 1, 1), batch: { ...first!.batch!, generation: 1 } };
    await desk.books.payouts.replace(failed, next);
    const { data } = await pageOf(batch);
    expect(data).toMatchObject([{ id: next.id, status: "queued" }]);
  });

  test("are not shown from a file that is not what the digest was taken over", async () => {
    const batch = await payroll.make(people(2));
    const other = await payroll.make(people(2));
    desk.bucket.set(batch.rows!.file, desk.bucket.get(other.rows!.file)!);
    await expect(pageOf(batch)).rejects.toThrow(/not those of the digest/);
  });

  test.each(["0", "-1", "1.5", "x", "1000000"])("with the cursor %j are refused", async (cursor) => {
    const batch = await payroll.make(people(1));
    const refused = await desk.ask(ROUTES.listBatchPayouts, { id: batch.id, query: { cursor } });
    expect(verdict(refused)).toEqual([400, "invalid_request"]);
  });
});

describe("a batch", () => {
  test("counts every row once, as money moves and when the rest is cancelled", async () => {
    const { batch, intents } = await payroll.underWay(await payroll.make(people(4)), 3);
    await payroll.settle(intents[0]!, true);
    await payroll.settle(intents[1]!, false);
    await desk.books.payouts.claim((await desk.books.payouts.read(intents[2]!.id))!, claimAs());
    const read = async () => bodyOf(await desk.ask(ROUTES.readBatch, { id: batch.id }));
    const ended = { succeeded: { count: 1, amount: 100 }, failed: { count: 1, amount: 101 } };
    expect(await read()).toMatchObject({
      status: "running",
      progress: { ...ended, uncertain: { count: 0 }, pending: { count: 2, amount: 205 } },
    });
    const cancelled = await payroll.happen(batch, { event: "cancelled" });
    const { fed, handed } = cancelled;
    await desk.books.batches.progress(cancelled, { fed, handed, checkAt: null });
    expect(await read(), "the third is on its way still").toMatchObject({
      status: "cancelled",
      progress: { ...ended, uncertain: { count: 0 }, pending: { count: 2, amount: 205 }, cancelled: { count: 0 } },
    });
    await desk.books.payouts.record(intents[2]!.id, unknownEnd);
    expect(await read()).toMatchObject({
      progress: {
        ...ended,
        uncertain: { count: 1, amount: 102 },
        pending: { count: 0, amount: 0 },
        cancelled: { count: 1, amount: 103 },
      },
    });
  });

  test("that was stopped says what to mend, and one that waits says for how much", async () => {
    const { batch } = await payroll.underWay(await payroll.make(people(1)), 1);
    const stop = { cause: "initiator_locked", at: payroll.act(batch).at, payoutId: "pyo_x" } as const;
    await payroll.happen(batch, { event: "paused", stop });
    expect(bodyOf(await desk.ask(ROUTES.readBatch, { id: batch.id }))["stop"]).toMatchObject({
      cause: "initiator_locked",
      message: expect.stringMatching(/administrator unlocks/) as string,
      payout: "pyo_x",
    });
    const other = await payroll.make(people(1));
    const approval = { keyId: "key_approver", digest: other.rows!.digest, at: payroll.act(other).at };
    const starting = await payroll.happen(other, { event: "approved", approval });
    await payroll.happen(starting, { event: "float_missing", float: { ...starting.float!, available: -500 } });
    expect(bodyOf(await desk.ask(ROUTES.readBatch, { id: other.id }))).toMatchObject({
      status: "waiting_for_float",
      float: { needed: 100, available: -5 },
    });
  });

  test("is listed newest first, for its own storefront alone", async () => {
    const first = await payroll.make(people(1));
    desk.books.time.now += 1_000;
    const second = await payroll.make(people(1));
    const list = (asked: Asked = {}) => desk.ask(ROUTES.listBatches, asked);
    const ids = (bodyOf(await list())["data"] as { id: string }[]).map(({ id }) => id);
    expect(ids).toEqual([second.id, first.id]);
    expect(bodyOf(await list({ storefront: "neighbour" }))["data"]).toEqual([]);
    expect(verdict(await list({ query: { cursor: "nonsense" } }))).toEqual([400, "invalid_request"]);
  });
});

describe("who may read", () => {
  const reading: readonly Route[] = [
    ROUTES.readBatch,
    ROUTES.listBatchPayouts,
    ROUTES.readBatchResults,
    ROUTES.readBatchRejected,
  ];
  const reads = reading.map((route) => [route.operation, route] as const);

  test.each(reads)("%s: makers, approvers and readers of the storefront, and nobody else", async (_name, route) => {
    const { id } = await payroll.make([...people(1), { phone: "0712", amount: 10 }]);
    for (const scopes of [["payouts:write"], ["payouts:approve"], ["payments:read"]] as const)
      expect((await desk.ask(route, { id, scopes })).status).toBe(200);
    const refused = await desk.ask(route, { id, scopes: ["audit:read", "payments:write"] });
    expect(verdict(refused)).toEqual([403, "forbidden"]);
    expect(bodyOf(refused)["detail"]).toMatch(/payouts:write, payouts:approve, payments:read/);
    expect(verdict(await desk.ask(route, { id, storefront: "neighbour" }))).toEqual([404, "not_found"]);
  });
});
