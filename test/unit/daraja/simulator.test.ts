/** The client with everything it is made of, against the simulator, callbacks included. */
import { onTestFinished, describe, expect, test } from "vitest";
import { shillings } from "../../../functions/domain/money.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";
import { callbackUrl, checkCallbackToken } from "../../../functions/daraja/callback-url.ts";
import { createDaraja } from "../../../functions/daraja/client.ts";
import { Credentials } from "../../../functions/daraja/credentials.ts";
import { createTokenFetcher } from "../../../functions/daraja/oauth.ts";
import { createSlots } from "../../../functions/daraja/slots.ts";
import { readStkCallback } from "../../../functions/daraja/stk-callback.ts";
import { createTokenSource } from "../../../functions/daraja/token-source.ts";
import { startSimulator } from "../../../sandbox/daraja/server.ts";
import { httpServer, json } from "./loopback.ts";
import { memorySlots, memoryToken } from "./shared-items.ts";

const SECRET = "a-signing-secret-of-some-length";
const clock = { now: () => Date.now() };
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const credentials = () =>
  Promise.resolve(
    Credentials.parse({
      consumer_key: "malipo",
      consumer_secret: "malipo",
      shortcode: "174379",
      passkey: "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919",
      transaction_type: "CustomerPayBillOnline",
    }),
  );

const setUp = async () => {
  const simulator = await startSimulator({ port: 0, switches: { time_scale: 0.02 } });
  onTestFinished(() => simulator.close());
  const receiver = await httpServer((_, response) => json(response, 200, { ResultCode: 0, ResultDesc: "Success" }));
  const shared = memoryToken(clock.now);
  const rate = { perSecond: 100, jitterMs: 200 };
  const process = (at = simulator.url) => {
    const parts = { clock, wait, random: Math.random, log: () => undefined };
    const fetchToken = createTokenFetcher({ baseUrl: at, credentials, fetch, clock });
    return createDaraja({
      ...parts,
      environment: "sandbox",
      baseUrl: at,
      credentials,
      token: createTokenSource({ ...parts, shared, fetchToken }),
      slots: createSlots({ ...parts, items: memorySlots(), rates: { stk: rate, query: rate, bulk: rate } }),
      fetch,
      callbackUrl: (kind, id) => Promise.resolve(callbackUrl({ baseUrl: receiver.url, kind, id, secret: SECRET })),
    });
  };
  const pay = (payer: number, daraja = process()) =>
    daraja.stkPush({
      transactionId: `pay_${payer}`,
      amount: shillings(1500),
      phone: Msisdn.parse(`2547000000${String(payer).padStart(2, "0")}`),
      reference: "INV-1001",
      description: "Order 1001",
    });
  /** Waits, at most 5 s, for so many callbacks. */
  const callbacks = async (count: number) => {
    for (let round = 0; round < 250 && receiver.heard.length < count; round += 1) await wait(20);
    expect(receiver.heard).toHaveLength(count);
    return receiver.heard.map(({ path, body }) => ({ path, read: readStkCallback(body) }));
  };
  return { simulator, process, pay, callbacks };
};

describe("against the simulator", () => {
  test("a payment that is paid is accepted, called back to its own URL and found paid by a query", async () => {
    const { process, pay, callbacks } = await setUp();
    const daraja = process();
    const answer = await pay(0, daraja);
    const checkoutId = answer.answer === "accepted" ? answer.push.checkoutId : "";
    const [called] = await callbacks(1);
    const [, , , kind, id = "", token = ""] = called!.path.split("/");
    expect([kind, checkCallbackToken({ kind: "stk", id, token, secrets: [SECRET] })]).toEqual(["stk", true]);
    expect(called!.read).toMatchObject({
      readable: true,
      finding: { finding: "paid", amount: 150_000, phone: "254700000000", push: { checkoutId } },
    });
    expect(await daraja.stkQuery({ checkoutId })).toMatchObject({ answer: "paid", push: { checkoutId } });
  });

  test.each([
    [1, "insufficient_funds"],
    [2, "cancelled_by_customer"],
    [3, "customer_unreachable"],
    [4, "wrong_pin"],
    [5, "prompt_expired"],
  ])("payer %i ends unpaid: %s, by callback and by query", async (payer, code) => {
    const { process, pay, callbacks } = await setUp();
    const daraja = process();
    const answer = await pay(payer, daraja);
    const [called] = await callbacks(1);
    expect(called!.read).toMatchObject({ readable: true, finding: { finding: "unpaid", failure: { code } } });
    const checkoutId = answer.answer === "accepted" ? answer.push.checkoutId : "";
    expect(await daraja.stkQuery({ checkoutId })).toMatchObject({ answer: "unpaid", failure: { code } });
  });

  test("a locked line is a proven refusal, a lost or unreadable answer is unknown", async () => {
    const { pay } = await setUp();
    expect(await pay(6)).toMatchObject({ answer: "refused", failure: { code: "customer_busy" } });
    expect(await pay(10)).toMatchObject({ answer: "unknown" });
    expect(await pay(13)).toMatchObject({ answer: "unknown" });
  });

  test("spike arrest and a token killed under way cost another attempt, never another prompt", async () => {
    const { simulator, pay } = await setUp();
    expect(await pay(14)).toMatchObject({ answer: "accepted" });
    expect(await pay(15)).toMatchObject({ answer: "accepted" });
    const { pushes_taken } = (await (await fetch(`${simulator.url}/simulator/metrics`)).json()) as {
      pushes_taken: number;
    };
    expect(pushes_taken).toBe(2);
  });

  test("the odd shapes of payer 16 end in one payment that names its amount", async () => {
    const { pay, callbacks } = await setUp();
    await pay(16);
    const read = (await callbacks(2)).map(({ read }) => read);
    expect(read.filter((one) => one.readable)).toMatchObject([{ finding: { finding: "paid", amount: 150_000 } }]);
  });

  test("a query about a push that Daraja does not know teaches nothing", async () => {
    const { process } = await setUp();
    expect(await process().stkQuery({ checkoutId: "ws_CO_0" })).toMatchObject({ answer: "no_answer" });
  });

  test("many processes that start together ask for one token", async () => {
    const { simulator, process, pay } = await setUp();
    const processes = Array.from({ length: 8 }, () => process());
    await Promise.all(Array.from({ length: 40 }, (_, call) => pay(0, processes[call % 8])));
    const { oauth_requests } = (await (await fetch(`${simulator.url}/simulator/metrics`)).json()) as {
      oauth_requests: number;
    };
    expect(oauth_requests).toBe(1);
  });
});
