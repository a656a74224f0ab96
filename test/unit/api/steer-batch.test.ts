/** Who may move a batch, and when: every refusal is a problem of its own, and changes nothing. */
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ROUTES } from "../../../functions/api/contract.ts";
import type { Route } from "../../../functions/api/contract.ts";
import type { Scope } from "../../../functions/domain/scopes.ts";
import { freshPhone } from "../store/samples.ts";
import { APPROVER, SHORTCODE, bodyOf, openDesk, verdict } from "./finance-desk.ts";
import type { Asked, Desk } from "./finance-desk.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const make = async (amount = 100): Promise<{ id: string; digest: string }> => {
  const payouts = [{ phone: freshPhone(), amount }];
  const made = await desk.ask(ROUTES.startBatch, { body: { reference: "PAYROLL", kind: "salary", payouts } });
  return { id: String(bodyOf(made)["id"]), digest: String(bodyOf(made)["digest"]) };
};
const approve = ({ id, digest }: { id: string; digest: string }, asked: Asked = APPROVER) =>
  desk.ask(ROUTES.approveBatch, { ...asked, id, body: { digest } });
const pause = (id: string, asked: Asked = {}) => desk.ask(ROUTES.pauseBatch, { id, ...asked });
const resume = (id: string, asked: Asked = {}) => desk.ask(ROUTES.resumeBatch, { id, ...asked });
const cancel = (id: string, asked: Asked = {}) => desk.ask(ROUTES.cancelBatch, { id, ...asked });
const stateOf = async (id: string): Promise<string | undefined> => (await desk.books.batches.read(id))?.state;

describe("approving", () => {
  test("by another key over the digest that the batch shows starts it, and tells whoever tends batches", async () => {
    const batch = await make();
    const approved = await approve(batch);
    expect(approved.status).toBe(200);
    expect(bodyOf(approved)).toMatchObject({ status: "starting", approvals: [{ key: APPROVER.key }] });
    expect(desk.messages).toEqual([{ batch: batch.id }]);
  });

  test("a batch of one's own is refused, even with the scope", async () => {
    const batch = await make();
    const own = await approve(batch, { key: "key_finance", scopes: ["payouts:write", "payouts:approve"] });
    expect(verdict(own)).toEqual([403, "own_batch"]);
    expect(await stateOf(batch.id)).toBe("awaiting_approval");
  });

  test("another digest is refused, and what is no digest has a pointer", async () => {
    const batch = await make();
    const other = await approve({ ...batch, digest: (await make()).digest });
    expect(verdict(other)).toEqual([409, "digest_mismatch"]);
    expect(bodyOf(other)["batch_id"]).toBe(batch.id);
    expect(bodyOf(other)["detail"]).not.toContain(batch.digest);
    const none = await approve({ ...batch, digest: "yes" });
    expect(verdict(none)).toEqual([400, "invalid_request"]);
    expect(await stateOf(batch.id)).toBe("awaiting_approval");
  });

  test("takes two different keys above a threshold", async () => {
    const batch = await make(150_001);
    expect(bodyOf(await approve(batch))).toMatchObject({ status: "awaiting_approval", approvals: [{}] });
    expect(verdict(await approve(batch))).toEqual([409, "already_approved"]);
    expect(await stateOf(batch.id)).toBe("awaiting_approval");
    expect(bodyOf(await approve(batch, { ...APPROVER, key: "key_second" }))["status"]).toBe("starting");
  });

  test("by two at once counts both", async () => {
    const batch = await make(150_001);
    const answers = await Promise.all([approve(batch), approve(batch, { ...APPROVER, key: "key_second" })]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200]);
    expect(await stateOf(batch.id)).toBe("starting");
  });

  test("once more, when it has started or is cancelled, is refused", async () => {
    const batch = await make();
    await approve(batch);
    expect(verdict(await approve(batch, { ...APPROVER, key: "key_second" }))).toEqual([409, "not_awaiting_approval"]);
    const other = await make();
    await cancel(other.id);
    expect(verdict(await approve(other))).toEqual([409, "not_awaiting_approval"]);
  });
});

describe("pausing, resuming and cancelling", () => {
  test("a batch that runs is stopped with who and why, goes on, and is stopped for good", async () => {
    const batch = await make();
    await approve(batch);
    const paused = await pause(batch.id);
    expect(bodyOf(paused)).toMatchObject({
      status: "paused",
      stop: { cause: "person", payout: null, message: expect.stringMatching(/Resume/) as string },
    });
    expect(bodyOf(await resume(batch.id))).toMatchObject({ status: "starting", stop: null });
    expect(bodyOf(await cancel(batch.id))["status"]).toBe("cancelled");
  });

  test("a batch that nobody approved is cancelled with all its rows", async () => {
    const { id } = await make();
    expect(bodyOf(await cancel(id))).toMatchObject({
      status: "cancelled",
      progress: { pending: { count: 0 }, cancelled: { count: 1, amount: 100 } },
    });
  });

  test("is refused where it makes no sense, and nothing changes", async () => {
    const batch = await make();
    expect(verdict(await pause(batch.id))).toEqual([409, "not_running"]);
    expect(verdict(await resume(batch.id))).toEqual([409, "not_paused"]);
    expect(await stateOf(batch.id)).toBe("awaiting_approval");
    await cancel(batch.id);
    for (const again of [await pause(batch.id), await resume(batch.id), await cancel(batch.id)])
      expect(verdict(again)).toEqual([409, "already_finished"]);
  });

  test("resuming lifts what halts the lane; a resume that is refused does not", async () => {
    const { lanes } = desk.books;
    const batch = await make();
    const halt = { code: "float_too_low", resultCode: "1", at: desk.books.time.now, about: "pyo_x" } as const;
    const seen = await lanes.lane(SHORTCODE);
    await lanes.changeLane(seen, { halt, provenFor: null, probe: null });
    expect(verdict(await resume(batch.id))).toEqual([409, "not_paused"]);
    expect((await lanes.lane(SHORTCODE)).halt).toEqual(halt);
    await approve(batch);
    await pause(batch.id);
    expect((await resume(batch.id)).status).toBe(200);
    expect((await lanes.lane(SHORTCODE)).halt).toBeNull();
  });

  test("resuming does not lift a halt that a person made: the answer says which word does", async () => {
    const batch = await make();
    await approve(batch);
    expect((await desk.ask(ROUTES.haltPayoutLane)).status).toBe(200);
    expect(await stateOf(batch.id)).toBe("paused");
    const refused = await resume(batch.id);
    expect(verdict(refused)).toEqual([409, "payout_lane_halted"]);
    expect(bodyOf(refused)).toMatchObject({
      batch_id: batch.id,
      detail: expect.stringMatching(/payout-lane\/resume/) as string,
    });
    expect(await stateOf(batch.id)).toBe("paused");
    await desk.ask(ROUTES.resumePayoutLane);
    expect(bodyOf(await resume(batch.id))).toMatchObject({ status: "starting", stop: null });
  });

  test("a queue that is down undoes no change: the clock tends the batch too", async () => {
    const batch = await make();
    desk.world.queueIsDown = true;
    expect((await approve(batch)).status).toBe(200);
    expect(await stateOf(batch.id)).toBe("starting");
    expect(desk.logged).toContain("message.not_sent");
  });
});

describe("who may", () => {
  const everything: readonly Scope[] = ["payouts:write", "payouts:approve", "payments:read"];
  const steering: readonly Route[] = [ROUTES.approveBatch, ROUTES.pauseBatch, ROUTES.resumeBatch, ROUTES.cancelBatch];
  const moves = steering.map((route) => [route.operation, route] as const);

  test.each(moves)("%s: nobody of another storefront", async (_name, route) => {
    const batch = await make();
    const asked = { storefront: "neighbour", key: "key_other", scopes: everything, body: { digest: batch.digest } };
    expect(verdict(await desk.ask(route, { ...asked, id: batch.id }))).toEqual([404, "not_found"]);
    expect(await stateOf(batch.id)).toBe("awaiting_approval");
  });

  test("an approver may stop a batch and not resume it; a maker may not approve", async () => {
    const batch = await make();
    expect(verdict(await approve(batch, { key: "key_x", scopes: ["payouts:write"] }))).toEqual([403, "forbidden"]);
    await approve(batch);
    expect((await pause(batch.id, APPROVER)).status).toBe(200);
    expect(verdict(await resume(batch.id, APPROVER))).toEqual([403, "forbidden"]);
    expect((await cancel(batch.id, APPROVER)).status).toBe(200);
  });

  test("a reader moves nothing", async () => {
    const batch = await make();
    const reader: Asked = { key: "key_reader", scopes: ["payments:read", "audit:read", "reconciliation:write"] };
    for (const [, route] of moves) {
      const refused = await desk.ask(route, { ...reader, id: batch.id, body: { digest: batch.digest } });
      expect(verdict(refused)).toEqual([403, "forbidden"]);
    }
  });
});
