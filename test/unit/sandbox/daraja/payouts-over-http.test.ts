/** Payouts on a real port: a lost answer, many at a time, and what a page that watches is told of them. */
import { expect, describe, test } from "vitest";
import { payer, type Json } from "./manual-world.ts";
import { B2C_PATH, payoutBody } from "./payout-world.ts";
import { openEvents, start, startReceiver } from "./running-simulator.ts";

describe("payouts over HTTP", () => {
  test("a payout whose answer is lost is a real connection reset, and its result arrives", async () => {
    const receiver = await startReceiver();
    const { pay } = await start();
    const lost = pay({ PartyB: payer(52), ResultURL: receiver.url });
    await expect(lost).rejects.toMatchObject({ cause: { code: "ECONNRESET" } });
    const result = await receiver.next();
    expect(result.from).toBe("127.0.0.1");
    expect(result.body).toMatch(/^{"Result":{"ResultType":0,"ResultCode":0,/);
  });

  test("2,000 payouts at once are each taken and each settled once", async () => {
    const { core, url, token } = await start({ deliver: () => Promise.resolve({ status: 200 }) });
    const headers = { authorization: `Bearer ${await token()}`, "content-type": "application/json" };
    for (let count = 0; count < 2000; count += 1) {
      const body = JSON.stringify(payoutBody({ OriginatorConversationID: `pay_${count}`, Amount: 10 }));
      const outcome = await core.handle({ method: "POST", path: B2C_PATH, headers, body, remoteAddress: "127.0.0.1" });
      expect(outcome).toMatchObject({ status: 200 });
    }
    const settled = async () => (await (await fetch(`${url}/simulator/payouts/totals`)).json()) as Json;
    await expect.poll(settled).toMatchObject({ paid: { count: 2000, sum: 20_000 }, submits: 2000 });
  });
});

describe("the event stream", () => {
  test("gathers what became of payouts, and tells the newest of them once", async () => {
    const { url, pay } = await start();
    const events = await openEvents(url);
    await events.next();
    for (let count = 0; count < 60; count += 1) await pay({ OriginatorConversationID: `pay_${count}` });
    const told: Json[] = [];
    const last = () => told.find((payout) => payout["originator_conversation_id"] === "pay_59");
    while (last() === undefined) {
      const event = await events.next();
      expect(event.type).toBe("transactions");
      const payouts = event.data as unknown as Json[];
      expect(payouts.length).toBeLessThanOrEqual(50);
      expect(new Set(payouts.map((payout) => payout["originator_conversation_id"])).size).toBe(payouts.length);
      told.push(...payouts);
    }
    expect(last()).toMatchObject({ kind: "payout", merchant_name: "Duka Letu" });
  });
});
