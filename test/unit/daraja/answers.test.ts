import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { doubtsToken, readQueryAnswer, readSubmitAnswer } from "../../../functions/daraja/answers.ts";

const CHECKOUT = "ws_CO_1007202409152617172396192";
const MERCHANT = "2654-4b64-97ff-b827b542881d3130";
const accepted = {
  MerchantRequestID: MERCHANT,
  CheckoutRequestID: CHECKOUT,
  ResponseCode: "0",
  ResponseDescription: "Success. Request accepted for processing",
  CustomerMessage: "Success. Request accepted for processing",
};
const error = (errorCode: string, errorMessage: string) => ({ requestId: "1c5b-4ba8", errorCode, errorMessage });
const submit = (status: number, body: unknown) =>
  readSubmitAnswer({ status, body: typeof body === "string" ? body : JSON.stringify(body) });
const PUSH = { checkoutId: CHECKOUT, merchantId: MERCHANT };
const query = (status: number, body: unknown) =>
  readQueryAnswer({ status, body: typeof body === "string" ? body : JSON.stringify(body) }, CHECKOUT);

describe("the answer to a push", () => {
  test("ResponseCode 0 with both ids is accepted", () => {
    expect(submit(200, accepted)).toEqual({
      answer: {
        answer: "accepted",
        push: { checkoutId: CHECKOUT, merchantId: MERCHANT },
        raw: JSON.stringify(accepted),
      },
      unlistedCode: null,
    });
  });

  test("ResponseCode may be a number and names may differ in case", () => {
    const odd = { merchantRequestID: MERCHANT, checkoutRequestId: CHECKOUT, responsecode: 0 };
    expect(submit(200, odd)).toMatchObject({ answer: { answer: "accepted", push: { checkoutId: CHECKOUT } } });
  });

  test("accepted without a CheckoutRequestID is unknown, not accepted and not refused", () => {
    expect(submit(200, { ResponseCode: "0" })).toMatchObject({ answer: { answer: "unknown", push: null } });
  });

  test("accepted words with a status that is no success are unknown, with the push", () => {
    for (const status of [302, 401, 429, 500])
      expect(submit(status, accepted)).toMatchObject({ answer: { answer: "unknown", push: PUSH } });
  });

  test("another ResponseCode proves no refusal: it is unknown and an alarm", () => {
    expect(submit(200, { ResponseCode: "1", ResponseDescription: "Rejected" })).toEqual({
      answer: {
        answer: "unknown",
        because: "HTTP 200: ResponseCode 1",
        push: null,
        raw: '{"ResponseCode":"1","ResponseDescription":"Rejected"}',
      },
      unlistedCode: "1",
    });
  });

  test("another ResponseCode beside the push's ids keeps them, to be asked by", () => {
    expect(submit(200, { ...accepted, ResponseCode: "1" })).toMatchObject({
      answer: { answer: "unknown", push: PUSH },
      unlistedCode: "1",
    });
  });

  test("ResponseCode 0 beside an errorCode contradicts itself: unknown, whatever the error alone would prove", () => {
    const errors = [
      error("400.002.02", "Bad Request - Invalid Timestamp"),
      error("404.001.03", "Invalid Access Token"),
      error("500.003.02", "Error Occurred: Spike Arrest Violation"),
    ];
    for (const both of errors) {
      expect(submit(200, { ...accepted, ...both })).toMatchObject({
        answer: { answer: "unknown", because: `HTTP 200: ${both.errorCode}`, push: PUSH },
        unlistedCode: null,
      });
      expect(submit(200, { ResponseCode: "0", ...both })).toMatchObject({ answer: { answer: "unknown", push: null } });
    }
    expect(submit(200, { ...accepted, ...error("400.777.01", "New") })).toMatchObject({
      answer: { answer: "unknown", push: PUSH },
      unlistedCode: "400.777.01",
    });
  });

  test("one code refuses for a busy line or for a wrong shortcode, and its words tell which", () => {
    const busy = error("500.001.1001", "Unable to lock subscriber, a transaction is already in process");
    expect(submit(500, busy)).toMatchObject({ answer: { answer: "refused", failure: { code: "customer_busy" } } });
    const misconfigured = error("500.001.1001", "Merchant does not exist");
    expect(submit(500, misconfigured)).toMatchObject({
      answer: { answer: "refused", failure: { code: "merchant_misconfigured" } },
    });
  });

  test("an error body that comes with HTTP 200 is an error", () => {
    expect(submit(200, error("400.002.02", "Bad Request - Invalid Timestamp"))).toMatchObject({
      answer: { answer: "refused", failure: { code: "merchant_misconfigured", resultCode: "400.002.02" } },
    });
  });

  test("ErrorCode in capitals is read as errorCode", () => {
    expect(submit(500, { ErrorCode: "500.001.1001", ErrorMessage: "Merchant does not exist" })).toMatchObject({
      answer: { answer: "refused", failure: { code: "merchant_misconfigured" } },
    });
  });

  test.each([
    ["an empty body", 200, ""],
    ["an empty 500", 500, ""],
    ["HTML with 403", 403, '<html style="height:100%"><head></head></html>'],
    ["HTML with 200", 200, "<html></html>"],
    ["an Incapsula text with 503", 503, "Request unsuccessful. Incapsula incident ID: 1"],
    ["a redirect", 302, ""],
    ["a SOAP fault", 500, { Envelope: { Body: { Fault: { faultcode: "x" } } } }],
    ["a list", 200, [accepted]],
    ["a busy system", 500, error("500.003.02", "System is busy. Please try again in few minutes.")],
    ["an internal error", 500, error("500.003.1001", "Internal Server Error")],
    ["JSON that breaks off", 200, JSON.stringify(accepted).slice(0, -1)],
  ])("%s is unknown", (_, status, body) => {
    expect(submit(status, body)).toMatchObject({ answer: { answer: "unknown" }, unlistedCode: null });
  });

  test("a 4xx with a code that no table lists is unknown and an alarm", () => {
    expect(submit(400, error("400.777.01", "New"))).toMatchObject({
      answer: { answer: "unknown", because: "HTTP 400: 400.777.01" },
      unlistedCode: "400.777.01",
    });
  });

  test("a dead token and spike arrest are setbacks, the Apigee fault included", () => {
    const fault = {
      fault: {
        faultstring: "Spike arrest violation. Allowed rate : MessageRate{messagesPerPeriod=5}",
        detail: { errorcode: "policies.ratelimit.SpikeArrestViolation" },
      },
    };
    expect(submit(404, error("404.001.03", "Invalid Access Token"))).toMatchObject({ setback: { kind: "token_dead" } });
    expect(submit(429, fault)).toMatchObject({ setback: { kind: "throttled", failure: { code: "rate_limited" } } });
    expect(submit(429, "")).toMatchObject({ setback: { kind: "throttled" } });
  });

  test("a busy system also asks the lane to slow down, for a push and for a query", () => {
    const busy = error("500.003.02", "System is busy. Please try again in few minutes.");
    expect(submit(500, busy)).toMatchObject({ answer: { answer: "unknown" }, slowDown: true });
    expect(query(500, busy)).toMatchObject({ answer: { answer: "no_answer" }, slowDown: true });
    expect(submit(500, error("500.003.1001", "Internal Server Error"))).not.toHaveProperty("slowDown");
  });

  test("a token repeated in the message is not in the failure", () => {
    const reading = submit(
      401,
      error("401.002.01", "Error Occurred - Invalid Access Token - c9SQxWWhmdVRlyh0zh8gZDTkubVF"),
    );
    expect(reading).toMatchObject({ setback: { failure: { resultDesc: "Error Occurred - Invalid Access Token" } } });
  });

  test("any status with any body has an answer, and only a 2xx with ResponseCode 0 is accepted", () => {
    const body = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((text) => text.slice(0, -1)),
    );
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), body, (status, text) => {
        const reading = readSubmitAnswer({ status, body: text });
        expect("setback" in reading || reading.answer.answer !== "accepted").toBe(true);
      }),
    );
  });
});

test("only a 401 that no table explains casts doubt on the token", () => {
  const doubts = (status: number, body: string | object) =>
    doubtsToken({ status, body: typeof body === "string" ? body : JSON.stringify(body) });
  for (const bare of ["", "<html></html>", "{}", error("401.777.01", "New")]) expect(doubts(401, bare)).toBe(true);
  expect(doubts(401, error("401.002.01", "Error Occurred - Invalid Access Token - x"))).toBe(false);
  expect(doubts(401, { fault: { faultstring: "Invalid API call as no apiproduct match found" } })).toBe(false);
  for (const status of [200, 400, 403, 404, 500]) expect(doubts(status, "")).toBe(false);
});

describe("the answer to a query", () => {
  const terminal = (ResultCode: unknown, ResultDesc = "words") => ({
    ResponseCode: "0",
    ResponseDescription: "The service request has been accepted successsfully",
    MerchantRequestID: MERCHANT,
    CheckoutRequestID: CHECKOUT,
    ResultCode,
    ResultDesc,
  });

  test("0 is paid, as text or number, with the push it is about", () => {
    for (const code of ["0", 0])
      expect(query(200, terminal(code))).toMatchObject({
        answer: { answer: "paid", push: { checkoutId: CHECKOUT, merchantId: MERCHANT } },
      });
  });

  test("1032 is unpaid with our code and M-PESA's words", () => {
    expect(query(200, terminal("1032", "Request cancelled by user"))).toMatchObject({
      answer: {
        answer: "unpaid",
        failure: { code: "cancelled_by_customer", resultCode: "1032", resultDesc: "Request cancelled by user" },
      },
    });
  });

  test("both ways of saying 'not yet' are in progress", () => {
    expect(query(200, terminal("4999"))).toEqual({ answer: { answer: "in_progress" }, unlistedCode: null });
    expect(query(500, error("500.001.1001", "The transaction is being processed"))).toEqual({
      answer: { answer: "in_progress" },
      unlistedCode: null,
    });
  });

  test("500.001.1001 is never an outcome, whatever it says", () => {
    for (const words of [
      "The transaction does not Exist",
      "Internal Server Error",
      "Merchant does not exist",
      "Wrong credentials",
      "",
    ])
      expect(query(500, error("500.001.1001", words))).toMatchObject({ answer: { answer: "no_answer" } });
  });

  test("a result that no table lists is no answer and an alarm", () => {
    expect(query(200, terminal("7777"))).toMatchObject({
      answer: { answer: "no_answer", unlistedCode: "7777" },
      unlistedCode: "7777",
    });
  });

  // Mutations found the long names: they were taken for no name at all, and the answer for one about this push.
  test.each([
    ["another push", { CheckoutRequestID: "ws_CO_other" }],
    ["a push with a name that is too long", { CheckoutRequestID: "a".repeat(5_000) }],
    ["a push that is named in a list", { CheckoutRequestID: ["ws_CO_other"] }],
    ["a push that is named in an object", { CheckoutRequestID: { CheckoutRequestID: "ws_CO_other" } }],
    [
      "another push, by a request with a name that is too long",
      { CheckoutRequestID: "ws_CO_other", MerchantRequestID: "1".repeat(5_000) },
    ],
  ])("an answer about %s is no answer", (_, names) => {
    expect(query(200, { ...terminal("0"), ...names })).toMatchObject({
      answer: { answer: "no_answer", because: "the answer is about another push" },
    });
  });

  test("asked too early, HTML and a 5xx with a ResultCode are no answers", () => {
    expect(query(400, error("400.002.02", "Bad Request - Invalid CheckoutRequestID"))).toMatchObject({
      answer: { answer: "no_answer" },
    });
    expect(query(200, "<html>")).toMatchObject({ answer: { answer: "no_answer" } });
    expect(query(500, terminal("0"))).toMatchObject({ answer: { answer: "no_answer" } });
  });

  test("any status with any body has an answer, and nothing is paid by chance", () => {
    const body = fc.oneof(fc.string(), fc.json());
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), body, (status, text) => {
        const reading = readQueryAnswer({ status, body: text }, CHECKOUT);
        expect("setback" in reading || ["no_answer", "in_progress"].includes(reading.answer.answer)).toBe(true);
      }),
    );
  });
});
