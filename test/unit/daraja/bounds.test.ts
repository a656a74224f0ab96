/** How much of what Safaricom says is taken over, and what is taken where it says something twice or not at all. */
import { describe, expect, test } from "vitest";
import { readQueryAnswer, readSubmitAnswer } from "../../../functions/daraja/answers.ts";
import { callbackUrl } from "../../../functions/daraja/callback-url.ts";
import { BODY_LIMIT, listOf, member, parseForeign } from "../../../functions/daraja/foreign-json.ts";
import { CODE_LENGTH, isSuccess } from "../../../functions/daraja/gateway-answer.ts";
import { gatewayVerdict } from "../../../functions/daraja/gateway-errors.ts";
import { description, failure, ID_LIMIT, namedValues } from "../../../functions/daraja/mpesa-fields.ts";
import { readStkCallback } from "../../../functions/daraja/stk-callback.ts";
import { pushIds } from "../../../functions/daraja/stk-fields.ts";

const PUSH = { MerchantRequestID: "29115-34620561-1", CheckoutRequestID: "ws_CO_1" };
const LONG = "A".repeat(500);
const http = (status: number, body: object) => ({ status, body: JSON.stringify(body) });

describe("no more is taken over than its place holds", () => {
  test("of a code that no table lists", () => {
    const submit = readSubmitAnswer(http(200, { ...PUSH, ResponseCode: LONG }));
    expect(submit).toMatchObject({ unlistedCode: LONG.slice(0, CODE_LENGTH) });
    const query = readQueryAnswer(http(200, { ...PUSH, ResponseCode: "0", ResultCode: LONG }), PUSH.CheckoutRequestID);
    expect(query).toMatchObject({ unlistedCode: LONG.slice(0, CODE_LENGTH) });
    const callback = readStkCallback(JSON.stringify({ Body: { stkCallback: { ...PUSH, ResultCode: LONG } } }));
    expect(callback).toMatchObject({ unlistedCode: LONG.slice(0, 40) });
  });

  test("of M-PESA's words and codes", () => {
    expect(description(`[STK_CB - ] ${"a b ".repeat(500)}`)).toHaveLength(200);
    expect(description(" words ")).toBe("words");
    expect(description("[STK_CB - ] ")).toBeNull();
    expect(failure("unclassified", { code: "AB ".repeat(200), words: null }).resultCode).toHaveLength(ID_LIMIT);
  });

  test("of the names of a push", () => {
    const [longest, longer] = ["x".repeat(ID_LIMIT), "x".repeat(ID_LIMIT + 1)];
    expect(pushIds({ ...PUSH, CheckoutRequestID: longest })).toMatchObject({ checkoutId: longest });
    expect(pushIds({ ...PUSH, CheckoutRequestID: longer })).toBeNull();
    expect(pushIds({ ...PUSH, MerchantRequestID: longest })).toMatchObject({ merchantId: longest });
    expect(pushIds({ ...PUSH, MerchantRequestID: longer })).toBeNull();
  });

  test("of a body, a byte order mark in front of it aside", () => {
    const filled = (length: number): string => `{"a":"${"b".repeat(length - 8)}"}`;
    expect(parseForeign(filled(BODY_LIMIT))).not.toBeNull();
    expect(parseForeign(filled(BODY_LIMIT + 1))).toBeNull();
    expect(parseForeign('\uFEFF{"a":1}')).toEqual({ a: 1 });
  });
});

describe("where something is said twice, or not at all", () => {
  test("the exact spelling of a name wins, and a name that is not there has no value", () => {
    expect(member({ resultcode: 1, ResultCode: 2 }, "ResultCode")).toBe(2);
    expect(member({ resultcode: 1 }, "ResultCode")).toBe(1);
    expect(member({ undefined: 3 }, "ResultCode")).toBeUndefined();
    expect(listOf("a text", () => true)).toEqual([]);
  });

  test("an item without a name or a value is none, and takes nothing from those that have both", () => {
    const values = namedValues([{ Value: 9 }, { Name: "Amount" }, { Name: "Amount", Value: 1 }], "Name");
    expect([...values]).toEqual([["amount", "1"]]);
  });

  test("an error beside the name of a push proves nothing", () => {
    const spike = { errorCode: "500.003.02", errorMessage: "Spike Arrest Violation" };
    expect(readSubmitAnswer(http(500, spike))).toHaveProperty("setback");
    expect(readSubmitAnswer(http(500, { ...spike, ...PUSH }))).toMatchObject({ answer: { answer: "unknown" } });
  });

  test("an error beside a result says nothing of the push", () => {
    const said = { ...PUSH, ResponseCode: "0", ResultCode: "0", errorCode: "500.001.1001", errorMessage: "Wrong" };
    expect(readQueryAnswer(http(200, said), PUSH.CheckoutRequestID)).toMatchObject({ answer: { answer: "no_answer" } });
  });

  test("a redirect is no success, and 429 needs no code to be known", () => {
    expect([199, 200, 299, 300].map(isSuccess)).toEqual([false, true, true, false]);
    expect(gatewayVerdict(429, { code: null, message: "" }).listed).toBe(true);
  });

  test("slashes at the end of the base address are not said again", () => {
    const url = callbackUrl({ baseUrl: "https://pay.duka.co.ke//", kind: "stk", id: "pay_1", secret: "a secret" });
    expect(url).toMatch(/^https:\/\/pay[.]duka[.]co[.]ke\/callbacks\/v1\/stk\/pay_1\//);
  });
});
