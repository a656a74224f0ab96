import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readB2cResult, readStatusResult } from "../../../functions/daraja/payout-results.ts";

type Parameters = Readonly<Record<string, unknown>> | null;

const keyed = (parameters: Readonly<Record<string, unknown>>) =>
  Object.entries(parameters).map(([Key, Value]) => (Value === undefined ? { Key } : { Key, Value }));
const result = (outer: Readonly<Record<string, unknown>>, parameters: Parameters = null): string =>
  JSON.stringify({
    Result: {
      ResultType: 0,
      ResultDesc: "words",
      OriginatorConversationID: "53e3-4aa8-9fe0-8fb5e4092cdd3533373",
      ConversationID: "AG_20240706_2010364430d9bbdaf872",
      TransactionID: "SG632NMUAB",
      ...outer,
      ...(parameters && { ResultParameters: { ResultParameter: keyed(parameters) } }),
      ReferenceData: { ReferenceItem: { Key: "QueueTimeoutURL", Value: "https://internal.invalid/submit" } },
    },
  });

/** The portal's sample. */
const PAID = {
  TransactionAmount: 10,
  TransactionReceipt: "SG632NMUAB",
  ReceiverPartyPublicName: "254705912645 - NICHOLAS JOHN SONGOK",
  TransactionCompletedDateTime: "06.07.2024 22:48:52",
  B2CUtilityAccountAvailableFunds: 8959269.6,
  B2CRecipientIsRegisteredCustomer: "Y",
  B2CChargesPaidAccountAvailableFunds: -1980.0,
};
const paid = (changes: Readonly<Record<string, unknown>> = {}) =>
  readB2cResult(result({ ResultCode: 0 }, { ...PAID, ...changes }));

describe("the result of a payout", () => {
  test("0 is paid, with receipt, amount, phone and time", () => {
    expect(paid()).toEqual({
      finding: "paid",
      receipt: "SG632NMUAB",
      amount: 1000,
      phone: "254705912645",
      conversationId: "AG_20240706_2010364430d9bbdaf872",
      paidAt: Date.UTC(2024, 6, 6, 19, 48, 52),
    });
  });

  test("0 as text, with texts for numbers, in another case, is the same", () => {
    const odd = result({ ResultCode: "0" }, { ...PAID, TransactionAmount: "10.00" })
      .replace('"ResultParameters"', '"resultParameters"')
      .replace('"TransactionReceipt"', '"transactionreceipt"');
    expect(readB2cResult(odd)).toEqual(paid());
  });

  test("one parameter alone may come as an object instead of a list", () => {
    const alone = JSON.parse(result({ ResultCode: 0 })) as { Result: Record<string, unknown> };
    alone.Result["ResultParameters"] = { ResultParameter: { Key: "TransactionAmount", Value: "250000" } };
    expect(readB2cResult(JSON.stringify(alone))).toMatchObject({ finding: "paid", amount: 25_000_000 });
  });

  test("reads a local number, and none at all from a masked one", () => {
    expect(paid({ ReceiverPartyPublicName: "0113638169 - Name" })).toMatchObject({ phone: "254113638169" });
    for (const ReceiverPartyPublicName of ["2547****645 - A B", "4130669 - A HOSPITAL", "", undefined, 7])
      expect(paid({ ReceiverPartyPublicName })).toMatchObject({ finding: "paid", phone: null });
  });

  test("without parameters is still paid, and the receipt is the envelope's", () => {
    expect(readB2cResult(result({ ResultCode: 0 }))).toMatchObject({
      finding: "paid",
      receipt: "SG632NMUAB",
      amount: null,
      phone: null,
      paidAt: null,
    });
  });

  test("has no receipt when it is a placeholder, or when its two places differ", () => {
    expect(readB2cResult(result({ ResultCode: 0, TransactionID: "SG60000000" }))).toMatchObject({ receipt: null });
    expect(paid({ TransactionReceipt: "SG632NMUAC" })).toMatchObject({ receipt: null });
    expect(paid({ TransactionReceipt: undefined })).toMatchObject({ receipt: "SG632NMUAB" });
  });

  test("has no amount when it is named twice and differs", () => {
    const twice = JSON.parse(result({ ResultCode: 0 }, PAID)) as {
      Result: { ResultParameters: { ResultParameter: unknown[] } };
    };
    twice.Result.ResultParameters.ResultParameter.push({ Key: "TransactionAmount", Value: 11 });
    expect(readB2cResult(JSON.stringify(twice))).toMatchObject({ finding: "paid", amount: null });
  });

  test.each([
    ["1", "float_too_low"],
    [2001, "initiator_misconfigured"],
    ["8006", "initiator_locked"],
    [2040, "receiver_not_registered"],
    ["SFC_IC0003", "receiver_not_registered"],
    [2028, "shortcode_misconfigured"],
  ])("%s is unpaid: %s", (ResultCode, code) => {
    expect(readB2cResult(result({ ResultCode, ResultDesc: "[Controller - ]It did not go." }))).toEqual({
      finding: "unpaid",
      failure: { code, resultCode: String(ResultCode), resultDesc: "It did not go." },
      conversationId: "AG_20240706_2010364430d9bbdaf872",
    });
  });

  test.each([15, "17", 26, "100000001"])("%s says nothing about how it ended", (ResultCode) => {
    expect(readB2cResult(result({ ResultCode }))).toMatchObject({ finding: "untold", unlistedCode: null });
  });

  test.each(["29", "7777", "00", "constructor", "0.0"])("%s is in no table: untold, and an alarm", (ResultCode) => {
    expect(readB2cResult(result({ ResultCode }, PAID))).toMatchObject({ finding: "untold", unlistedCode: ResultCode });
  });

  test.each([
    ["nothing", ""],
    ["HTML", "<html></html>"],
    ["another object", '{"InitiatorName":"testapi"}'],
    ["no code", result({}, PAID)],
    ["a code that is an object", result({ ResultCode: { Value: 0 } }, PAID)],
    ["a list", `[${result({ ResultCode: 0 })}]`],
    ["more than can be read", result({ ResultCode: 0, ResultDesc: "x".repeat(70_000) })],
  ])("that is %s is unreadable", (_, body) => {
    expect(readB2cResult(body)).toMatchObject({ finding: "unreadable" });
  });
});

/** A capture from production, its names replaced. */
const STATUS = {
  DebitPartyName: "600782 - DUKA LETU",
  CreditPartyName: "254705912645 - JOHN DOE          ",
  OriginatorConversationID: "pyo_0123456789abcdfghijknpqrst",
  InitiatedTime: 20240206143640,
  CreditPartyCharges: undefined,
  TransactionReason: undefined,
  TransactionStatus: "Completed",
  FinalisedTime: 20240206143645,
  Amount: 1.0,
  ConversationID: "AG_20240206_2070311589e691000924",
  ReceiptNo: "SB659DEI29",
};
const status = (changes: Readonly<Record<string, unknown>> = {}, outer: Readonly<Record<string, unknown>> = {}) =>
  readStatusResult(result({ ResultCode: 0, TransactionID: "SB60000000", ...outer }, { ...STATUS, ...changes }));

describe("the answer to a question about a payout", () => {
  test("Completed is paid, with what belongs to the payout and not to the question", () => {
    expect(status()).toEqual({
      initiatorTrouble: null,
      unlistedCode: null,
      outcome: {
        finding: "paid",
        receipt: "SB659DEI29",
        amount: 100,
        phone: "254705912645",
        conversationId: "AG_20240206_2070311589e691000924",
        paidAt: Date.UTC(2024, 1, 6, 11, 36, 45),
      },
    });
  });

  test("reads the older spelling of the time, and takes no receipt from the envelope", () => {
    const older = { FinalisedTime: undefined, FinalizedTime: "20240206143645", ReceiptNo: undefined };
    expect(status(older, { TransactionID: "SB659DEI29" }).outcome).toMatchObject({
      paidAt: Date.UTC(2024, 1, 6, 11, 36, 45),
      receipt: null,
    });
  });

  test.each(["Cancelled", "Declined", "Expired", "EXPIRED "])("%s ended without money moving", (TransactionStatus) => {
    expect(status({ TransactionStatus }).outcome).toMatchObject({
      finding: "unpaid",
      failure: { code: "ended_unpaid", resultCode: TransactionStatus.trim() },
      conversationId: "AG_20240206_2070311589e691000924",
    });
  });

  test.each(["Initiated", "Authorized", "Reversed", "", undefined, 0])("%s has not ended", (TransactionStatus) => {
    expect(status({ TransactionStatus })).toMatchObject({ outcome: { finding: "untold" }, initiatorTrouble: null });
  });

  test("two statuses at once are none", () => {
    const body = result({ ResultCode: 0 }, STATUS).replace(
      '{"Key":"InitiatedTime"',
      '{"Key":"TransactionStatus","Value":"Declined"},{"Key":"InitiatedTime"',
    );
    expect(readStatusResult(body).outcome).toMatchObject({ finding: "untold" });
  });

  test.each([
    ["2001", "initiator_misconfigured"],
    [8006, "initiator_locked"],
    ["18", "initiator_misconfigured"],
    ["20", "initiator_misconfigured"],
    [21, "initiator_misconfigured"],
    ["22", "initiator_misconfigured"],
  ])("%s is trouble with the operator and says nothing about the payout", (ResultCode, trouble) => {
    expect(status({}, { ResultCode })).toMatchObject({
      outcome: { finding: "untold", unlistedCode: null },
      initiatorTrouble: trouble,
      unlistedCode: null,
    });
  });

  test.each([
    ["1", null],
    ["2040", null],
    ["25", null],
    ["2032", "2032"],
  ])("%s is about the question: the payout has neither failed nor been paid", (ResultCode, unlistedCode) => {
    expect(status({}, { ResultCode })).toMatchObject({
      outcome: { finding: "untold", unlistedCode: null },
      initiatorTrouble: null,
      unlistedCode,
    });
  });
});

test("any text has an answer in both, and none of it is paid or unpaid by chance", () => {
  const text = fc.oneof(
    fc.string(),
    fc.json(),
    fc.json().map((json) => `{"Result":${json}}`),
    fc.record({ ResultCode: fc.constantFrom(0, "0", "1"), ResultParameters: fc.jsonValue() }).map((one) => {
      return JSON.stringify({ Result: one }).slice(0, -1);
    }),
  );
  fc.assert(
    fc.property(text, (body) => {
      for (const { finding } of [readB2cResult(body), readStatusResult(body).outcome])
        expect(["untold", "unreadable"]).toContain(finding);
    }),
  );
});
