import { describe, expect, test } from "vitest";
import {
  lateEvidence,
  payoutEvidence,
  resultEvidence,
  statusEvidence,
} from "../../../functions/daraja/payout-evidence.ts";

const FROM = { at: 1, by: "safaricom", requestId: "req_1" };
const RAW = '{"SecurityCredential":"hush","PartyB":"254705912645"}';
const KEPT = '{"SecurityCredential":"***","PartyB":"254705912645"}';
const failure = { code: "invalid_receiver", resultCode: "400.002.02", resultDesc: null } as const;

describe("the answer to a sending becomes evidence", () => {
  test("of acceptance, whether Daraja said so or refused the repeat", () => {
    expect(payoutEvidence({ answer: "accepted", conversationId: "AG_1", raw: "{}" }, FROM)).toEqual({
      ...FROM,
      source: "submit",
      finding: "accepted",
      conversationId: "AG_1",
      raw: "{}",
    });
    expect(payoutEvidence({ answer: "went_in", raw: "{}" }, FROM)).toMatchObject({
      finding: "accepted",
      conversationId: null,
    });
  });

  test("of a refusal or of having been turned away, apart", () => {
    expect(payoutEvidence({ answer: "refused", failure, raw: "{}" }, FROM)).toMatchObject({
      finding: "refused",
      failure,
    });
    expect(payoutEvidence({ answer: "turned_away", failure, raw: null }, FROM)).toMatchObject({
      finding: "turned_away",
      failure,
      raw: null,
    });
  });

  test("of nothing known, unless the answer names the conversation: then Daraja knows the payout", () => {
    const unknown = { answer: "unknown", because: "no answer (ECONNRESET)", raw: null } as const;
    expect(payoutEvidence(unknown, FROM)).toMatchObject({ finding: "unknown", because: unknown.because });
    expect(payoutEvidence({ ...unknown, conversationId: null }, FROM)).toMatchObject({ finding: "unknown" });
    expect(payoutEvidence({ ...unknown, conversationId: "AG_1" }, FROM)).toMatchObject({
      finding: "accepted",
      conversationId: "AG_1",
    });
  });

  test("of nothing at all when it was withheld", () => {
    expect(payoutEvidence({ answer: "withheld" }, FROM)).toBeNull();
  });
});

describe("what M-PESA says later becomes evidence", () => {
  const untold = { finding: "untold", because: "x", unlistedCode: "29" } as const;

  test("of its own source, with all that it proves and without secrets in its text", () => {
    expect(resultEvidence(untold, { ...FROM, raw: RAW })).toEqual({
      ...FROM,
      ...untold,
      source: "callback",
      raw: KEPT,
    });
    expect(statusEvidence(untold, { ...FROM, raw: RAW })).toEqual({ ...FROM, ...untold, source: "query", raw: KEPT });
    const answer = { answer: "accepted", conversationId: null, raw: RAW } as const;
    expect(payoutEvidence(answer, FROM)).toMatchObject({ raw: KEPT });
  });

  test("a queue timeout tells nothing, whatever its text says", () => {
    for (const raw of [RAW, "", '{"Result":{"ResultCode":0}}']) {
      expect(lateEvidence("b2c-late", { ...FROM, raw })).toMatchObject({
        finding: "untold",
        unlistedCode: null,
        source: "callback",
      });
      expect(lateEvidence("status-late", { ...FROM, raw })).toMatchObject({ finding: "untold", source: "query" });
    }
    expect(lateEvidence("b2c-late", { ...FROM, raw: RAW }).raw).toBe(KEPT);
  });
});
