/** Batches that are made at the same moment: one after the other for each storefront, so that none of them pays twice. */
import { randomUUID } from "node:crypto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ROUTES } from "../../../functions/api/contract.ts";
import { bodyOf, openDesk, verdict } from "./finance-desk.ts";
import type { Asked, Desk } from "./finance-desk.ts";
import { people } from "./payroll.ts";

let desk: Desk;
beforeEach(async () => {
  desk = await openDesk();
});
afterEach(() => desk.close());

const make = (payouts: readonly object[], asked: Asked = {}) =>
  desk.ask(ROUTES.startBatch, { body: { reference: "PAYROLL", kind: "salary", payouts }, ...asked });
const listed = async (): Promise<unknown> => bodyOf(await desk.ask(ROUTES.listBatches))["data"];

describe("batches of one storefront", () => {
  test("of the same rows, handed in at once under two keys, are accepted once", async () => {
    const payouts = people(3);
    const answers = await Promise.all([make(payouts), make(payouts), make(payouts)]);
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 400, 400]);
    expect(answers.map((answer) => verdict(answer)[1])).toContain("no_valid_rows");
    expect(await listed()).toHaveLength(1);
  });

  test("of the same key, handed in at once, are one batch", async () => {
    const payouts = people(3);
    const asked = { headers: { "idempotency-key": randomUUID() } };
    const answers = await Promise.all([make(payouts, asked), make(payouts, asked)]);
    expect(answers.map(({ status }) => status)).toEqual([201, 201]);
    expect(new Set(answers.map((answer) => bodyOf(answer)["id"])).size).toBe(1);
  });

  test("wait for each other for ten seconds, and are sent away to come again with the same key", async () => {
    const payouts = people(1);
    const asked = { headers: { "idempotency-key": randomUUID() } };
    const turn = { storefront: "shop", patienceMs: 0, remainingMs: () => 28_000 };
    const held = await desk.deps.inTurn(turn, () => make(payouts, asked));
    expect(held.had && verdict(held.result)).toEqual([409, "batch_in_progress"]);
    expect(held.had && held.result.headers).toMatchObject({ "retry-after": "10" });
    expect(await listed()).toEqual([]);
    expect((await make(payouts, asked)).status).toBe(201);
  });

  test("do not wait for those of another", async () => {
    const turn = { storefront: "elsewhere", patienceMs: 0, remainingMs: () => 28_000 };
    const held = await desk.deps.inTurn(turn, () => make(people(1)));
    expect(held.had && held.result.status).toBe(201);
  });
});
