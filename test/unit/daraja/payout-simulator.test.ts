/** The payout client with everything it is made of, against the simulator, callbacks included. */
import { readFileSync } from "node:fs";
import { onTestFinished, describe, expect, test } from "vitest";
import { readBalanceResult } from "../../../functions/daraja/balance-result.ts";
import { callbackUrl, checkCallbackToken } from "../../../functions/daraja/callback-url.ts";
import type { CallbackKind } from "../../../functions/daraja/callback-url.ts";
import { Credentials } from "../../../functions/daraja/credentials.ts";
import { createTokenFetcher } from "../../../functions/daraja/oauth.ts";
import { createPayoutDaraja } from "../../../functions/daraja/payout-client.ts";
import { lateEvidence } from "../../../functions/daraja/payout-evidence.ts";
import { readB2cResult, readStatusResult } from "../../../functions/daraja/payout-results.ts";
import { createSlots } from "../../../functions/daraja/slots.ts";
import { createTokenSource } from "../../../functions/daraja/token-source.ts";
import { utilityAvailable } from "../../../functions/domain/balance.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";
import { startSimulator } from "../../../sandbox/daraja/server.ts";
import { httpServer, json } from "./loopback.ts";
import { memorySlots, memoryToken } from "./shared-items.ts";

const SECRET = "a-signing-secret-of-some-length";
const CERTIFICATE = readFileSync(
  new URL("../../../sandbox/daraja/certificate/certificate.pem", import.meta.url),
  "utf8",
);
const clock = { now: () => Date.now() };
const wait = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms));
const rate = { perSecond: 100, jitterMs: 200 };
const parts = { clock, wait, random: Math.random, log: () => undefined, fetch };

const setUp = async (fields: Readonly<Record<string, string>> = {}) => {
  const simulator = await startSimulator({ port: 0, switches: { time_scale: 0.02 } });
  onTestFinished(() => simulator.close());
  const receiver = await httpServer((_, response) => json(response, 200, { ResultCode: 0, ResultDesc: "Success" }));
  const credentials = () =>
    Promise.resolve(
      Credentials.parse({
        consumer_key: "malipo",
        consumer_secret: "malipo",
        shortcode: "600992",
        passkey: "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919",
        transaction_type: "CustomerPayBillOnline",
        initiator_name: "testapi",
        initiator_password: "Safaricom999!*!",
        initiator_certificate: CERTIFICATE,
        ...fields,
      }),
    );
  const fetchToken = createTokenFetcher({ ...parts, baseUrl: simulator.url, credentials });
  const daraja = createPayoutDaraja({
    ...parts,
    environment: "sandbox",
    baseUrl: simulator.url,
    credentials,
    token: createTokenSource({ ...parts, shared: memoryToken(clock.now), fetchToken }),
    slots: createSlots({ ...parts, items: memorySlots(), rates: { stk: rate, query: rate, bulk: rate } }),
    callbackUrl: (kind, id) => Promise.resolve(callbackUrl({ baseUrl: receiver.url, kind, id, secret: SECRET })),
  });
  const pay = (receiverNumber: number, payoutId = `pyo_${receiverNumber}`) =>
    daraja.b2c({
      payoutId,
      amount: shillings(1500),
      phone: Msisdn.parse(`2547000000${receiverNumber}`),
      kind: "business",
      remarks: "Refund",
      occasion: "INV-1001",
    });
  const heardOf = (wanted: CallbackKind) =>
    receiver.heard.flatMap(({ path, body }) => {
      const [, , , kind, id = "", token = ""] = path.split("/");
      if (kind !== wanted) return [];
      expect(checkCallbackToken({ kind: wanted, id, token, secrets: [SECRET] })).toBe(true);
      return [{ id, body }];
    });
  /** Waits, at most 5 s, for so many callbacks of a kind. */
  const callbacks = async (kind: CallbackKind, count = 1) => {
    for (let round = 0; round < 250 && heardOf(kind).length < count; round += 1) await wait(20);
    const heard = heardOf(kind);
    expect(heard).toHaveLength(count);
    return heard;
  };
  /** Asks how a payout ended until it has, at most 50 times. */
  const askUntilEnded = async (payoutId: string) => {
    for (let asked = 1; ; asked += 1) {
      await daraja.transactionStatus({ id: payoutId });
      const { outcome } = readStatusResult((await callbacks("status", asked)).at(-1)!.body);
      if (outcome.finding !== "untold" || asked === 50) return outcome;
    }
  };
  /** What M-PESA really has under this id. */
  const truth = async (payoutId: string) => {
    const url = `${simulator.url}/simulator/transactions?originator_conversation_id=${payoutId}`;
    return ((await (await fetch(url)).json()) as { data: unknown[] }).data;
  };
  return { daraja, pay, callbacks, askUntilEnded, truth };
};

describe("against the simulator", () => {
  test("a payout is accepted, called back to its own URL and found paid when asked about", async () => {
    const { daraja, pay, callbacks } = await setUp();
    const answer = await pay(50);
    expect(answer).toMatchObject({ answer: "accepted" });
    const conversationId = answer.answer === "accepted" ? answer.conversationId : "";
    const [result] = await callbacks("b2c");
    const paid = readB2cResult(result!.body);
    expect(paid).toMatchObject({ finding: "paid", amount: 150_000, phone: "254700000050", conversationId });
    expect(await daraja.transactionStatus({ id: "pyo_50" })).toMatchObject({ asked: "yes" });
    const [status] = await callbacks("status");
    const { outcome } = readStatusResult(status!.body);
    expect([status!.id, outcome]).toEqual(["pyo_50", { ...paid, paidAt: expect.any(Number) as unknown }]);
  });

  test("a second sending under the same id is said to have gone in, and is paid once", async () => {
    const { pay, callbacks, truth } = await setUp();
    expect(await pay(50)).toMatchObject({ answer: "accepted" });
    expect(await pay(50)).toMatchObject({ answer: "went_in" });
    await callbacks("b2c", 1);
    expect(await truth("pyo_50")).toMatchObject([{ submits: 2, state: "paid" }]);
  });

  test.each([52, 53, 60])("receiver %i, whose answer says nothing, is unknown and known by its id", async (number) => {
    const { pay, askUntilEnded } = await setUp();
    expect(await pay(number)).toMatchObject({ answer: "unknown" });
    expect(await pay(number)).toMatchObject({ answer: "went_in" });
    expect(await askUntilEnded(`pyo_${number}`)).toMatchObject({ finding: "paid", amount: 150_000 });
  });

  test("a queue timeout tells nothing and keeps no credential, and the result comes after it", async () => {
    const { pay, callbacks } = await setUp();
    await pay(54);
    const [late] = await callbacks("b2c-late");
    expect(late!.body).toMatch(/"SecurityCredential":"[A-Za-z0-9+/=]{344}"/);
    const evidence = lateEvidence("b2c-late", { at: 1, by: "safaricom", requestId: "req_1", raw: late!.body });
    expect(evidence).toMatchObject({ finding: "untold" });
    expect(JSON.parse(evidence.raw ?? "")).toMatchObject({ SecurityCredential: "***", PartyB: "254700000054" });
    const [result] = await callbacks("b2c");
    expect(readB2cResult(result!.body)).toMatchObject({ finding: "paid" });
  });

  test.each([
    [56, "receiver_not_registered"],
    [57, "float_too_low"],
    [59, "initiator_locked"],
  ])("receiver %i ends unpaid: %s", async (number, code) => {
    const { pay, callbacks } = await setUp();
    await pay(number);
    const [result] = await callbacks("b2c");
    expect(readB2cResult(result!.body)).toMatchObject({ finding: "unpaid", failure: { code } });
  });

  test("spike arrest on the first submit costs another attempt, never another payout", async () => {
    const { pay, callbacks } = await setUp();
    expect(await pay(58)).toMatchObject({ answer: "accepted" });
    await callbacks("b2c", 1);
  });

  test("a balance names the utility account that payouts are taken from", async () => {
    const { daraja, callbacks } = await setUp();
    await daraja.accountBalance({ id: "bal_1" });
    const [answer] = await callbacks("balance");
    const read = readBalanceResult(answer!.body);
    expect(answer!.id).toBe("bal_1");
    expect(read.readable ? utilityAvailable(read.balances) : read).toBe(500_000_000);
    expect(read).toMatchObject({ balances: { asOf: expect.any(Number) as unknown } });
  });

  test("a wrong password is trouble with the operator in every result, and says nothing about a payout", async () => {
    const { daraja, pay, callbacks } = await setUp({ initiator_password: "wrong" });
    expect(await pay(50)).toMatchObject({ answer: "accepted" });
    const [result] = await callbacks("b2c");
    expect(readB2cResult(result!.body)).toMatchObject({ failure: { code: "initiator_misconfigured" } });
    await daraja.transactionStatus({ id: "pyo_50" });
    const [status] = await callbacks("status");
    expect(readStatusResult(status!.body)).toMatchObject({
      outcome: { finding: "untold" },
      initiatorTrouble: "initiator_misconfigured",
    });
    await daraja.accountBalance({ id: "bal_1" });
    const [balance] = await callbacks("balance");
    expect(readBalanceResult(balance!.body)).toMatchObject({ initiatorTrouble: "initiator_misconfigured" });
  });

  test("a payout that M-PESA never heard of is untold when asked about", async () => {
    const { daraja, callbacks } = await setUp();
    await daraja.transactionStatus({ id: "pyo_never" });
    const [status] = await callbacks("status");
    expect(readStatusResult(status!.body)).toMatchObject({ outcome: { finding: "untold" }, initiatorTrouble: null });
  });
});
