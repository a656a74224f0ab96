/** Validation: eight seconds to say yes or no before money moves, and what becomes of whoever says neither. */
import { describe, expect, test } from "vitest";
import { createC2bWorld } from "./c2b-world.ts";
import type { Json } from "./manual-world.ts";

const registered = async (changes: Json = {}) => {
  const world = createC2bWorld();
  await world.register(changes);
  return world;
};
const reply = (body: unknown, status = 200) => ({
  status,
  body: typeof body === "string" ? body : JSON.stringify(body),
});

describe("an answer that can be understood decides", () => {
  test.each([[{ ResultCode: "0" }], [{ ResultCode: 0, ResultDesc: "Accepted" }], [{ ResultCode: "00000000" }]])(
    "%j accepts",
    async (body) => {
      const world = await registered({ ResponseType: "Cancelled" });
      world.answerValidation(() => Promise.resolve(reply(body)));
      await world.pay();
      expect(await world.list()).toMatchObject([{ state: "paid", validation: "accepted" }]);
    },
  );

  test.each([
    ["C2B00011", "Invalid MSISDN"],
    ["C2B00012", "Invalid Account Number"],
    ["C2B00013", "Invalid Amount"],
    ["C2B00014", "Invalid KYC Details"],
    ["C2B00015", "Invalid Short code"],
    ["C2B00016", "Other Error"],
    [1, "Rejected"],
  ])("%s rejects: no money moves and nothing is confirmed", async (ResultCode, result_desc) => {
    const world = await registered();
    world.answerValidation(() => Promise.resolve(reply({ ResultCode, ResultDesc: "Rejected" })));
    await world.pay();
    const result_code = String(ResultCode);
    expect(await world.list()).toMatchObject([
      { state: "failed", validation: "rejected", receipt: null, result_code, result_desc },
    ]);
    expect(world.confirmations()).toEqual([]);
    expect(await world.utility("174379")).toBe(5_000_000);
    expect(world.clock.waits()).toBe(0);
  });

  test("its ThirdPartyTransID comes back with the confirmation", async () => {
    const world = await registered();
    world.answerValidation(() => Promise.resolve(reply({ ResultCode: "0", ThirdPartyTransID: "pay_7" })));
    await world.pay();
    expect(world.confirmations()).toMatchObject([{ body: { ThirdPartyTransID: "pay_7" } }]);
  });
});

describe("no answer that can be understood", () => {
  const silences = [
    ["a refused connection", () => Promise.reject(new Error("ECONNREFUSED"))],
    ["an error status", () => Promise.resolve(reply({ ResultCode: "0" }, 500))],
    ["a page", () => Promise.resolve(reply("<html>"))],
    ["an answer without a code", () => Promise.resolve(reply({ ok: true }))],
    ["nothing for eight seconds", () => new Promise<never>(() => undefined)],
  ] as const;

  test.each(silences)("%s: Completed is paid", async (_what, answer) => {
    const world = await registered({ ResponseType: "Completed" });
    world.answerValidation(answer);
    await world.pay();
    expect(await world.list()).toMatchObject([{ state: "paid", validation: "unanswered" }]);
    expect(world.confirmations()).toHaveLength(1);
  });

  test.each(silences)("%s: Cancelled is not", async (_what, answer) => {
    const world = await registered({ ResponseType: "Cancelled" });
    world.answerValidation(answer);
    await world.pay();
    expect(await world.list()).toMatchObject([{ state: "failed", validation: "unanswered", result_code: "C2B00016" }]);
    expect(world.confirmations()).toEqual([]);
  });

  test("money waits exactly eight seconds for an answer", async () => {
    const world = await registered();
    world.answerValidation(() => new Promise(() => undefined));
    await world.pay({}, 7999);
    expect(await world.list()).toMatchObject([{ state: "validating" }]);
    await world.clock.advance(1);
    expect(await world.list()).toMatchObject([{ state: "paid", settled_at: "2026-09-21T09:00:08.000Z" }]);
  });

  test("an answer after eight seconds is too late", async () => {
    const world = await registered({ ResponseType: "Cancelled" });
    world.answerValidation(
      () => new Promise((resolve) => void world.clock.after(8001, () => resolve(reply({ ResultCode: "0" })))),
    );
    await world.pay();
    expect(await world.list()).toMatchObject([{ state: "failed", validation: "unanswered" }]);
  });
});

test("with External Validation off nobody is asked", async () => {
  const world = await registered({ ResponseType: "Cancelled" });
  await world.control("POST", "switches", { c2b_validation: "off" });
  await world.pay();
  expect(world.validations()).toEqual([]);
  expect(await world.list()).toMatchObject([{ state: "paid", validation: "not_asked" }]);
});

test("a validation can be lost on its way by a rule that names its path", async () => {
  const world = await registered({ ResponseType: "Cancelled" });
  await world.control("POST", "faults", { match: { path: "/c2b/validation" }, fault: { callback: { drop: true } } });
  await world.pay();
  expect(world.validations()).toEqual([]);
  expect(await world.list()).toMatchObject([{ state: "failed", validation: "unanswered" }]);
});
