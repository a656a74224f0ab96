/** Phones that a person answers: every answer, no answer, and what the page is told about it. */
import { describe, expect, test } from "vitest";
import type { SimulatorEvent } from "../../../../sandbox/daraja/core/simulator.ts";
import { bodyOf, createManualWorld, payer, seen } from "./manual-world.ts";

const PHONE = "254712000111";
const answer = (world: ReturnType<typeof createManualWorld>, action: string, phone = PHONE) =>
  world.control("POST", `handsets/${phone}/answer`, { action });

describe("a ringing phone", () => {
  test.each([
    { action: "pay", state: "paid", code: 0 },
    { action: "cancel", state: "failed", code: 1032 },
    { action: "wrong_pin", state: "failed", code: 2001 },
  ])("$action settles at once", async ({ action, state, code }) => {
    const world = createManualWorld();
    const { CheckoutRequestID } = bodyOf(await world.push());
    await world.clock.advance(7000);
    expect(await answer(world, action)).toMatchObject({ status: 200, body: { state, prompt: null } });
    await world.clock.advance(60_000);
    expect(world.callbacks()).toMatchObject([{ atMs: 7000, code }]);
    expect(bodyOf(await world.query(CheckoutRequestID))).toMatchObject({ ResultCode: String(code) });
    expect(world.clock.waits()).toBe(0);
  });

  test.each([undefined, "ignore"])("left alone (%s) it runs out after 25 s with 1037", async (action) => {
    const world = createManualWorld();
    const { CheckoutRequestID } = bodyOf(await world.push());
    expect(await world.truth()).toMatchObject([{ prompt: "rings", prompt_expires_at: "2026-09-21T09:00:25.000Z" }]);
    if (action !== undefined) expect(await answer(world, action)).toMatchObject({ body: { prompt: "ignored" } });
    await world.clock.advance(24_999);
    expect(world.sent).toEqual([]);
    await world.clock.advance(1);
    expect(world.callbacks()).toMatchObject([{ atMs: 25_000, code: 1037, text: "No response from user." }]);
    expect(bodyOf(await world.query(CheckoutRequestID))).toMatchObject({
      ResultCode: "1037",
      ResultDesc: "DS timeout user cannot be reached.",
    });
  });

  test("answers one push at a time, the oldest first", async () => {
    const world = createManualWorld({ switches: { subscriber_lock: "none" } });
    await world.push({ AccountReference: "first" });
    await world.push({ AccountReference: "second" });
    expect(await answer(world, "pay")).toMatchObject({ body: { reference: "first" } });
    expect(await answer(world, "cancel")).toMatchObject({ body: { reference: "second" } });
    expect(await answer(world, "pay")).toMatchObject({ status: 404 });
  });

  test("019 is an ordinary number that rings", async () => {
    const world = createManualWorld();
    await world.pushTo(payer(19));
    expect(await world.truth()).toMatchObject([{ prompt: "rings" }]);
  });
});

describe("where nothing rings there is nothing to answer", () => {
  test.each([PHONE, payer(0), "nobody", "%00"])("%s", async (phone) => {
    const world = createManualWorld();
    await world.pushTo(payer(0));
    expect(await answer(world, "pay", phone)).toMatchObject({ status: 404, body: { title: "Nothing rings there" } });
  });

  test("an answered, ignored or expired prompt cannot be answered again, and money moves once", async () => {
    for (const end of ["pay", "ignore", "wait"]) {
      const world = createManualWorld();
      await world.push();
      await (end === "wait" ? world.clock.advance(25_000) : answer(world, end));
      expect((await answer(world, "pay")).status, end).toBe(404);
      await world.clock.advance(60_000);
      expect(world.sent).toHaveLength(1);
    }
  });
});

describe("a watcher", () => {
  test("hears of every step of a payment, and of a reset, until it stops", async () => {
    const world = createManualWorld();
    const heard: SimulatorEvent[] = [];
    const stop = world.core.watch((event) => heard.push(event));
    await world.push();
    await answer(world, "pay");
    await world.clock.advance(0);
    await world.control("POST", "reset");
    stop();
    await world.push();
    expect(
      heard.map((event) =>
        event.type === "reset" ? "reset" : `${event.transaction.state} ${event.transaction.callbacks.length}`,
      ),
    ).toEqual(["prompting 0", "paid 0", "paid 1", "reset"]);
  });

  test("can ask for the last fifty payments, newest first", async () => {
    const world = createManualWorld();
    for (let count = 0; count < 51; count += 1) await world.pushTo(payer(0), { AccountReference: `R${count}` });
    const recent = world.core.recent();
    expect(recent).toHaveLength(50);
    expect([recent[0]?.reference, recent[49]?.reference]).toEqual(["R50", "R1"]);
  });
});

test("a push refused for the lock says so and rings nobody", async () => {
  const world = createManualWorld();
  await world.push();
  expect(seen(await world.push())).toMatchObject({ status: 500, body: { errorCode: "500.001.1001" } });
  expect(await world.truth()).toHaveLength(1);
});
