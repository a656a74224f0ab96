import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { verifyChain } from "../../../functions/domain/history.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { BadCursor } from "../../../functions/store/cursor.ts";
import { APPROVER, batchSteps, must } from "./batch-steps.ts";
import { NOW, startLedger } from "./database.ts";
import type { TestLedger } from "./database.ts";
import { DIGEST, frozen, newBatch, notPaid, placeIn, rowIntent, sending } from "./payout-samples.ts";

const DAY = 86_400_000;

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

const { act, happen, opened, approval, running } = batchSteps(() => test);

describe("opening a batch", () => {
  it("is one conditional write, and reads back as it was made", async () => {
    const asked = newBatch();
    const outcome = await test.batches.open(asked);
    expect(test.calls).toEqual(["PutItem"]);
    const batch = await test.batches.read(asked.id);
    expect(outcome).toEqual({ opened: "new", batch });
    const { requestId, ...kept } = asked;
    expect(batch).toMatchObject({ ...kept, state: "awaiting_approval", version: 1, approvals: [], fed: 0 });
    expect(batch).toMatchObject({ stop: null, float: null, refusal: null, resultsFile: null, checkAt: null });
    expect(batch?.history).toMatchObject([
      { finding: "created", to: "awaiting_approval", source: "api", by: `key:${asked.createdBy}`, requestId },
    ]);
    expect(batch?.history[0]?.facts).toEqual({ rows: 3, amount_cents: 450_000, rejected: 1, digest: DIGEST });
  });

  it("begins by waiting for the file when there are no rows yet", async () => {
    const batch = await opened({ rows: null, allowDuplicates: true });
    expect(batch).toMatchObject({ state: "awaiting_upload", rows: null, allowDuplicates: true });
    const rows = frozen({ rejected: 0, rejectedFile: null });
    const next = must(await happen(batch, { event: "frozen", rows }, "clock"));
    expect(next).toMatchObject({ state: "awaiting_approval", rows });
    expect(await test.batches.read(batch.id)).toEqual(next);
  });

  it("reads a batch of before there were warnings as one without", async () => {
    const rows = frozen({ warnings: [] });
    const batch = await opened({ rows });
    expect((await test.item(batch.id))?.["ro"]?.M).not.toHaveProperty("w");
    expect((await test.batches.read(batch.id))?.rows).toEqual(rows);
  });

  it("answers a replay with the first, and a key used for another body with what it was used for", async () => {
    const asked = newBatch();
    const outcomes = await Promise.all(Array.from({ length: 5 }, () => test.batches.open(asked)));
    expect(outcomes.filter(({ opened: how }) => how === "new")).toHaveLength(1);
    for (const other of [{ fingerprint: "00".repeat(32) }, { storefront: "elsewhere" }])
      expect(await test.batches.open({ ...asked, ...other })).toMatchObject({
        opened: "reused_key",
        batch: { fingerprint: asked.fingerprint },
      });
  });
});

describe("changing a batch", () => {
  it("writes state, facts and history together, and tells what is there", async () => {
    const batch = await opened();
    test.calls.length = 0;
    const approved = must(await happen(batch, approval()));
    expect(test.calls).toEqual(["UpdateItem"]);
    expect(approved).toMatchObject({
      state: "starting",
      version: 2,
      checkAt: NOW + 1_000,
      approvals: [{ keyId: APPROVER }],
    });
    expect(await test.batches.read(batch.id)).toEqual(approved);
    const running = must(await happen(approved, { event: "float_found" }, "clock"));
    const stop = { cause: "float_too_low", at: NOW + 2_000, payoutId: "pyo_1" } as const;
    const paused = must(await happen(running, { event: "paused", stop }, "safaricom"));
    expect(paused).toMatchObject({ state: "paused", stop, checkAt: null, float: null });
    expect(await test.batches.read(batch.id)).toEqual(paused);
    const history = await test.ledger.history(batch.id);
    if (history?.kind !== "batch") throw new Error("not a batch");
    expect(history.batch.history.map(({ finding, source }) => [finding, source])).toEqual([
      ["created", "api"],
      ["approved", "api"],
      ["float_found", "sweep"],
      ["paused", "callback"],
    ]);
    expect(verifyChain(batch.id, history.batch.history, history.head)).toEqual({ intact: true });
  });

  it("keeps everything that can be said about a batch", async () => {
    const approved = must(await happen(await opened(), approval()));
    const float = { needed: shillings(4500), available: -12_345, since: NOW };
    const waiting = must(await happen(approved, { event: "float_missing", float }, "clock"));
    expect(await test.batches.read(waiting.id)).toEqual(waiting);
    const unheard = must(await happen(waiting, { event: "float_missing", float: { ...float, available: null } }));
    expect(await test.batches.read(waiting.id)).toMatchObject({ float: { available: null } });
    const going = must(await happen(unheard, { event: "resumed" }));
    const done = must(await happen(going, { event: "completed", resultsFile: "batches/one/results.csv" }, "clock"));
    expect(await test.batches.read(waiting.id)).toEqual(done);
    expect(done).toMatchObject({ resultsFile: "batches/one/results.csv", checkAt: null });

    const refused = must(
      await happen(await opened({ rows: null }), {
        event: "file_refused",
        code: "too_many_rows",
        message: "Too many.",
      }),
    );
    expect(await test.batches.read(refused.id)).toEqual(refused);
    expect(refused).toMatchObject({ state: "rejected", refusal: { code: "too_many_rows", message: "Too many." } });
  });

  it("lets one of two through who approve at once; the other sees what the first did", async () => {
    const batch = await opened({ rows: frozen({ approvalsNeeded: 2 }) });
    const keys = ["key_a0000000000000000000000000", "key_b0000000000000000000000000"];
    const results = await Promise.all(keys.map((key) => happen(batch, approval(key), `key:${key}`)));
    expect(results.filter(Boolean)).toHaveLength(1);
    const first = must(await test.batches.read(batch.id));
    expect(first).toMatchObject({ state: "awaiting_approval", approvals: [{ digest: DIGEST }] });
    const other = keys.find((key) => key !== first.approvals[0]?.keyId);
    expect(must(await happen(first, approval(other)))).toMatchObject({ state: "starting", approvals: [{}, {}] });
  });

  it("counts one approval of a key that approves twice at once", async () => {
    const batch = await opened({ rows: frozen({ approvalsNeeded: 2 }) });
    const results = await Promise.all(Array.from({ length: 6 }, () => happen(batch, approval())));
    expect(results.filter(Boolean)).toHaveLength(1);
    const once = must(await test.batches.read(batch.id));
    expect(once).toMatchObject({ state: "awaiting_approval", approvals: [{ keyId: APPROVER }] });
    await expect(happen(once, approval())).rejects.toThrow("already_approved");
  });

  it("is approved or cancelled, when both are asked for at once, and its history says which", async () => {
    for (let race = 0; race < 5; race += 1) {
      const batch = await opened();
      const [approved, cancelled] = await Promise.all([
        happen(batch, approval()),
        happen(batch, { event: "cancelled" }),
      ]);
      expect([approved, cancelled].filter(Boolean)).toHaveLength(1);
      const now = must(await test.batches.read(batch.id));
      expect(now).toEqual(approved ?? cancelled);
      expect(now.history).toHaveLength(2);
    }
  });

  it("refuses what was decided on an older version, and a move that the table does not know", async () => {
    const batch = await opened();
    await happen(batch, approval());
    expect(await happen(batch, { event: "cancelled" })).toBeNull();
    const change = { to: "completed", set: {}, exception: null } as const;
    const event = { event: "completed", resultsFile: "x" } as const;
    await expect(test.batches.change(batch, { event, act: act(), change })).rejects.toThrow("can't move");
  });

  it("opens an exception in the same transaction", async () => {
    const batch = await running();
    const stop = { cause: "person", at: NOW, payoutId: null } as const;
    const change = { to: "paused", set: { stop, checkAt: null }, exception: "digest_mismatch" } as const;
    test.calls.length = 0;
    const paused = await test.batches.change(batch, { event: { event: "paused", stop }, act: act("clock"), change });
    expect(test.calls).toEqual(["TransactWriteItems"]);
    expect(await test.batches.read(batch.id)).toEqual(paused);
    const { exceptions } = await test.exceptions.list({
      storefront: "storefront",
      filters: {},
      limit: 100,
      cursor: null,
    });
    expect(exceptions).toContainEqual(
      expect.objectContaining({ transactionId: batch.id, kind: "digest_mismatch", times: 1 }),
    );
  });
});

describe("reading batches", () => {
  it("keeps the order asked for, and counts their payouts", async () => {
    const [first, second] = [await opened(), await opened()];
    const read = await test.batches.readMany([second.id, newBatch().id, first.id]);
    expect(read.map((batch) => batch?.id ?? null)).toEqual([second.id, null, first.id]);
    const none = { count: 0, amount: 0 };
    expect(await test.batches.tally(first)).toEqual({
      succeeded: none,
      failed: none,
      cancelled: none,
      uncertain: none,
      stopped: none,
      changedAt: null,
    });
    const asked = await sending(test, rowIntent(placeIn(first.id, 1)));
    await test.payouts.record(asked.id, notPaid(asked, "initiator_locked"));
    test.calls.length = 0;
    const one = { count: 1, amount: asked.amount };
    expect(await test.batches.tally(first)).toMatchObject({ failed: one, stopped: one, succeeded: none });
    expect(test.calls).toEqual(["BatchGetItem"]);
    expect(await test.batches.tally(second)).toMatchObject({ failed: none });
  });

  it("lists one storefront's, newest first, page by page", async () => {
    const made: string[] = [];
    for (let age = 0; age < 5; age += 1)
      made.push((await opened({ storefront: "lister", createdAt: NOW - age * 20 * DAY })).id);
    const found: string[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof test.batches.list>> = await test.batches.list("lister", {
        limit: 2,
        cursor,
      });
      found.push(...page.batches.map(({ id }) => id));
      cursor = page.next;
    } while (cursor !== null);
    expect(found).toEqual(made);
    const { next } = await test.batches.list("lister", { limit: 2, cursor: null });
    await expect(test.batches.list("other", { limit: 2, cursor: next })).rejects.toThrow(BadCursor);
    expect(await test.batches.list("nobody", { limit: 2, cursor: null })).toEqual({ batches: [], next: null });
  });
});
