import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { REVERSAL_RESULTS, reversalResult } from "../../../functions/daraja/reversal-codes.ts";
import { readReversalResult } from "../../../functions/daraja/reversal-results.ts";
import { SOURCES } from "../../../functions/daraja/result-codes.ts";

const PARAMETERS = {
  DebitAccountBalance: "Utility Account|KES|7722179.62|7722179.62|0.00|0.00",
  Amount: 200.0,
  TransCompletedTime: 20211114132711,
  OriginalTransactionID: "PDU91HIVIT",
  Charge: 0.0,
  CreditPartyPublicName: "254705912645 - ASHA BARAKA",
  DebitPartyPublicName: "603021 - DUKA LETU",
};
const result = (
  changes: Readonly<Record<string, unknown>> = {},
  parameters: Readonly<Record<string, unknown>> | null = PARAMETERS,
) =>
  JSON.stringify({
    Result: {
      ResultType: 0,
      ResultCode: "0",
      ResultDesc: "The service request is processed successfully.",
      OriginatorConversationID: "f1e2-4b95-a71d-b30d3cdbb7a7735297",
      ConversationID: "AG_20211114_20106e9209f64bebd05b",
      TransactionID: "PKE0000X1Z",
      ...(parameters === null
        ? {}
        : {
            ResultParameters: { ResultParameter: Object.entries(parameters).map(([Key, Value]) => ({ Key, Value })) },
          }),
      ReferenceData: { ReferenceItem: { Key: "QueueTimeoutURL", Value: "https://internalsandbox.safaricom.co.ke" } },
      ...changes,
    },
  });

describe("a reversal's result", () => {
  test("that succeeded names its own receipt, the payment's, and what went back to whom", () => {
    expect(readReversalResult(result())).toEqual({
      finding: "reversed",
      receipt: "PKE0000X1Z",
      original: "PDU91HIVIT",
      amount: 20_000,
      charge: 0,
      phone: "254705912645",
      conversationId: "AG_20211114_20106e9209f64bebd05b",
      reversedAt: Date.UTC(2021, 10, 14, 10, 27, 11),
    });
  });

  test("that succeeded is a success with whatever it leaves out", () => {
    const empty = { amount: null, charge: null, phone: null, original: null, reversedAt: null };
    expect(readReversalResult(result({ ResultCode: 0 }, null))).toMatchObject({ finding: "reversed", ...empty });
    const odd = {
      ...PARAMETERS,
      Amount: "-1",
      CreditPartyPublicName: "2547 ***** 645 - ASHA",
      OriginalTransactionID: "",
    };
    expect(readReversalResult(result({}, odd))).toMatchObject({ amount: null, phone: null, original: null });
  });

  test("that names the payment's receipt as its own has none of its own", () => {
    expect(readReversalResult(result({ TransactionID: "PDU91HIVIT" }))).toMatchObject({
      receipt: null,
      original: "PDU91HIVIT",
    });
    expect(readReversalResult(result({ TransactionID: "PKE0000000" }))).toMatchObject({ receipt: null });
  });

  test("that says reversed already is no amount and no failure", () => {
    const body = result({ ResultCode: "R000001", ResultDesc: "The transaction has already been reversed." }, null);
    expect(readReversalResult(body)).toEqual({
      finding: "already_reversed",
      conversationId: "AG_20211114_20106e9209f64bebd05b",
    });
  });

  test.each([
    ["R000002", "invalid_original"],
    [1, "float_too_low"],
    ["11", "shortcode_misconfigured"],
    ["21", "initiator_lacks_role"],
    [2001, "initiator_misconfigured"],
    ["2006", "shortcode_misconfigured"],
    ["2028", "shortcode_misconfigured"],
    [8006, "initiator_locked"],
    ["18", "initiator_misconfigured"],
    ["25", "shortcode_misconfigured"],
  ])("%s says that no money went back: %s", (ResultCode, code) => {
    const body = result({ ResultCode, ResultDesc: "[Controller - ]No for 254705912645" }, null);
    expect(readReversalResult(body)).toEqual({
      finding: "not_reversed",
      failure: { code, resultCode: String(ResultCode), resultDesc: "No for 2547*****645" },
      conversationId: "AG_20211114_20106e9209f64bebd05b",
    });
  });

  test.each([
    ["15", null],
    ["17", null],
    ["26", null],
    ["100000000", null],
    ["2040", "2040"],
    ["SFC_IC0003", "SFC_IC0003"],
    ["3", "3"],
    ["R000003", "R000003"],
    ["r000001", "r000001"],
    ["00", "00"],
  ])("%s does not say how it ended", (ResultCode, unlistedCode) => {
    expect(readReversalResult(result({ ResultCode }))).toMatchObject({ finding: "untold", unlistedCode });
  });

  test("is unreadable when it is our own request come back, or anything else", () => {
    for (const body of ["", "<html>", '{"CommandID":"TransactionReversal"}', '{"Result":{}}', "[]"])
      expect(readReversalResult(body)).toMatchObject({ finding: "unreadable" });
  });

  test("of any text has an answer, and money goes back only by a code that says so", () => {
    const codes = fc.oneof(fc.jsonValue(), fc.constantFrom("0", "R000001", "1", "R000002"));
    const bodies = fc.oneof(
      fc.string(),
      fc.json(),
      codes.map((ResultCode) => result({ ResultCode })),
    );
    fc.assert(
      fc.property(bodies, (body) => {
        const { finding } = readReversalResult(body);
        if (finding !== "reversed") return;
        const { Result } = JSON.parse(body) as { Result: { ResultCode: unknown } };
        expect(String(Result.ResultCode).trim()).toBe("0");
      }),
    );
  });
});

test("every listed code has a meaning and a source, and payouts' words about receivers mean nothing here", () => {
  for (const { meaning, source } of REVERSAL_RESULTS.values()) {
    expect(meaning).not.toBe("");
    expect(SOURCES).toHaveProperty(source);
  }
  for (const code of ["4", "8", "2040", "SFC_IC0003"]) expect(reversalResult(code)).toBeNull();
});
