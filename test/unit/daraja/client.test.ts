import type { ServerResponse } from "node:http";
import { describe, expect, test } from "vitest";
import { shillings } from "../../../functions/domain/money.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";
import { createDaraja } from "../../../functions/daraja/client.ts";
import type { DarajaDeps } from "../../../functions/daraja/client.ts";
import { Credentials } from "../../../functions/daraja/credentials.ts";
import { TokenUnavailable } from "../../../functions/daraja/token.ts";
import { deadUrl, httpServer, json, tcpServer } from "./loopback.ts";

const PASSKEY = "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919";
const credentials = Credentials.parse({
  consumer_key: "key",
  consumer_secret: "hush",
  shortcode: "174379",
  passkey: PASSKEY,
  transaction_type: "CustomerPayBillOnline",
});
const PHONE = Msisdn.parse("254708374149");
const PUSH = {
  transactionId: "pay_1",
  amount: shillings(1500),
  phone: PHONE,
  reference: "INV-1001",
  description: "Order 1001",
};
const CALLBACK = "https://callbacks.duka.co.ke/callbacks/v1/stk/pay_1/0123";
const CHECKOUT = "ws_CO_1007202409152617172396192";
const NOW = Date.UTC(2021, 5, 28, 6, 24, 8);

const accepted = (response: ServerResponse) =>
  json(response, 200, { MerchantRequestID: "m-1", CheckoutRequestID: CHECKOUT, ResponseCode: "0" });
const error = (status: number, errorCode: string, errorMessage: string) => (response: ServerResponse) =>
  json(response, status, { requestId: "r", errorCode, errorMessage });
const spike = error(500, "500.003.02", "Error Occurred: Spike Arrest Violation");
const deadToken = error(404, "404.001.03", "Invalid Access Token");
const busyLine = error(500, "500.001.1001", "Unable to lock subscriber, a transaction is already in process");

/** A client of a server that gives `answers` in turn, the last one for ever; time stands still unless it waits. */
const setUp = async (answers: ((response: ServerResponse) => void)[], changes: Partial<DarajaDeps> = {}) => {
  let next = 0;
  const { url, heard } = await httpServer((_, response) => {
    const answer = answers[Math.min(next, answers.length - 1)]!;
    next += 1;
    answer(response);
  });
  const seen = { now: NOW, waits: [] as number[], throttled: 0, replaced: 0, logs: [] as unknown[] };
  const daraja = createDaraja({
    environment: "sandbox",
    baseUrl: url,
    credentials: () => Promise.resolve(credentials),
    token: {
      get: () => Promise.resolve("first-token"),
      replace: () => {
        seen.replaced += 1;
        return Promise.resolve("second-token");
      },
    },
    slots: {
      take: () => Promise.resolve("go"),
      throttled: () => {
        seen.throttled += 1;
        return Promise.resolve();
      },
    },
    fetch,
    clock: { now: () => seen.now },
    wait: (ms) => {
      seen.waits.push(ms);
      seen.now += ms;
      return Promise.resolve();
    },
    random: () => 0.5,
    callbackUrl: () => Promise.resolve(CALLBACK),
    log: (code, facts) => seen.logs.push([code, facts]),
    time: { push: { attemptMs: 500, totalMs: 10_000 }, query: { attemptMs: 500, totalMs: 10_000 } },
    ...changes,
  });
  return { daraja, heard, seen };
};

describe("a push", () => {
  test("is sent as Safaricom's portal describes it, with the published password", async () => {
    const { daraja, heard } = await setUp([accepted]);
    expect(await daraja.stkPush(PUSH)).toMatchObject({
      answer: "accepted",
      push: { checkoutId: CHECKOUT, merchantId: "m-1" },
    });
    expect(heard).toHaveLength(1);
    expect(heard[0]).toMatchObject({ method: "POST", path: "/mpesa/stkpush/v1/processrequest" });
    expect(heard[0]?.headers).toMatchObject({
      authorization: "Bearer first-token",
      "content-type": "application/json",
    });
    expect(JSON.parse(heard[0]!.body)).toEqual({
      BusinessShortCode: "174379",
      Password: Buffer.from(`174379${PASSKEY}20210628092408`).toString("base64"),
      Timestamp: "20210628092408",
      TransactionType: "CustomerPayBillOnline",
      Amount: 1500,
      PartyA: "254708374149",
      PartyB: "174379",
      PhoneNumber: "254708374149",
      CallBackURL: CALLBACK,
      AccountReference: "INV-1001",
      TransactionDesc: "Order 1001",
    });
  });

  test("to a till names the till as the receiver and the store number as the shortcode", async () => {
    const till = { ...credentials, transactionType: "CustomerBuyGoodsOnline", receiver: "5512345" } as const;
    const { daraja, heard } = await setUp([accepted], { credentials: () => Promise.resolve(till) });
    await daraja.stkPush(PUSH);
    expect(JSON.parse(heard[0]!.body)).toMatchObject({ BusinessShortCode: "174379", PartyB: "5512345" });
  });

  test("always has a reference of at most 12 and a description of 1 to 13 characters", async () => {
    const { daraja, heard } = await setUp([accepted]);
    await daraja.stkPush({ ...PUSH, reference: "INV-1001-AND-MORE", description: "  " });
    expect(JSON.parse(heard[0]!.body)).toMatchObject({ AccountReference: "INV-1001-AND", TransactionDesc: "Payment" });
    await daraja.stkPush({ ...PUSH, description: "A description that is long" });
    expect(JSON.parse(heard[1]!.body)).toMatchObject({ TransactionDesc: "A description" });
  });

  test("with a dead token gets a new one and is sent once more", async () => {
    const { daraja, heard, seen } = await setUp([deadToken, accepted]);
    expect(await daraja.stkPush(PUSH)).toMatchObject({ answer: "accepted" });
    expect(heard.map(({ headers }) => headers.authorization)).toEqual(["Bearer first-token", "Bearer second-token"]);
    expect(seen.replaced).toBe(1);
  });

  test("whose new token is dead too is refused, not tried for ever", async () => {
    const { daraja, heard } = await setUp([deadToken]);
    expect(await daraja.stkPush(PUSH)).toMatchObject({ answer: "refused", failure: { code: "daraja_unavailable" } });
    expect(heard).toHaveLength(2);
  });

  test("that is throttled waits longer each time and is sent at most three times", async () => {
    const { daraja, heard, seen } = await setUp([spike]);
    expect(await daraja.stkPush(PUSH)).toMatchObject({
      answer: "refused",
      failure: { code: "rate_limited", resultCode: "500.003.02" },
    });
    expect(heard).toHaveLength(3);
    expect(seen.throttled).toBe(3);
    expect(seen.waits).toEqual([400, 800]);
  });

  test("that is throttled once goes through, with a timestamp of its own", async () => {
    const { daraja, heard } = await setUp([(response) => response.writeHead(429).end(), accepted]);
    expect(await daraja.stkPush(PUSH)).toMatchObject({ answer: "accepted" });
    expect(heard).toHaveLength(2);
  });

  test("is not sent again when no time is left for a whole answer", async () => {
    const { daraja, heard } = await setUp([spike], {
      time: { push: { attemptMs: 500, totalMs: 600 }, query: { attemptMs: 500, totalMs: 600 } },
    });
    expect(await daraja.stkPush(PUSH)).toMatchObject({ answer: "refused", failure: { code: "rate_limited" } });
    expect(heard).toHaveLength(1);
  });

  test.each([
    ["a 503 with HTML", (response: ServerResponse) => response.writeHead(503).end("<html>Incapsula</html>")],
    ["a busy system", error(500, "500.003.02", "System is busy. Please try again in few minutes.")],
    ["an empty 200", (response: ServerResponse) => response.end()],
    ["a reset", (response: ServerResponse) => response.socket?.resetAndDestroy()],
    ["silence", () => undefined],
    ["a redirect", (response: ServerResponse) => response.writeHead(307, { location: "/" }).end()],
  ])("answered with %s is unknown and never sent again", async (_, answer) => {
    const { daraja, heard } = await setUp([answer, accepted]);
    expect(await daraja.stkPush(PUSH)).toMatchObject({ answer: "unknown" });
    expect(heard).toHaveLength(1);
  });

  test("that is refused says why in our words and in Safaricom's", async () => {
    const { daraja } = await setUp([busyLine]);
    expect(await daraja.stkPush(PUSH)).toMatchObject({
      answer: "refused",
      failure: { code: "customer_busy", resultCode: "500.001.1001" },
    });
  });

  test.each([
    ["a dead token", deadToken],
    ["throttling", spike],
  ])("that meets a busy line after %s is refused: the gateway let nothing through before", async (_, first) => {
    const { daraja, heard } = await setUp([first, busyLine, accepted]);
    expect(await daraja.stkPush(PUSH)).toMatchObject({ answer: "refused", failure: { code: "customer_busy" } });
    expect(heard).toHaveLength(2);
  });

  test("to a Daraja that can't be connected to was never sent", async () => {
    const { daraja } = await setUp([accepted], { baseUrl: await deadUrl() });
    expect(await daraja.stkPush(PUSH)).toEqual({
      answer: "refused",
      failure: { code: "daraja_unavailable", resultCode: null, resultDesc: null },
      raw: null,
    });
  });

  test("to a server that hangs up is unknown", async () => {
    const baseUrl = await tcpServer((socket) => socket.once("data", () => socket.end()));
    const { daraja } = await setUp([accepted], { baseUrl });
    expect(await daraja.stkPush(PUSH)).toMatchObject({ answer: "unknown" });
  });

  test("without a token, a slot, a secret or a usable callback URL is refused and nothing is sent", async () => {
    const failing = (failure: TokenUnavailable["failure"]) => () => Promise.reject(new TokenUnavailable(failure, "no"));
    const cases: [Partial<DarajaDeps>, string][] = [
      [
        { token: { get: failing("merchant_misconfigured"), replace: failing("rate_limited") } },
        "merchant_misconfigured",
      ],
      [
        { token: { get: () => Promise.reject(new Error("x")), replace: failing("rate_limited") } },
        "daraja_unavailable",
      ],
      [{ slots: { take: () => Promise.resolve("too_late"), throttled: () => Promise.resolve() } }, "rate_limited"],
      [{ credentials: () => Promise.reject(new Error("x")) }, "merchant_misconfigured"],
      [{ callbackUrl: () => Promise.resolve("https://x.co.ke/mpesa") }, "merchant_misconfigured"],
    ];
    for (const [changes, code] of cases) {
      const { daraja, heard } = await setUp([accepted], changes);
      expect(await daraja.stkPush(PUSH)).toMatchObject({ answer: "refused", failure: { code }, raw: null });
      expect(heard).toHaveLength(0);
    }
  });

  test("with cents is a mistake of ours and thrown before anything is sent", async () => {
    const { daraja, heard } = await setUp([accepted]);
    const cents = shillings(1);
    await expect(daraja.stkPush({ ...PUSH, amount: (cents + 1) as typeof cents })).rejects.toBeInstanceOf(RangeError);
    expect(heard).toHaveLength(0);
  });

  test("with a code that nobody knows is unknown and raises the alarm", async () => {
    const { daraja, seen } = await setUp([error(400, "400.777.01", "New")]);
    expect(await daraja.stkPush(PUSH)).toMatchObject({ answer: "unknown" });
    expect(seen.logs).toContainEqual(["daraja.unlisted_code", { operation: "stk_push", resultCode: "400.777.01" }]);
  });

  test("leaves no token, phone, secret or push id in the log, and no token in what is kept", async () => {
    const echo = (response: ServerResponse) =>
      json(response, 401, {
        errorCode: "401.002.01",
        errorMessage: "Error Occurred - Invalid Access Token - second-token",
      });
    const { daraja, seen } = await setUp([echo]);
    const answer = await daraja.stkPush(PUSH);
    const good = await setUp([accepted]);
    await good.daraja.stkPush(PUSH);
    expect(JSON.stringify(answer)).not.toContain("second-token");
    const logged = JSON.stringify([seen.logs, good.seen.logs]);
    expect(logged).toContain("daraja.called");
    for (const secret of ["first-token", "second-token", "708374149", "hush", PASSKEY, CHECKOUT, "174379"])
      expect(logged).not.toContain(secret);
  });
});

describe("a query", () => {
  const answered = (ResultCode: string) => (response: ServerResponse) =>
    json(response, 200, {
      ResponseCode: "0",
      MerchantRequestID: "m-1",
      CheckoutRequestID: CHECKOUT,
      ResultCode,
      ResultDesc: "x",
    });

  test("asks by the CheckoutRequestID, signed like a push", async () => {
    const { daraja, heard } = await setUp([answered("0")]);
    expect(await daraja.stkQuery({ checkoutId: CHECKOUT })).toMatchObject({
      answer: "paid",
      push: { checkoutId: CHECKOUT },
    });
    expect(heard[0]?.path).toBe("/mpesa/stkpushquery/v1/query");
    expect(JSON.parse(heard[0]!.body)).toEqual({
      BusinessShortCode: "174379",
      Password: Buffer.from(`174379${PASSKEY}20210628092408`).toString("base64"),
      Timestamp: "20210628092408",
      CheckoutRequestID: CHECKOUT,
    });
  });

  test("that is throttled is not repeated: there will be another sweep", async () => {
    const { daraja, heard, seen } = await setUp([spike]);
    expect(await daraja.stkQuery({ checkoutId: CHECKOUT })).toMatchObject({ answer: "no_answer" });
    expect(heard).toHaveLength(1);
    expect(seen.throttled).toBe(1);
  });

  test("with a dead token is asked once more with a new one", async () => {
    const { daraja } = await setUp([deadToken, answered("1032")]);
    expect(await daraja.stkQuery({ checkoutId: CHECKOUT })).toMatchObject({
      answer: "unpaid",
      failure: { code: "cancelled_by_customer" },
    });
  });

  test("with an unlisted result is no answer and an alarm", async () => {
    const { daraja, seen } = await setUp([answered("7777")]);
    expect(await daraja.stkQuery({ checkoutId: CHECKOUT })).toMatchObject({
      answer: "no_answer",
      unlistedCode: "7777",
    });
    expect(seen.logs).toContainEqual(["daraja.unlisted_code", { operation: "stk_query", resultCode: "7777" }]);
  });

  test("that meets a bare 401 has the token replaced by the push that comes next", async () => {
    const { daraja, heard } = await setUp([(response) => response.writeHead(401).end(), accepted]);
    expect(await daraja.stkQuery({ checkoutId: CHECKOUT })).toMatchObject({ answer: "no_answer" });
    await daraja.stkPush(PUSH);
    expect(heard.map(({ headers }) => headers.authorization)).toEqual(["Bearer first-token", "Bearer second-token"]);
  });

  test("that can't be asked teaches nothing", async () => {
    const { daraja } = await setUp([answered("0")], { credentials: () => Promise.reject(new Error("x")) });
    expect(await daraja.stkQuery({ checkoutId: CHECKOUT })).toMatchObject({ answer: "no_answer" });
    const dead = await setUp([answered("0")], { baseUrl: await deadUrl() });
    expect(await dead.daraja.stkQuery({ checkoutId: CHECKOUT })).toMatchObject({ answer: "no_answer" });
  });
});
