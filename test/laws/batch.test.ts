import fc from "fast-check";
import { expect, it } from "vitest";
import { BATCH_MOVES, BATCH_STATES } from "../../functions/domain/batch-states.ts";
import type { Approval, Batch, BatchEvent, FrozenRows } from "../../functions/domain/batch.ts";
import { approvalsNeeded, decideBatch, mayLeave } from "../../functions/domain/decide-batch.ts";
import { shillings } from "../../functions/domain/money.ts";
import type { BatchPlace } from "../../functions/domain/payout.ts";
import { batch } from "../unit/domain/batches.ts";

const KEYS = ["key_maker", "key_one", "key_two", "key_three"] as const;
const DIGESTS = ["a".repeat(64), "b".repeat(64)] as const;
const ID = "bat_0123456789abcdfghijknpqrst";

const frozen = (approvals: number): FrozenRows => ({
  digest: DIGESTS[0],
  count: 3,
  total: shillings(3_000),
  largest: shillings(1_500),
  file: "batches/x/rows",
  rejected: 0,
  rejectedFile: null,
  warnings: [],
  approvalsNeeded: approvals,
});

const newBatch = (rows: FrozenRows | null): Batch =>
  batch({ id: ID, rows, state: rows ? "awaiting_approval" : "awaiting_upload" });

const events: fc.Arbitrary<BatchEvent> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .record({ keyId: fc.constantFrom(...KEYS), digest: fc.constantFrom(DIGESTS[0], DIGESTS[0], DIGESTS[1]) })
      .map(({ keyId, digest }) => ({ event: "approved" as const, approval: { keyId, digest, at: 1 } })),
  },
  fc.constantFrom(1, 2).map((needed) => ({ event: "frozen" as const, rows: frozen(needed) })),
  fc.constant({ event: "file_refused" as const, code: "too_many_rows", message: "too many rows" }),
  { weight: 3, arbitrary: fc.constant({ event: "float_found" as const }) },
  fc.constant({
    event: "float_missing" as const,
    float: { needed: shillings(3_000), available: 0, since: 1 },
  }),
  fc.constant({ event: "paused" as const, stop: { cause: "person" as const, at: 1, payoutId: null } }),
  { weight: 3, arbitrary: fc.constant({ event: "resumed" as const }) },
  fc.constant({ event: "cancelled" as const }),
  fc.constant({ event: "completed" as const, resultsFile: "results" }),
);

/** What the ledger does with a decision. */
const happen = (batch: Batch, event: BatchEvent): Batch => {
  const decision = decideBatch(batch, event, { at: 1, by: "key:1", requestId: "req" });
  if (!decision.ok) return batch;
  const { to, set } = decision.change;
  return { ...batch, ...set, state: to ?? batch.state, version: batch.version + 1 };
};

const lives = fc
  .tuple(fc.constantFrom(null, frozen(1), frozen(2)), fc.array(events, { maxLength: 14 }))
  .map(([rows, life]) => life.reduce(happen, newBatch(rows)));

const place = (digest: string, position = 1): BatchPlace => ({
  id: ID,
  digest,
  position,
  row: position,
  generation: 0,
});
const RUNS = { numRuns: 3_000 };

it("the generated lives reach every state", () => {
  expect(new Set(fc.sample(lives, 4_000).map(({ state }) => state))).toEqual(new Set(BATCH_STATES));
});

it("every event has an answer, and each move is in the table", () => {
  fc.assert(
    fc.property(lives, events, (batch, event) => {
      const decision = decideBatch(batch, event, { at: 1, by: "key:1", requestId: "req" });
      if (decision.ok && decision.change.to !== null && decision.change.to !== batch.state)
        expect(BATCH_MOVES[batch.state]).toContain(decision.change.to);
    }),
    RUNS,
  );
});

it("no payout leaves without as many approvals of its batch's digest as it takes, none of them the maker's own", () => {
  let left = 0;
  fc.assert(
    fc.property(lives, fc.constantFrom(...DIGESTS), fc.integer({ min: 0, max: 5 }), (batch, digest, position) => {
      if (!mayLeave(batch, place(digest, position))) return;
      left += 1;
      const keys = new Set(batch.approvals.filter((a: Approval) => a.digest === digest).map(({ keyId }) => keyId));
      expect(keys).not.toContain(batch.createdBy);
      expect(keys.size).toBeGreaterThanOrEqual(batch.rows!.approvalsNeeded);
      expect(digest).toBe(batch.rows!.digest);
      expect(batch.state).toBe("running");
      expect(position).toBeGreaterThanOrEqual(1);
      expect(position).toBeLessThanOrEqual(batch.rows!.count);
    }),
    { numRuns: 8_000 },
  );
  expect(left).toBeGreaterThan(40);
});

it("nothing leaves for a batch that is another's, is not there, or whose approvals were written by somebody else's hand", () => {
  const running: Batch = { ...newBatch(frozen(1)), state: "running" };
  const by = (keyId: string, digest: string): Approval => ({ keyId, digest, at: 1 });
  expect(mayLeave(null, place(DIGESTS[0]))).toBe(false);
  expect(mayLeave(running, place(DIGESTS[0]))).toBe(false);
  expect(mayLeave({ ...running, approvals: [by("key_maker", DIGESTS[0])] }, place(DIGESTS[0]))).toBe(false);
  expect(mayLeave({ ...running, approvals: [by("key_one", DIGESTS[1])] }, place(DIGESTS[0]))).toBe(false);
  expect(mayLeave({ ...running, approvals: [by("key_one", DIGESTS[0])] }, place(DIGESTS[1]))).toBe(false);
  expect(mayLeave({ ...running, approvals: [by("key_one", DIGESTS[0])] }, place(DIGESTS[0]))).toBe(true);
  const two = { ...running, rows: frozen(2) };
  const twice = [by("key_one", DIGESTS[0]), by("key_one", DIGESTS[0])];
  expect(mayLeave({ ...two, approvals: twice }, place(DIGESTS[0]))).toBe(false);
});

it("an ended batch stays as it ended", () => {
  fc.assert(
    fc.property(lives, events, (batch, event) => {
      if (BATCH_MOVES[batch.state].length > 0) return;
      expect(happen(batch, event)).toBe(batch);
    }),
    RUNS,
  );
});

it("the clock looks after exactly the batches that it can move on", () => {
  fc.assert(
    fc.property(lives, (batch) => {
      if (["awaiting_upload", "awaiting_approval", "rejected", "paused", "completed"].includes(batch.state))
        expect(batch.checkAt).toBeNull();
      if (["starting", "running", "waiting_for_float"].includes(batch.state)) expect(batch.checkAt).not.toBeNull();
    }),
    RUNS,
  );
});

it("two approvals are needed when the total or any one row is above its limit, and one on the limit itself", () => {
  const limits = { secondApprovalTotal: shillings(1_000), secondApprovalSingle: shillings(100) };
  const needs = (total: number, largest: number): number =>
    approvalsNeeded(limits, { total: shillings(total), largest: shillings(largest) });
  expect([needs(1_000, 100), needs(1_001, 100), needs(1_000, 101)]).toEqual([1, 2, 2]);
});
