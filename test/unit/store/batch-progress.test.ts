import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { batchSteps, must } from "./batch-steps.ts";
import { NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";

const DAY = 86_400_000;

let test: TestLedger;
beforeAll(async () => {
  test = await startLedger();
});
beforeEach(() => {
  test.time.now = NOW;
  test.calls.length = 0;
});
afterAll(() => test.close());

const { happen, opened, approval, running } = batchSteps(() => test);

describe("the progress of a batch", () => {
  it("is noted without history, over the version that was read", async () => {
    const batch = await running();
    const next = await test.batches.progress(batch, { fed: 2, handed: 2, checkAt: NOW + 9_000 });
    expect(next).toEqual({ ...batch, fed: 2, handed: 2, checkAt: NOW + 9_000, version: batch.version + 1 });
    expect(await test.batches.read(batch.id)).toEqual(next);
    expect(await test.batches.progress(batch, { fed: 3, handed: 3, checkAt: null })).toBeNull();
    expect(must(await test.batches.progress(must(next), { fed: 3, handed: 3, checkAt: null }))).toMatchObject({
      checkAt: null,
    });
    expect(Object.keys((await test.item(batch.id))!)).not.toContain("d");
  });

  it("is noted by one of ten that tend the batch at once, and never over what somebody decided meanwhile", async () => {
    const batch = await running();
    const stop = { cause: "person", at: NOW, payoutId: null } as const;
    const tended = await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        test.batches.progress(batch, { fed: index + 1, handed: index, checkAt: NOW + 9_000 }),
      ),
    );
    const [noted, ...others] = tended.filter((one) => one !== null);
    expect(others).toEqual([]);
    for (let race = 0; race < 5; race += 1) {
      const seen = must(await test.batches.read(batch.id));
      const [fed, paused] = await Promise.all([
        test.batches.progress(seen, { fed: seen.fed, handed: seen.handed, checkAt: NOW + 9_000 + race }),
        happen(seen, { event: "paused", stop }),
      ]);
      expect([fed, paused].filter(Boolean)).toHaveLength(1);
      const now = must(await test.batches.read(batch.id));
      expect(now).toEqual(fed ?? paused);
      expect([now.fed, now.handed]).toEqual([noted?.fed, noted?.handed]);
      if (paused) break;
    }
  });

  it("stays within what is due however it ends: a completed batch is never looked after again", async () => {
    const batch = must(await test.batches.progress(await running(), { fed: 3, handed: 3, checkAt: NOW - 1 }));
    expect(await test.batches.due(NOW)).toContain(batch.id);
    await happen(batch, { event: "completed", resultsFile: "batches/one/results.csv" }, "clock");
    expect(await test.batches.due(NOW + 400 * DAY)).not.toContain(batch.id);
  });

  it("comes up when its time has come, the longest waiting first, until nothing is left to do", async () => {
    const late = must(await test.batches.progress(await running(), { fed: 1, handed: 1, checkAt: NOW - 5_000 }));
    const early = must(await test.batches.progress(await running(), { fed: 1, handed: 1, checkAt: NOW - 9_000 }));
    await test.batches.progress(await running(), { fed: 1, handed: 1, checkAt: NOW + 60_000 });
    const due = await test.batches.due(NOW);
    expect(due.filter((id) => [late.id, early.id].includes(id))).toEqual([early.id, late.id]);
    // What is cancelled has its queued payouts left to cancel.
    const cancelled = must(await happen(late, { event: "cancelled" }));
    expect(await test.batches.due(NOW + 1_000)).toContain(late.id);
    await test.batches.progress(cancelled, { fed: 1, handed: 1, checkAt: null });
    expect(await test.batches.due(NOW + 1_000)).not.toContain(late.id);
  });
});

describe("the batches that may still draw on the float", () => {
  it("are the newest hundred, so that what was paused long ago never crowds out what runs", async () => {
    const old = { createdAt: NOW - 400 * DAY };
    const crowd = await Promise.all(Array.from({ length: 100 }, () => opened(old)));
    await Promise.all(crowd.map((batch) => happen(batch, approval())));
    const going = await running({ createdAt: NOW + 1 });
    const live = await test.batches.live();
    expect(live).toHaveLength(100);
    expect(live[0]).toEqual(going);
    for (const { id } of crowd) {
      const cancelled = must(await happen(must(await test.batches.read(id)), { event: "cancelled" }));
      // The other tests share the table: nothing of the crowd is left to look after.
      await test.batches.progress(cancelled, { fed: 0, handed: 0, checkAt: null });
    }
  });

  it("are those that are live, and those paused with payouts on the ledger", async () => {
    const stop = { cause: "person", at: NOW, payoutId: null } as const;
    const waiting = await opened();
    const starting = must(await happen(await opened(), approval()));
    const going = await running();
    const fed = must(await test.batches.progress(await running(), { fed: 1, handed: 1, checkAt: NOW }));
    const paused = must(await happen(fed, { event: "paused", stop }));
    const pausedUnfed = must(await happen(await running(), { event: "paused", stop }));
    const cancelled = must(await happen(await running(), { event: "cancelled" }));
    const made = [waiting, starting, going, paused, pausedUnfed, cancelled].map(({ id }) => id);
    const live = (await test.batches.live()).map(({ id }) => id).filter((id) => made.includes(id));
    expect(live.sort()).toEqual([starting.id, going.id, paused.id].sort());
  });
});
