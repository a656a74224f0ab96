/** What everything that may happen to a batch does to it, wherever it stands, and to the last field. */
import { describe, expect, it } from "vitest";
import { BATCH_STATES } from "../../../functions/domain/batch-states.ts";
import type { BatchState } from "../../../functions/domain/batch-states.ts";
import type { Batch, BatchDecision, BatchEvent, BatchRefusal, Tally } from "../../../functions/domain/batch.ts";
import { decideBatch, isLive, leftToPay, mayLeave, unsettled } from "../../../functions/domain/decide-batch.ts";
import { shillings } from "../../../functions/domain/money.ts";
import type { BatchPlace } from "../../../functions/domain/payout.ts";
import { approvedBy, batch, DIGEST } from "./batches.ts";

const AT = 5;
const decide = (now: Batch, event: BatchEvent): BatchDecision =>
  decideBatch(now, event, { at: AT, by: "key:x", requestId: "req" });
const outcome = (decision: BatchDecision): string =>
  decision.ok ? (decision.change.to ?? "changed") : decision.because;

const STOP = { cause: "person", at: AT, payoutId: null } as const;
const FLOAT = { needed: shillings(10_000), available: 500, since: 1 };
const EVENTS = {
  frozen: { event: "frozen", rows: batch().rows! },
  file_refused: { event: "file_refused", code: "too_many_rows", message: "too many rows" },
  approved: { event: "approved", approval: { keyId: "key_two", digest: DIGEST, at: 4 } },
  float_found: { event: "float_found" },
  float_missing: { event: "float_missing", float: FLOAT },
  paused: { event: "paused", stop: STOP },
  resumed: { event: "resumed" },
  cancelled: { event: "cancelled" },
  completed: { event: "completed", resultsFile: "results" },
} as const satisfies { readonly [Name in BatchEvent["event"]]: Extract<BatchEvent, { event: Name }> };

/** One in this state, with all the approvals that it needs wherever it has rows. */
const inState = (state: BatchState): Batch =>
  state === "awaiting_upload" || state === "rejected"
    ? batch({ state, rows: null })
    : batch({ state, approvals: approvedBy("key_one", ...(state === "awaiting_approval" ? [] : ["key_two"])) });

type Outcomes = { readonly [Name in keyof typeof EVENTS]: BatchState | BatchRefusal | "changed" };
const REFUSED = {
  frozen: "already_finished",
  file_refused: "already_finished",
  approved: "not_awaiting_approval",
  float_found: "not_running",
  float_missing: "not_running",
  paused: "not_running",
  resumed: "not_paused",
  cancelled: "cancelled",
  completed: "not_running",
} as const satisfies Outcomes;
const OVER: Outcomes = {
  ...REFUSED,
  paused: "already_finished",
  resumed: "already_finished",
  cancelled: "already_finished",
};
const OUTCOMES: Readonly<Record<BatchState, Outcomes>> = {
  awaiting_upload: { ...REFUSED, frozen: "awaiting_approval", file_refused: "rejected" },
  rejected: OVER,
  awaiting_approval: { ...REFUSED, approved: "starting" },
  starting: { ...REFUSED, float_found: "running", float_missing: "waiting_for_float", paused: "paused" },
  waiting_for_float: {
    ...REFUSED,
    float_found: "running",
    float_missing: "changed",
    paused: "paused",
    resumed: "running",
  },
  running: { ...REFUSED, paused: "paused", completed: "completed" },
  paused: { ...REFUSED, resumed: "starting" },
  completed: OVER,
  cancelled: OVER,
};

it.each(BATCH_STATES)("everything that may happen to a batch that is %s", (state) => {
  const found = Object.fromEntries(
    Object.values(EVENTS).map((event) => [event.event, outcome(decide(inState(state), event))]),
  );
  expect(found).toEqual(OUTCOMES[state]);
});

describe("what a change sets", () => {
  const STARTED = { handed: 0, stop: null, float: { needed: 1_000_000, available: null, since: AT }, checkAt: AT };
  it.each<[string, Batch, keyof typeof EVENTS, object]>([
    ["the rows, once they are frozen", inState("awaiting_upload"), "frozen", { rows: EVENTS.frozen.rows }],
    [
      "why its file was refused",
      inState("awaiting_upload"),
      "file_refused",
      { refusal: { code: "too_many_rows", message: "too many rows" } },
    ],
    ["that the float is there", inState("starting"), "float_found", { float: null, checkAt: AT }],
    ["what it waits for", inState("starting"), "float_missing", { float: FLOAT }],
    ["what it waits for still", inState("waiting_for_float"), "float_missing", { float: FLOAT }],
    ["why it stopped", inState("running"), "paused", { stop: STOP, checkAt: null }],
    ["that a person has looked", inState("waiting_for_float"), "resumed", { float: null, checkAt: AT }],
    ["that it begins anew", inState("paused"), "resumed", STARTED],
    ["that the clock cancels its payouts", inState("running"), "cancelled", { stop: null, float: null, checkAt: AT }],
    [
      "nothing for the clock to do of one that nobody approved",
      batch(),
      "cancelled",
      { stop: null, float: null, checkAt: null },
    ],
    ["where the results are", inState("running"), "completed", { resultsFile: "results", checkAt: null }],
  ])("%s", (_, ...[now, name, set]) => {
    const decision = decide(now, EVENTS[name]);
    expect(decision.ok && decision.change).toMatchObject({ exception: null });
    expect(decision.ok && decision.change.set).toEqual(set);
  });

  it("by an approval is the approval, and by the last one that it starts when that was given", () => {
    const first = decide(batch(), EVENTS.approved);
    const approvals = [EVENTS.approved.approval];
    expect(first).toEqual({ ok: true, change: { to: null, set: { approvals }, exception: null } });
    const last = decide(inState("awaiting_approval"), EVENTS.approved);
    expect(last.ok && last.change.set).toEqual({
      ...STARTED,
      approvals: [...approvedBy("key_one"), ...approvals],
      float: { ...STARTED.float, since: 4 },
      checkAt: 4,
    });
  });

  it("is shown to a person when the kept rows are not those that were approved", () => {
    const stop = { ...STOP, cause: "digest_mismatch" } as const;
    const decision = decide(inState("running"), { event: "paused", stop });
    expect(decision).toEqual({
      ok: true,
      change: { to: "paused", set: { stop, checkAt: null }, exception: "digest_mismatch" },
    });
  });
});

it("without its rows a batch is neither approved nor resumed, whatever its state says", () => {
  const lost = { rows: null, approvals: approvedBy("key_one", "key_two") };
  expect(outcome(decide(batch({ ...lost, approvals: [] }), EVENTS.approved))).toBe("not_awaiting_approval");
  expect(outcome(decide(batch({ ...lost, state: "paused" }), EVENTS.resumed))).toBe("not_awaiting_approval");
});

it("the clock looks after what is about to run or runs", () => {
  expect(BATCH_STATES.filter((state) => isLive({ state }))).toEqual(["starting", "waiting_for_float", "running"]);
});

describe("a payout leaves", () => {
  const place: BatchPlace = { id: "bat_1", digest: DIGEST, position: 1, row: 1, generation: 0 };
  const running = inState("running");

  it("at every place of a batch that runs, and at no other", () => {
    const leaves = [0, 1, 10, 11].filter((position) => mayLeave(running, { ...place, position }));
    expect(leaves).toEqual([1, 10]);
  });

  it.each<[string, Partial<Batch>, Partial<BatchPlace>]>([
    ["for another batch", {}, { id: "bat_2" }],
    ["made from other rows", {}, { digest: "b".repeat(64) }],
    ["without rows", { rows: null }, {}],
    ["approved by one of two", { approvals: approvedBy("key_one") }, {}],
    ["approved by its maker and another", { approvals: approvedBy("key_maker", "key_two") }, {}],
  ])("but not %s", (_, changes, at) => {
    expect(mayLeave({ ...running, ...changes }, { ...place, ...at })).toBe(false);
  });

  it("in no state but one", () => {
    expect(BATCH_STATES.filter((state) => mayLeave(batch({ ...running, state }), place))).toEqual(["running"]);
  });

  it("for nobody's batch of which it says that it takes no approval", () => {
    const free = { ...running.rows!, approvalsNeeded: 0 };
    expect(mayLeave({ ...running, rows: free, approvals: [] }, place)).toBe(false);
  });
});

it("what is left of a batch is what neither was paid nor failed for good nor was cancelled, and never below nothing", () => {
  const some = (count: number) => ({ count, amount: shillings(count * 1_000) });
  const rest = { uncertain: some(0), changedAt: null };
  const tally: Tally = { ...rest, succeeded: some(4), failed: some(2), cancelled: some(3), stopped: some(1) };
  expect([leftToPay(batch(), tally), unsettled(batch(), tally)]).toEqual([shillings(2_000), 2]);
  expect(leftToPay(batch(), { ...tally, succeeded: some(40) })).toBe(0);
  const none = { ...rest, succeeded: some(0), failed: some(0), cancelled: some(0), stopped: some(0) };
  expect([leftToPay(batch({ rows: null }), none), unsettled(batch({ rows: null }), none)]).toEqual([0, 0]);
});
