/** A running batch's keeper: rows into the queue no faster than they leave, and results at the end. */
import { batchFiles } from "../../../functions/payouts/batch-files.ts";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openPayOffice } from "../payouts/pay-office.ts";
import type { PayOffice } from "../payouts/pay-office.ts";
import {
  approve,
  batchNow,
  cancel,
  draft,
  pause,
  payAll,
  payoutNow,
  resume,
  rowIds,
  running,
  start,
  tellBalance,
} from "../payouts/payroll.ts";
import { coded, paidResult } from "../payouts/safaricom.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

let office: PayOffice;
beforeEach(async () => {
  office = await openPayOffice();
  await office.openLane();
});
afterEach(() => office.close());

const approved = async (shillings: readonly number[]): Promise<string> => {
  const { id } = await approve(office, await draft(office, shillings));
  office.takeBatches();
  return id;
};
const look = async (id: string): Promise<void> => {
  expect(await office.tend([{ batch: id }])).toEqual([{ verdict: "done" }]);
};
const hundreds = (count: number): readonly number[] => Array.from({ length: count }, () => 100);

describe("a running batch", () => {
  test("hands on no more than a minute and a half ahead, and goes on as rows end", async () => {
    const { batch, messages } = await running(office, hundreds(1_000));
    expect(messages).toHaveLength(900);
    office.pass(30_000);
    await look(batch.id);
    expect(office.takePayouts()).toEqual([]);
    await office.dispatch(messages.slice(0, 50));
    await payAll(office);
    office.pass(30_000);
    await look(batch.id);
    expect(office.takePayouts()).toHaveLength(50);
    expect(await batchNow(office, batch.id)).toMatchObject({ fed: 950, handed: 950 });
  });

  test("that several feed at once gives each row one payout", async () => {
    const id = await approved(hundreds(150));
    await look(id);
    office.pass(1_000);
    await tellBalance(office, 1_000_000);
    await Promise.all([look(id), look(id), look(id)]);
    await look(id);
    const names = office.takePayouts().map((message) => (message as { payout: string }).payout);
    expect([...new Set(names)].sort()).toEqual([...rowIds(await batchNow(office, id))].sort());
  });

  test("whose feeder dies before its progress is written is fed again, with the same payouts", async () => {
    const id = await approved([100, 200]);
    await look(id);
    office.pass(1_000);
    await tellBalance(office, 1_000_000);
    office.payoutPost.state.isDown = true;
    expect(await office.tend([{ batch: id }])).toMatchObject([{ verdict: "again" }]);
    office.payoutPost.state.isDown = false;
    expect(await batchNow(office, id)).toMatchObject({ state: "running", handed: 0 });
    office.pass(61_000);
    await look(id);
    await office.dispatch(office.takePayouts());
    expect([...office.safaricom.taken.keys()].sort()).toEqual([...rowIds(await batchNow(office, id))].sort());
  });

  test("whose kept rows are not those that were approved pays nothing, pauses and rings", async () => {
    const batch = await draft(office, [100, 200]);
    const other = await draft(office, [100, 201]);
    await approve(office, batch);
    office.bucket.kept.set(batch.rows?.file ?? "", office.bucket.kept.get(other.rows?.file ?? "")!);
    await start(office, batch.id);
    expect(office.takePayouts()).toEqual([]);
    expect(await batchNow(office, batch.id)).toMatchObject({ state: "paused", stop: { cause: "digest_mismatch" } });
    expect(office.counted).toContain("ExceptionOpened");
  });

  test("whose file is gone pays nothing and pauses", async () => {
    const batch = await draft(office, [100]);
    await approve(office, batch);
    office.bucket.kept.clear();
    await start(office, batch.id);
    expect(await batchNow(office, batch.id)).toMatchObject({ state: "paused", stop: { cause: "digest_mismatch" } });
  });

  test("of a halted lane pauses itself", async () => {
    const { batch } = await running(office, [100]);
    const seen = await office.lane();
    const halt = { code: "initiator_locked", resultCode: "8006", at: office.books.time.now, about: "x" } as const;
    await office.base.lanes.changeLane(seen, { halt, provenFor: null, probe: null });
    await look(batch.id);
    expect(await batchNow(office, batch.id)).toMatchObject({ state: "paused", stop: { cause: "initiator_locked" } });
  });

  test("brings back a whole window whose messages got lost while rows are still to come", async () => {
    const { batch, messages } = await running(office, hundreds(1_000));
    expect(messages).toHaveLength(900);
    for (let minute = 0; minute < 17; minute += 1) {
      office.pass(61_000);
      await look(batch.id);
    }
    expect(office.takePayouts().length).toBeGreaterThanOrEqual(900);
  }, 120_000);

  test("is looked at ever more rarely while nobody knows how its last row ended, and ends soon after that is known", async () => {
    const { batch, messages } = await running(office, [100]);
    await office.dispatch(messages);
    const [row = ""] = rowIds(batch);
    await office.callback("b2c-late", { id: row, body: "{}" });
    const since = office.books.time.now;
    const gaps: number[] = [];
    const lookWhenDue = async (): Promise<void> => {
      const due = (await batchNow(office, batch.id)).checkAt ?? Number.NaN;
      gaps.push(due - office.books.time.now);
      office.pass(Math.max(0, due - office.books.time.now));
      await look(batch.id);
    };
    while (office.books.time.now < since + 2 * DAY_MS) await lookWhenDue();
    expect(gaps.length).toBeLessThan(150);
    expect(Math.max(...gaps)).toBe(HOUR_MS);
    expect(office.takeBatches().length).toBeLessThan(gaps.length);
    await payAll(office);
    await lookWhenDue();
    expect(await batchNow(office, batch.id)).toMatchObject({ state: "completed", checkAt: null });
  }, 120_000);

  test("whose row ends after an hour of silence is looked at often again while others are on their way", async () => {
    const { batch, messages } = await running(office, [100, 200]);
    await office.dispatch(messages);
    const [first = "", second = ""] = rowIds(batch);
    for (const id of [first, second]) await office.callback("b2c-late", { id, body: "{}" });
    office.pass(HOUR_MS);
    await look(batch.id);
    const gapNow = async (): Promise<number> =>
      ((await batchNow(office, batch.id)).checkAt ?? 0) - office.books.time.now;
    expect(await gapNow()).toBe(HOUR_MS / 10);
    office.pass(await gapNow());
    const paid = paidResult(office.safaricom.taken.get(first)!, "UKL1AB2CD3");
    await office.callback("b2c", { id: first, body: paid });
    await look(batch.id);
    expect(await gapNow()).toBe(30_000);
  });

  test("brings back rows whose messages got lost, in a quarter of an hour", async () => {
    const { batch } = await running(office, [100, 200]);
    for (let minute = 0; minute < 17; minute += 1) {
      office.pass(61_000);
      await look(batch.id);
    }
    const names = office.takePayouts();
    expect(names).toHaveLength(2);
    await office.dispatch(names);
    expect(office.safaricom.taken.size).toBe(2);
  });
});

describe("what was stopped", () => {
  test("is paid by a new payout after the resume, once, and the batch completes", async () => {
    const { batch, messages } = await running(office, [100, 200, 300]);
    await office.dispatch(messages);
    const [first = "", second = "", third = ""] = rowIds(batch);
    office.pass(1_000);
    await office.callback("b2c", { id: first, body: coded(1) });
    await office.callback("b2c", { id: second, body: coded(2040) });
    await office.callback("b2c", { id: third, body: paidResult(office.safaricom.taken.get(third)!, "UKL1AB2CD3") });
    expect(await batchNow(office, batch.id)).toMatchObject({
      state: "paused",
      stop: { cause: "float_too_low", payoutId: first },
    });
    office.pass(1_000);
    await resume(office, batch.id);
    await start(office, batch.id);
    const again = office.takePayouts();
    expect(again).toEqual([{ payout: rowIds(batch, 1)[0] }]);
    await office.dispatch(again);
    const renewed = office.safaricom.taken.get(rowIds(batch, 1)[0]!)!;
    await office.callback("b2c", { id: renewed.payoutId, body: paidResult(renewed, "UKL1AB2CD4") });
    office.pass(60_000);
    await look(batch.id);
    const done = await batchNow(office, batch.id);
    expect(done).toMatchObject({ state: "completed", checkAt: null });
    const csv = Buffer.from(office.bucket.kept.get(done.resultsFile ?? "")!).toString();
    expect(
      csv
        .slice(1)
        .split("\r\n")
        .map((line) => line.split(",").filter((_, index) => [0, 2, 4, 5, 7].includes(index))),
    ).toEqual([
      ["row", "amount", "status", "receipt", "failure_code"],
      ["1", "100", "succeeded", "UKL1AB2CD4", ""],
      ["2", "200", "failed", "", "receiver_not_registered"],
      ["3", "300", "succeeded", "UKL1AB2CD3", ""],
      [""],
    ]);
  });

  test("is not fed while it rests, and is handed on again when it goes on", async () => {
    const { batch, messages } = await running(office, [100, 200]);
    await pause(office, batch.id);
    office.pass(60_000);
    await look(batch.id);
    expect(office.takePayouts()).toEqual([]);
    await resume(office, batch.id);
    await start(office, batch.id);
    expect(office.takePayouts()).toEqual(messages);
  });
});

describe("a batch that was cancelled", () => {
  test("has what is queued cancelled, lets the rest end, and makes no more payouts", async () => {
    const { batch, messages } = await running(office, hundreds(120));
    await office.dispatch(messages.slice(0, 1));
    await cancel(office, batch.id);
    await look(batch.id);
    const states = await office.base.payouts.readMany(rowIds(batch).slice(0, 100));
    expect(states.map((payout) => payout?.state)).toEqual([
      "accepted",
      ...Array.from({ length: 99 }, () => "cancelled"),
    ]);
    expect(await batchNow(office, batch.id)).toMatchObject({ state: "cancelled", checkAt: expect.any(Number) });
    expect(office.takePayouts()).toEqual([]);
    const { results } = batchFiles(batch.id);
    expect(office.bucket.kept.has(results)).toBe(false);
    office.pass(301_000);
    await look(batch.id);
    expect(await batchNow(office, batch.id)).toMatchObject({ state: "cancelled", checkAt: null });
    const lines = Buffer.from(office.bucket.kept.get(results) ?? "")
      .toString("utf8")
      .trim()
      .split("\r\n")
      .slice(1);
    expect(lines.filter((line) => line.includes("cancelled"))).toHaveLength(119);
  });

  test("stays due until everything is cancelled", async () => {
    const { batch } = await running(office, [100]);
    await cancel(office, batch.id);
    office.books.state.interfere = (command) =>
      command === "TransactWriteItems" ? { before: new Error("away") } : null;
    await look(batch.id);
    office.books.state.interfere = () => null;
    expect((await batchNow(office, batch.id)).checkAt).not.toBeNull();
    await look(batch.id);
    expect(await payoutNow(office, rowIds(batch)[0]!)).toMatchObject({ state: "cancelled" });
  });
});
