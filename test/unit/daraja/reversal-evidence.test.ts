/** What the ledger learns of a refund from what Daraja and M-PESA said, each with its text and no secret in it. */
import { describe, expect, test } from "vitest";
import type { PayoutOutcome } from "../../../functions/daraja/payout-results.ts";
import {
  reversalEvidence,
  reversalLateEvidence,
  reversalResultEvidence,
  reversalStatusEvidence,
} from "../../../functions/daraja/reversal-evidence.ts";
import type { ReversalOutcome } from "../../../functions/daraja/reversal-results.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";

const FROM = { at: 1, by: "safaricom", requestId: "req_1" };
const RAW = '{"SecurityCredential":"hush","OriginatorConversationID":"53e3-1"}';
const KEPT = '{"SecurityCredential":"***","OriginatorConversationID":"53e3-1"}';
const RECEIVED = { ...FROM, raw: RAW };
const failure = { code: "invalid_original", resultCode: "R000002", resultDesc: "No" } as const;
const money = { amount: shillings(5), phone: Msisdn.parse("254705912645"), conversationId: "AG_1" };

describe("the answer to a reversal's sending becomes evidence", () => {
  const submitted = { ...FROM, source: "submit", raw: KEPT } as const;

  test("of acceptance, with both names that Daraja gave it", () => {
    const answer = { answer: "accepted", conversationId: "AG_1", originatorId: "53e3-1", raw: RAW } as const;
    expect(reversalEvidence(answer, FROM)).toEqual({
      ...submitted,
      finding: "accepted",
      conversationId: "AG_1",
      originatorId: "53e3-1",
    });
  });

  test.each(["turned_away", "refused"] as const)("of having been %s, with the reason", (answer) => {
    expect(reversalEvidence({ answer, failure, raw: RAW }, FROM)).toEqual({ ...submitted, finding: answer, failure });
    expect(reversalEvidence({ answer, failure, raw: null }, FROM)).toMatchObject({ raw: null });
  });

  test("of nothing known, unless the answer names the conversation: then Daraja knows the reversal", () => {
    const unknown = { answer: "unknown", because: "no answer", raw: RAW } as const;
    for (const answer of [unknown, { ...unknown, conversationId: null }])
      expect(reversalEvidence(answer, FROM)).toEqual({ ...submitted, finding: "unknown", because: "no answer" });
    const named = { ...unknown, conversationId: "AG_1" };
    expect(reversalEvidence(named, FROM)).toEqual({
      ...submitted,
      finding: "accepted",
      conversationId: "AG_1",
      originatorId: "53e3-1",
    });
    expect(reversalEvidence({ ...named, raw: null }, FROM)).toMatchObject({ finding: "accepted", originatorId: null });
    expect(reversalEvidence({ ...named, raw: "<html>" }, FROM)).toMatchObject({ originatorId: null });
  });

  test("of nothing at all when it was withheld", () => {
    expect(reversalEvidence({ answer: "withheld" }, FROM)).toBeNull();
  });
});

describe("a reversal's own result becomes evidence", () => {
  const heard = { ...FROM, source: "callback", raw: KEPT } as const;

  test("of money that went back, without what M-PESA charged for it", () => {
    const said = {
      finding: "reversed",
      receipt: "PKE0000X1Z",
      original: "PDU91HIVIT",
      ...money,
      reversedAt: 7,
    } as const;
    expect(reversalResultEvidence({ ...said, charge: shillings(1) }, RECEIVED)).toEqual({ ...heard, ...said });
  });

  test.each<ReversalOutcome>([
    { finding: "already_reversed", conversationId: "AG_1" },
    { finding: "not_reversed", failure, conversationId: null },
    { finding: "untold", because: "x", unlistedCode: "7" },
    { finding: "unreadable", because: "x" },
  ])("as it was read: $finding", (outcome) => {
    expect(reversalResultEvidence(outcome, RECEIVED)).toEqual({ ...heard, ...outcome });
  });
});

describe("the answer to a question about a refund becomes evidence", () => {
  const heard = { ...FROM, source: "query", raw: KEPT } as const;
  const refund = { paymentReceipt: "PDU91HIVIT" };
  const paid = { finding: "paid", receipt: "PKE0000X1Z", ...money, paidAt: 7 } as const;

  test("of money that went back, of which payment it does not say", () => {
    for (const known of [refund, null])
      expect(reversalStatusEvidence(paid, known, RECEIVED)).toEqual({
        ...heard,
        finding: "reversed",
        receipt: "PKE0000X1Z",
        original: null,
        ...money,
        reversedAt: 7,
      });
  });

  test("of nothing when it names no receipt, or the payment's own: that is not the reversal", () => {
    for (const [receipt, known] of [
      [null, refund],
      [null, null],
      ["PDU91HIVIT", refund],
    ] as const)
      expect(reversalStatusEvidence({ ...paid, receipt }, known, RECEIVED)).toEqual({
        ...heard,
        finding: "untold",
        because: expect.stringMatching(/receipt/) as unknown,
        unlistedCode: null,
      });
  });

  test("of a reversal that ended without money going back, in M-PESA's words", () => {
    const said = { resultCode: "Declined", resultDesc: "words" };
    const outcome: PayoutOutcome = {
      finding: "unpaid",
      failure: { code: "ended_unpaid", ...said },
      conversationId: "AG_1",
    };
    expect(reversalStatusEvidence(outcome, refund, RECEIVED)).toEqual({
      ...heard,
      finding: "not_reversed",
      failure: { code: "ended_unreversed", ...said },
      conversationId: "AG_1",
    });
  });

  test.each<PayoutOutcome>([
    { finding: "untold", because: "x", unlistedCode: null },
    { finding: "unreadable", because: "x" },
  ])("as it was read: $finding", (outcome) => {
    expect(reversalStatusEvidence(outcome, refund, RECEIVED)).toEqual({ ...heard, ...outcome });
  });
});

test("a queue timeout tells nothing of a refund, whatever its text says", () => {
  expect(reversalLateEvidence("reversal-late", RECEIVED)).toMatchObject({
    ...FROM,
    finding: "untold",
    unlistedCode: null,
    source: "callback",
    raw: KEPT,
  });
  expect(reversalLateEvidence("status-late", RECEIVED)).toMatchObject({ finding: "untold", source: "query" });
});
