import { describe, expect, it } from "vitest";
import type { Batch, BatchEvent, Tally } from "../../../functions/domain/batch.ts";
import { decideBatch, leftToPay, unsettled } from "../../../functions/domain/decide-batch.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { batch, DIGEST } from "./batches.ts";

const act = { at: 5, by: "key:x", requestId: "req" };
const decide = (now: Batch, event: BatchEvent) => decideBatch(now, event, act);
const approve = (keyId: string, digest = DIGEST): BatchEvent => ({
  event: "approved",
  approval: { keyId, digest, at: 5 },
});
const none = { count: 0, amount: shillings(0) };
const some = (count: number) => ({ count, amount: shillings(count * 1_000) });

describe("a batch", () => {
  it("is started by the second of two approvals, and the first alone changes no state", () => {
    const first = decide(batch(), approve("key_one"));
    expect(first).toMatchObject({ ok: true, change: { to: null, set: { approvals: [{ keyId: "key_one" }] } } });
    const approved = batch({ approvals: [{ keyId: "key_one", digest: DIGEST, at: 1 }] });
    expect(decide(approved, approve("key_two"))).toMatchObject({ ok: true, change: { to: "starting" } });
  });

  it.each([
    ["own_batch", "key_maker", DIGEST],
    ["digest_mismatch", "key_two", "b".repeat(64)],
    ["already_approved", "key_one", DIGEST],
  ])("refuses an approval: %s", (because, keyId, digest) => {
    const approved = batch({ approvals: [{ keyId: "key_one", digest: DIGEST, at: 1 }] });
    expect(decide(approved, approve(keyId, digest))).toEqual({ ok: false, because });
  });

  it("can't be approved twice over, nor before its file is there", () => {
    for (const state of ["running", "completed", "awaiting_upload", "cancelled"] as const)
      expect(decide(batch({ state }), approve("key_two"))).toEqual({ ok: false, because: "not_awaiting_approval" });
  });

  it("starts in spite of the balance when a person resumes it while it waits for float", () => {
    expect(decide(batch({ state: "waiting_for_float" }), { event: "resumed" })).toMatchObject({
      ok: true,
      change: { to: "running" },
    });
  });

  it("asks for the float again when it is resumed after a pause", () => {
    const approvals = ["key_one", "key_two"].map((keyId) => ({ keyId, digest: DIGEST, at: 1 }));
    const paused = batch({ state: "paused", approvals });
    expect(decide(paused, { event: "resumed" })).toMatchObject({
      change: { to: "starting", set: { float: { since: 5, available: null }, stop: null } },
    });
    expect(decide(batch({ state: "paused" }), { event: "resumed" })).toMatchObject({ ok: false });
  });

  it("says when it is too late to steer it", () => {
    for (const event of ["paused", "resumed", "cancelled"] as const)
      expect(
        decide(batch({ state: "completed" }), {
          event,
          stop: { cause: "person", at: 1, payoutId: null },
        }),
      ).toEqual({ ok: false, because: "already_finished" });
  });

  it("owes what is not settled, and what stopped with the lane", () => {
    const tally: Tally = {
      succeeded: some(4),
      failed: some(3),
      cancelled: none,
      uncertain: some(1),
      stopped: some(2),
      changedAt: null,
    };
    expect(leftToPay(batch(), tally)).toBe(shillings(5_000));
    expect(unsettled(batch(), tally)).toBe(5);
  });
});
