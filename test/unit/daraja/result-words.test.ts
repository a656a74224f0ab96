/** What is kept of results that say too much, too little, or nothing in any table: bounded words, and names that are usable. */
import { describe, expect, test } from "vitest";
import { readBalanceResult } from "../../../functions/daraja/balance-result.ts";
import { readRegistration } from "../../../functions/daraja/c2b-registration.ts";
import { textAt } from "../../../functions/daraja/foreign-json.ts";
import { CODE_LENGTH } from "../../../functions/daraja/gateway-answer.ts";
import { ID_LIMIT } from "../../../functions/daraja/mpesa-fields.ts";
import { operatorWord } from "../../../functions/daraja/operator-word.ts";
import { readAskAnswer, readPayoutAnswer } from "../../../functions/daraja/payout-answers.ts";
import { readB2cResult, readStatusResult } from "../../../functions/daraja/payout-results.ts";
import { readPullPage } from "../../../functions/daraja/pull-answers.ts";
import { readReceiptStatus } from "../../../functions/daraja/receipt-status.ts";
import { conversation } from "../../../functions/daraja/result-envelope.ts";
import { readReversalResult } from "../../../functions/daraja/reversal-results.ts";

const registration = readRegistration({ codeOf: (body) => textAt(body, "ResponseCode"), done: "0", already: null });
const LONG = "7".repeat(80);
const CUT = "7".repeat(CODE_LENGTH);
const MASKED = /^[^7]*[7*]{60}$/;
/** M-PESA's speaker and nothing that it said. */
const WORDLESS = "[Controller - ]";
const result = (outer: object, parameters: readonly object[] = []): string =>
  JSON.stringify({ Result: { ...outer, ResultParameters: { ResultParameter: parameters } } });

describe("a code that is longer than any code", () => {
  test("is cut, in the alarm and in the words", () => {
    const body = result({ ResultCode: LONG });
    expect(readB2cResult(body)).toMatchObject({ unlistedCode: CUT, because: expect.stringMatching(MASKED) as unknown });
    expect(readReversalResult(body)).toMatchObject({
      unlistedCode: CUT,
      because: expect.stringMatching(MASKED) as unknown,
    });
    expect(readStatusResult(body)).toMatchObject({
      unlistedCode: CUT,
      outcome: { unlistedCode: null, because: expect.stringMatching(MASKED) as unknown },
    });
    expect(readReceiptStatus(body)).toMatchObject({
      unlistedCode: CUT,
      word: { because: expect.stringMatching(MASKED) as unknown },
    });
    expect(readBalanceResult(body)).toMatchObject({ unlistedCode: CUT });
    expect(operatorWord(body)).toMatchObject({ code: CUT });
  });

  test("is cut in the gateway's answers too", () => {
    const http = { status: 200, body: JSON.stringify({ ResponseCode: LONG }) };
    for (const read of [readPayoutAnswer, readAskAnswer, readPullPage, registration])
      expect(read(http)).toMatchObject({ unlistedCode: CUT });
  });
});

describe("words that say nothing", () => {
  test("are called nothing", () => {
    const body = result({ ResultCode: WORDLESS });
    const because: unknown = expect.stringMatching(/: nothing$/);
    expect(readB2cResult(body)).toMatchObject({ because });
    expect(readReversalResult(body)).toMatchObject({ because });
    expect(readStatusResult(body)).toMatchObject({ outcome: { because } });
    expect(readReceiptStatus(body)).toMatchObject({ word: { because } });
    const status = result({ ResultCode: 0 }, [{ Key: "TransactionStatus", Value: WORDLESS }]);
    const is: unknown = expect.stringMatching(/is nothing$/);
    expect(readStatusResult(status)).toMatchObject({ outcome: { because: is } });
    expect(readReceiptStatus(status)).toMatchObject({ word: { because: is } });
  });

  test("of a balance question are M-PESA's silence", () => {
    for (const ResultDesc of [undefined, "", WORDLESS])
      expect(readBalanceResult(result({ ResultCode: "26", ResultDesc }))).toMatchObject({
        because: expect.stringMatching(/did not say why/) as unknown,
      });
  });

  test("that are no result say why not", () => {
    for (const body of ["", "{}", '{"Result":[]}', '{"Result":{}}', result({ ResultCode: "" })]) {
      const because: unknown = expect.stringMatching(/^it (is not a result|has no ResultCode)$/);
      expect(readB2cResult(body)).toEqual({ finding: "unreadable", because });
      expect(readReversalResult(body)).toEqual({ finding: "unreadable", because });
      expect(readStatusResult(body).outcome).toEqual({ finding: "unreadable", because });
      expect(readBalanceResult(body)).toMatchObject({ readable: false, because });
      expect(readReceiptStatus(body)).toEqual({
        word: { says: "nothing", because: expect.stringMatching(/^M-PESA's answer can't be read: it /) as unknown },
        unlistedCode: null,
      });
    }
  });
});

describe("a status", () => {
  const told = (...parameters: readonly [Key: string, Value?: string][]) =>
    readStatusResult(
      result(
        { ResultCode: 0 },
        parameters.map(([Key, Value]) => ({ Key, Value })),
      ),
    ).outcome;

  test("is quoted as it stands when it is no end, and missed when there is none", () => {
    expect(told(["TransactionStatus", "Authorized"])).toEqual({
      finding: "untold",
      because: expect.stringMatching(/is Authorized$/) as unknown,
      unlistedCode: null,
    });
    expect(told(["Amount", "5"])).toMatchObject({ because: expect.stringMatching(/names no one status/) as unknown });
  });

  test("of a payout may come without anything else", () => {
    const bare = { receipt: null, amount: null, phone: null, conversationId: null, paidAt: null };
    expect(told(["TransactionStatus", "COMPLETED"])).toEqual({ finding: "paid", ...bare });
    expect(told(["TransactionStatus", "declined"])).toEqual({
      finding: "unpaid",
      failure: { code: "ended_unpaid", resultCode: "declined", resultDesc: null },
      conversationId: null,
    });
    expect(told(["TransactionStatus", "Expired"], ["TransactionReason", "too long"])).toMatchObject({
      failure: { resultDesc: "too long" },
    });
  });
});

describe("a registration", () => {
  test("that comes with an error is not known to be made, whatever its code says", () => {
    const body = '{"ResponseCode":"0","errorCode":"500.777.01"}';
    expect(registration({ status: 200, body })).toMatchObject({
      answer: { answer: "unknown" },
      unlistedCode: "500.777.01",
    });
  });

  test.each([
    [429, "", "throttled", "rate_limited"],
    [401, '{"errorCode":"401.001","errorMessage":"Invalid Access Token"}', "token_dead", "daraja_unavailable"],
  ])("that the gateway turned away with %i says why", (...[status, body, kind, code]) => {
    expect(registration({ status, body })).toMatchObject({ setback: { kind, failure: { code } } });
  });
});

test("a question's other ResponseCode is told, and an alarm", () => {
  expect(readAskAnswer({ status: 200, body: '{"ResponseCode":"7"}' })).toEqual({
    answer: { answer: "maybe_asked", ask: { asked: "maybe", because: "HTTP 200: ResponseCode 7" } },
    unlistedCode: "7",
  });
});

test("the receipt of a payout's parameters counts where the envelope has only a placeholder", () => {
  const receipt = { Key: "TransactionReceipt", Value: "SG632NMUAB" };
  for (const TransactionID of ["SG60000000", undefined])
    expect(readB2cResult(result({ ResultCode: 0, TransactionID }, [receipt]))).toMatchObject({ receipt: "SG632NMUAB" });
});

test("a name of M-PESA's is usable up to a hundred characters", () => {
  expect([null, undefined, "x".repeat(ID_LIMIT + 1)].map(conversation)).toEqual([null, null, null]);
  expect(conversation("x".repeat(ID_LIMIT))).toHaveLength(ID_LIMIT);
});
