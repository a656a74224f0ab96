import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { PULL_CODES, pullCode, readPullPage } from "../../../functions/daraja/pull-answers.ts";
import { SOURCES } from "../../../functions/daraja/result-codes.ts";

const row = (transactionId: string) => ({
  transactionId,
  trxDate: "2020-08-05T10:13:00Z",
  msisdn: 254708374149,
  amount: "168.00",
});
const page = (body: unknown, status = 200) => {
  const reading = readPullPage({ status, body: typeof body === "string" ? body : JSON.stringify(body) });
  return "setback" in reading ? reading.setback.kind : reading.answer;
};
const ok = (Response: unknown, changes: Readonly<Record<string, unknown>> = {}) => ({
  ResponseRefID: "26178-42530161-2",
  ResponseCode: "1000",
  ResponseMessage: "Success",
  Response,
  ...changes,
});

describe("a page of a pull", () => {
  test.each([
    ["a list in a list", [[row("QAB1234567"), row("QAB1234568")]], 2],
    ["several lists in a list", [[row("QAB1234567")], [row("QAB1234568")]], 2],
    ["a list", [row("QAB1234567")], 1],
    ["the only row itself", row("QAB1234567"), 1],
  ])("reads %s", (_, response, count) => {
    const came = page(ok(response));
    expect(came).toMatchObject({ answer: "rows", totalPages: null });
    expect(came).toHaveProperty("rows.length", count);
    expect(came).toHaveProperty("rows.0.payment.receipt", "QAB1234567");
  });

  test("keeps a row that can't be read", () => {
    expect(page(ok([[{ sender: "ASHA" }]]))).toMatchObject({ answer: "rows", rows: [{ readable: false }] });
  });

  test.each([
    ["Response Code", "1000"],
    ["ResponseStatus", 1000],
    ["Response Status", "1000"],
    ["responsecode", "1000"],
  ])("reads the code under %j", (name, code) => {
    expect(page({ [name]: code, Response: [[row("QAB1234567")]] })).toMatchObject({ answer: "rows" });
  });

  test("says how many pages there are where the answer does", () => {
    expect(page(ok([[row("QAB1234567")]], { TotalPages: 4 }))).toMatchObject({ totalPages: 4 });
    expect(page(ok([[row("QAB1234567")]], { TotalPages: "many" }))).toMatchObject({ totalPages: null });
  });

  test("has no records only with the code and the empty list for it", () => {
    expect(page(ok([[]], { ResponseCode: "1001" }))).toEqual({ answer: "no_records", listed: true });
    expect(page(ok([[]]))).toEqual({ answer: "no_records", listed: true });
    expect(page(ok([], { ResponseCode: 1001 }))).toEqual({ answer: "no_records", listed: true });
  });

  test("tells apart the answer without any list, which a shortcode gets that is not registered", () => {
    const words = "No records found or Organization Name not available";
    expect(page({ ResponseCode: "1001", ResponseMessage: words })).toEqual({ answer: "no_records", listed: false });
  });

  test.each([
    ["rows under the code of no records", ok([[row("QAB1234567")]], { ResponseCode: "1001" })],
    ["a text under the code of no records", ok("none", { ResponseCode: "1001" })],
    ["nothing under the code of payments", { ResponseCode: "1000" }],
    ["null where the list should be", ok(null)],
    ["rows that are none", ok([["QAB1234567"]])],
    ["a list three deep", ok([[[row("QAB1234567")]]])],
    ["an object that is no row", ok({})],
    ["another code", ok([[]], { ResponseCode: "1002" })],
    ["two codes at once", ok([[]], { "Response Status": "1001" })],
    ["no code", { Response: [[]] }],
    ["an error along with rows", ok([[row("QAB1234567")]], { errorCode: "500.003.1001" })],
    ["HTML", "<html>"],
    ["an empty body", ""],
    ["a list of answers", [ok([[]])]],
  ])("is a failure with HTTP 200 and %s", (_, body) => {
    expect(page(body)).toMatchObject({ answer: "failed", because: expect.stringMatching(/./) as unknown });
  });

  test("is a failure with any other status, whatever it says", () => {
    for (const status of [302, 400, 404, 500, 503]) expect(page(ok([[]]), status)).toMatchObject({ answer: "failed" });
  });

  test("is a setback when the gateway turned it away", () => {
    expect(page({ errorCode: "401.001", errorMessage: "Invalid Access Token" }, 401)).toBe("token_dead");
    expect(page({ errorCode: "500.003.02", errorMessage: "Error Occurred: Spike Arrest Violation" }, 500)).toBe(
      "throttled",
    );
    expect(page("", 429)).toBe("throttled");
  });

  test("slows the lane when Daraja is busy", () => {
    const body = JSON.stringify({
      errorCode: "500.003.02",
      errorMessage: "System is busy. Please try again in few minutes.",
    });
    expect(readPullPage({ status: 500, body })).toMatchObject({ answer: { answer: "failed" }, slowDown: true });
  });

  test("is too long when it fills what is read of any answer", () => {
    expect(page(JSON.stringify(ok([[{ ...row("QAB1234567"), sender: "A".repeat(70_000) }]])).slice(0, 65_536))).toEqual(
      {
        answer: "too_long",
      },
    );
  });

  test("raises the alarm about a code that nobody knows, and about no other", () => {
    const unlisted = (body: unknown, status = 200) => readPullPage({ status, body: JSON.stringify(body) });
    expect(unlisted(ok([[]], { ResponseCode: "1002" }))).toMatchObject({ unlistedCode: "1002" });
    expect(unlisted({ errorCode: "400.777.01" }, 400)).toMatchObject({ unlistedCode: "400.777.01" });
    expect(unlisted({ errorCode: "400.001", errorMessage: "Invalid ShortCode" }, 400)).toMatchObject({
      unlistedCode: null,
    });
    expect(unlisted(ok([[]], { ResponseCode: "1001" }))).toMatchObject({ unlistedCode: null });
  });

  test("keeps no phone in the reason of a failure", () => {
    const body = { errorCode: null, errorMessage: "no account for 254708374149" };
    expect(JSON.stringify(page(body, 500))).not.toContain("254708374149");
  });

  test("of any text and status has an answer", () => {
    const response = fc.oneof(fc.jsonValue(), fc.constant([[row("QAB1234567")]]));
    const coded = fc
      .record({ ResponseCode: fc.constantFrom("1000", "1001", 1000, "x", null), Response: response })
      .map((body) => JSON.stringify(body));
    fc.assert(
      fc.property(fc.integer({ min: 100, max: 599 }), fc.oneof(fc.string(), fc.json(), coded), (status, body) => {
        const came = readPullPage({ status, body });
        if ("setback" in came || came.answer.answer !== "rows") return;
        expect(status).toBeGreaterThanOrEqual(200);
        expect(status).toBeLessThan(300);
        expect(came.answer.rows.length).toBeGreaterThan(0);
      }),
      { numRuns: 500 },
    );
  });
});

test("two spellings of one code are one code", () => {
  expect(pullCode({ ResponseCode: "1000", "Response Status": 1000 })).toBe("1000");
  expect(pullCode({ ResponseCode: "1000", "Response Status": "1001" })).toBeNull();
});

test("every listed code has a meaning and a source", () => {
  expect([...PULL_CODES.keys()]).toEqual(["1000", "1001"]);
  for (const { meaning, source } of PULL_CODES.values()) expect([meaning, SOURCES[source]]).not.toContain("");
});
