import { describe, expect, test } from "vitest";
import { FAILURE_CODES } from "../../../functions/domain/failures.ts";
import { PAYOUT_FAILURE_CODES, PAYOUT_FAILURES } from "../../../functions/domain/payout-failures.ts";
import { B2C_RESULTS, b2cResult, initiatorTrouble } from "../../../functions/daraja/b2c-result-codes.ts";
import { GATEWAY_ERRORS, gatewayVerdict } from "../../../functions/daraja/gateway-errors.ts";
import { SOURCES, STK_RESULTS, stkResult } from "../../../functions/daraja/result-codes.ts";

describe("STK result codes", () => {
  test.each([
    ["0", "paid"],
    ["1", "insufficient_funds"],
    ["2", "limit_exceeded"],
    ["3", "limit_exceeded"],
    ["4", "limit_exceeded"],
    ["11", "account_inactive"],
    ["17", "duplicate_request"],
    ["26", "daraja_unavailable"],
    ["1001", "customer_busy"],
    ["1019", "prompt_expired"],
    ["1031", "cancelled_by_customer"],
    ["1032", "cancelled_by_customer"],
    ["1037", "customer_unreachable"],
    ["2001", "wrong_pin"],
    ["2028", "merchant_misconfigured"],
    ["8006", "pin_locked"],
    ["SFC_IC0003", "merchant_misconfigured"],
    ["4999", "in_progress"],
  ])("%s is %s", (code, says) => {
    expect(stkResult(code)?.says).toBe(says);
  });

  test("only 4999 leaves a push open", () => {
    const open = [...STK_RESULTS].filter(([, result]) => !result.terminal).map(([code]) => code);
    expect(open).toEqual(["4999"]);
  });

  test("only 0 is paid", () => {
    const paid = [...STK_RESULTS].filter(([, result]) => result.says === "paid").map(([code]) => code);
    expect(paid).toEqual(["0"]);
  });

  test("codes are texts: 00, 0.0, a blank and names of built-in properties are not 0", () => {
    for (const code of ["00", "0.0", "", " ", "-0", "constructor", "__proto__", "toString", "01032"])
      expect(stkResult(code)).toBeNull();
  });

  test("every row has a known failure code, a sentence and a source, and none is unclassified", () => {
    for (const result of STK_RESULTS.values()) {
      expect(["paid", "in_progress", ...FAILURE_CODES]).toContain(result.says);
      expect(result.says).not.toBe("unclassified");
      expect(result.meaning).toMatch(/\.$/);
      expect(SOURCES).toHaveProperty(result.source);
    }
  });
});

describe("result codes of payouts", () => {
  test.each([
    ["0", "paid"],
    ["1", "float_too_low"],
    ["2", "amount_out_of_range"],
    ["3", "amount_out_of_range"],
    ["4", "receiver_limit_exceeded"],
    ["8", "receiver_limit_exceeded"],
    ["11", "shortcode_misconfigured"],
    ["15", "untold"],
    ["17", "untold"],
    ["18", "initiator_misconfigured"],
    ["20", "initiator_misconfigured"],
    ["21", "initiator_misconfigured"],
    ["22", "initiator_misconfigured"],
    ["26", "untold"],
    ["2001", "initiator_misconfigured"],
    ["2006", "shortcode_misconfigured"],
    ["2028", "shortcode_misconfigured"],
    ["2040", "receiver_not_registered"],
    ["8006", "initiator_locked"],
    ["SFC_IC0003", "receiver_not_registered"],
    ["TP40153", "initiator_misconfigured"],
    ["100000001", "untold"],
  ])("%s is %s", (code, says) => {
    expect(b2cResult(code)?.says).toBe(says);
  });

  test("only 0 is paid, and what nobody has told us has no meaning", () => {
    expect([...B2C_RESULTS].filter(([, { says }]) => says === "paid").map(([code]) => code)).toEqual(["0"]);
    for (const code of ["00", "0.0", "", "-0", "19", "29", "constructor", "__proto__"])
      expect(b2cResult(code)).toBeNull();
  });

  test("every row has a known outcome, a sentence and a source, and none is unclassified", () => {
    for (const { says, meaning, source } of B2C_RESULTS.values()) {
      expect(["paid", "untold", ...PAYOUT_FAILURE_CODES]).toContain(says);
      expect(says).not.toBe("unclassified");
      expect(meaning).toMatch(/\.$/);
      expect(SOURCES).toHaveProperty(source);
    }
  });

  test("trouble with the operator is exactly what halts everything that names the operator", () => {
    for (const [code, { says }] of B2C_RESULTS) {
      const halts = says !== "paid" && says !== "untold" && PAYOUT_FAILURES[says].halts === "initiator";
      expect(initiatorTrouble(code)).toBe(halts ? says : null);
    }
    expect(initiatorTrouble("7777")).toBeNull();
  });
});

describe("errors of the gateway", () => {
  const verdict = (code: string | null, message: string, status = 500) =>
    gatewayVerdict(status, { code, message }).push;
  const payout = (code: string | null, message: string, status = 500) =>
    gatewayVerdict(status, { code, message }).payout;

  test.each([
    ["400.002.02", "Bad Request - Invalid CallBackURL", "merchant_misconfigured"],
    ["400.002.02", "Bad Request - Invalid PhoneNumber", "customer_unreachable"],
    ["400.002.02", "Bad Request - Invalid Amount", "limit_exceeded"],
    ["500.001.1001", "Merchant does not exist", "merchant_misconfigured"],
    ["500.001.1001", "[MerchantValidate] - Wrong credentials", "merchant_misconfigured"],
    ["500.001.1001", "Unable to lock subscriber, a transaction is already in process", "customer_busy"],
    ["500.003.03", "Quota Violation", "rate_limited"],
    ["404.001.01", "Resource not found", "merchant_misconfigured"],
    ["405.001", "GET Method Not Allowed", "merchant_misconfigured"],
    [null, "Invalid API call as no apiproduct match found", "merchant_misconfigured"],
  ])("%s with %j is a refusal: %s", (code, message, failure) => {
    expect(verdict(code, message)).toEqual({ verdict: "refused", failure });
  });

  test.each([
    ["500.001.1001", "The transaction is being processed"],
    ["500.001.1001", "Internal Server Error"],
    ["500.001.1001", ""],
    ["500.003.1001", "Internal Server Error"],
    ["500.002.1001", "Duplicate OriginatorConversationID."],
    ["00.002.1001", "Service is currently under maintenance"],
  ])("%s with %j proves nothing", (code, message) => {
    expect(verdict(code, message)).toEqual({ verdict: "unknown" });
  });

  test.each([
    ["404.001.03", "Invalid Access Token"],
    ["404.001.04", "Invalid Authentication Header"],
    ["401.002.01", "Error Occurred - Invalid Access Token - abc"],
    ["401.003.01", "Invalid Access Token"],
    ["401.001", "Invalid Access Token"],
    ["400.003.01", "Invalid Access Token"],
    ["999.999.99", "Invalid Access Token"],
    [null, "Invalid Access Token"],
  ])("%s with %j is a dead token", (code, message) => {
    expect(verdict(code, message)).toEqual({ verdict: "token_dead" });
  });

  test("spike arrest and any 429 are throttling", () => {
    expect(verdict("500.003.02", "Error Occurred: Spike Arrest Violation")).toEqual({ verdict: "throttled" });
    expect(verdict("policies.ratelimit.SpikeArrestViolation", "")).toEqual({ verdict: "throttled" });
    expect(verdict(null, "", 429)).toEqual({ verdict: "throttled" });
  });

  test("a busy system proves nothing but that it is busy, for both", () => {
    const busy = ["500.003.02", "System is busy. Please try again in few minutes."] as const;
    expect([verdict(...busy), payout(...busy)]).toEqual([{ verdict: "busy" }, { verdict: "busy" }]);
  });

  test.each([
    ["400.002.02", "Bad Request - Invalid PartyB", "invalid_receiver"],
    ["400.002.02", "Bad Request - Invalid PartyA", "shortcode_misconfigured"],
    ["400.002.02", "Bad Request - Invalid Amount", "amount_out_of_range"],
    ["400.002.02", "Bad Request - Invalid InitiatorName", "initiator_misconfigured"],
    ["400.002.02", "Bad Request - Invalid Initiator", "initiator_misconfigured"],
    ["400.002.02", "Bad Request - Invalid SecurityCredential", "initiator_misconfigured"],
    ["400.002.02", "Bad Request - Invalid Remarks", "request_refused"],
    ["400.002.02", "Bad Request - Invalid ResultURL", "shortcode_misconfigured"],
    ["404.002.01", "Resource not found", "shortcode_misconfigured"],
    ["500.001.1001", "Merchant does not exist", "shortcode_misconfigured"],
    ["500.003.03", "Quota Violation", "rate_limited"],
    [null, "Invalid API call as no apiproduct match found", "shortcode_misconfigured"],
  ])("%s with %j proves that a payout was not taken: %s", (code, message, failure) => {
    expect(payout(code, message)).toEqual({ verdict: "refused", failure });
  });

  test.each([
    ["500.002.1001", "Duplicate OriginatorConversationID."],
    ["500.777.01", "Duplicate OriginatorConversationID."],
  ])("%s with %j proves that an earlier sending of a payout went in", (code, message) => {
    expect(payout(code, message)).toEqual({ verdict: "went_in" });
  });

  test.each(["[MerchantValidate] - Wrong credentials", "Unable to lock subscriber", "Missing ICCID value in request"])(
    "500.001.1001 with %j proves something about a push and nothing about a payout",
    (message) => {
      expect(verdict("500.001.1001", message)).toMatchObject({ verdict: "refused" });
      expect(payout("500.001.1001", message)).toEqual({ verdict: "unknown" });
    },
  );

  test("a code that no row lists is unknown and said to be unlisted; no code at all is only unknown", () => {
    expect(gatewayVerdict(400, { code: "400.777.01", message: "?" })).toEqual({
      push: { verdict: "unknown" },
      payout: { verdict: "unknown" },
      listed: false,
    });
    expect(gatewayVerdict(502, { code: null, message: "" })).toEqual({
      push: { verdict: "unknown" },
      payout: { verdict: "unknown" },
      listed: true,
    });
  });

  test("no row is hidden behind an earlier one that asks for no words", () => {
    const open = new Set<string>();
    for (const { code, words } of GATEWAY_ERRORS) {
      expect(open.has(code)).toBe(false);
      if (words === null) open.add(code);
    }
  });
});
