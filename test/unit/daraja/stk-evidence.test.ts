import { expect, test } from "vitest";
import type { Failure } from "../../../functions/domain/evidence.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";
import { callbackEvidence, queryEvidence, submitEvidence } from "../../../functions/daraja/stk-evidence.ts";

const provenance = { at: 1_763_700_000_000, by: "key:key_1", requestId: "req_1" };
const push = { checkoutId: "ws_CO_1", merchantId: "m-1" };
const failure: Failure = { code: "cancelled_by_customer", resultCode: "1032", resultDesc: "Request cancelled by user" };

test("each answer to a push becomes its finding, with the text it was read from", () => {
  expect(submitEvidence({ answer: "accepted", push, raw: "{}" }, provenance)).toEqual({
    ...provenance,
    source: "submit",
    finding: "accepted",
    push,
    raw: "{}",
  });
  expect(submitEvidence({ answer: "refused", failure, raw: null }, provenance)).toEqual({
    ...provenance,
    source: "submit",
    finding: "refused",
    failure,
    raw: null,
  });
  expect(submitEvidence({ answer: "unknown", because: "ECONNRESET", raw: null }, provenance)).toMatchObject({
    finding: "unknown",
    because: "ECONNRESET",
  });
});

test("an unknown answer that names the push lets the ledger learn it", () => {
  const named = { answer: "unknown", because: "HTTP 200: ResponseCode 1", push, raw: "{}" } as const;
  expect(submitEvidence(named, provenance)).toEqual({
    ...provenance,
    source: "submit",
    finding: "accepted",
    push,
    raw: "{}",
  });
  expect(submitEvidence({ ...named, push: null }, provenance)).toMatchObject({
    finding: "unknown",
    because: "HTTP 200: ResponseCode 1",
  });
});

test("a query that says paid names neither receipt nor amount nor phone nor time", () => {
  expect(queryEvidence({ answer: "paid", push, raw: "{}" }, provenance)).toEqual({
    ...provenance,
    source: "query",
    finding: "paid",
    push,
    receipt: null,
    amount: null,
    phone: null,
    paidAt: null,
    raw: "{}",
  });
});

test("a query that says unpaid carries the reason", () => {
  expect(queryEvidence({ answer: "unpaid", failure, push, raw: "{}" }, provenance)).toMatchObject({
    source: "query",
    finding: "unpaid",
    failure,
    push,
  });
});

test("a query that taught nothing is no evidence", () => {
  expect(queryEvidence({ answer: "in_progress" }, provenance)).toBeNull();
  expect(queryEvidence({ answer: "no_answer", because: "HTTP 500", unlistedCode: null }, provenance)).toBeNull();
});

test("a callback's finding is kept whole, beside its body", () => {
  const finding = {
    finding: "paid",
    receipt: "NLJ7RT61SV",
    amount: shillings(1),
    phone: Msisdn.parse("254708374149"),
    paidAt: 1,
    push,
  } as const;
  expect(callbackEvidence(finding, { ...provenance, raw: "{...}" })).toEqual({
    ...provenance,
    ...finding,
    source: "callback",
    raw: "{...}",
  });
});
