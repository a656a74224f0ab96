/** What a call proves that moves money, by how it came back: whether M-PESA may have taken it, and whether later makes sense. */
import { describe, expect, test } from "vitest";
import type { Called } from "../../../functions/daraja/call.ts";
import { registrationAnswer } from "../../../functions/daraja/c2b-registration.ts";
import { askAnswer, payoutAnswer } from "../../../functions/daraja/payout-answers.ts";
import type { PayoutAnswer } from "../../../functions/daraja/payout-answers.ts";
import { pageAnswer } from "../../../functions/daraja/pull-answers.ts";
import { originatorOf, reversalAnswer, unsentReversal } from "../../../functions/daraja/reversal-answers.ts";
import { PAYOUT_FAILURE_CODES } from "../../../functions/domain/payout-failures.ts";

type Unanswered = Exclude<Called<never>, { came: "answer" }>;
const setback = (kind: "throttled" | "token_dead"): Unanswered => ({
  came: "setback",
  setback: { kind, failure: { code: "rate_limited", resultCode: "7", resultDesc: "words" }, raw: "{}" },
});
const noToken = (failure: Extract<Unanswered, { came: "no_token" }>["failure"]): Unanswered => ({
  came: "no_token",
  failure,
  because: "why",
});
const nothing = (sent: "no" | "maybe"): Unanswered => ({ came: "nothing", sent, because: "ECODE" });

const untold = (code: string) => ({ code, resultCode: null, resultDesc: null });
const told = (code: string) => ({ code, resultCode: "7", resultDesc: "words" });
const away = (failure: object, raw: string | null = null) => ({ answer: "turned_away", failure, raw });

const WAYS: readonly {
  readonly way: string;
  readonly called: Unanswered;
  readonly payout: object;
  readonly ask: object;
  readonly registration: object;
  readonly page: string;
}[] = [
  {
    way: "without a token for want of the right keys",
    called: noToken("merchant_misconfigured"),
    payout: away(untold("shortcode_misconfigured")),
    ask: { asked: "no", because: "why" },
    registration: { answer: "refused", failure: untold("merchant_misconfigured"), raw: null },
    page: "not asked: why",
  },
  {
    way: "without a token because Daraja is down",
    called: noToken("daraja_unavailable"),
    payout: away(untold("daraja_unavailable")),
    ask: { asked: "no", because: "why" },
    registration: { answer: "refused", failure: untold("daraja_unavailable"), raw: null },
    page: "not asked: why",
  },
  {
    way: "without a slot",
    called: { came: "no_slot" },
    payout: away(untold("rate_limited")),
    ask: { asked: "no", because: "no slot in time" },
    registration: { answer: "refused", failure: untold("rate_limited"), raw: null },
    page: "not asked: no slot in time",
  },
  {
    way: "without a release",
    called: { came: "withheld" },
    payout: { answer: "withheld" },
    ask: { asked: "no", because: "withheld" },
    registration: { answer: "refused", failure: untold("rate_limited"), raw: null },
    page: "not asked: no slot in time",
  },
  {
    way: "without a connection",
    called: nothing("no"),
    payout: away(untold("daraja_unavailable")),
    ask: { asked: "no", because: "no answer (ECODE)" },
    registration: { answer: "refused", failure: untold("daraja_unavailable"), raw: null },
    page: "no answer (ECODE)",
  },
  {
    way: "with silence",
    called: nothing("maybe"),
    payout: { answer: "unknown", because: "no answer (ECODE)", raw: null },
    ask: { asked: "maybe", because: "no answer (ECODE)" },
    registration: { answer: "unknown", because: "no answer (ECODE)", raw: null },
    page: "no answer (ECODE)",
  },
  {
    way: "throttled",
    called: setback("throttled"),
    payout: away(told("rate_limited"), "{}"),
    ask: { asked: "no", because: "throttled" },
    registration: { answer: "refused", failure: told("rate_limited"), raw: "{}" },
    page: "throttled",
  },
  {
    way: "with a dead token",
    called: setback("token_dead"),
    payout: away(told("daraja_unavailable"), "{}"),
    ask: { asked: "no", because: "token_dead" },
    registration: { answer: "refused", failure: told("daraja_unavailable"), raw: "{}" },
    page: "token_dead",
  },
];

describe("a call that came back", () => {
  test.each(WAYS)("$way proves of a payout, a question, a registration and a pull", (way) => {
    expect(payoutAnswer(way.called)).toEqual(way.payout);
    expect(askAnswer(way.called)).toEqual(way.ask);
    expect(registrationAnswer(way.called)).toEqual(way.registration);
    expect(pageAnswer(way.called)).toEqual({ answer: "failed", because: way.page });
  });

  test("with an answer proves what the answer says", () => {
    const answered = <A>(answer: A) => ({ came: "answer", answer, unlistedCode: null }) as const;
    const payout: PayoutAnswer = { answer: "went_in", raw: "{}" };
    expect(payoutAnswer(answered(payout))).toBe(payout);
    const ask = { asked: "yes", conversationId: null } as const;
    expect(askAnswer(answered({ answer: "asked", ask }))).toBe(ask);
    const registration = { answer: "accepted", already: true, raw: "{}" } as const;
    expect(registrationAnswer(answered(registration))).toBe(registration);
    const page = { answer: "too_long" } as const;
    expect(pageAnswer(answered(page))).toBe(page);
  });
});

describe("a payout's answer, of a reversal", () => {
  test("keeps the reasons that reversals have too, and calls every other one the shortcode's", () => {
    const kept = PAYOUT_FAILURE_CODES.filter((code) => {
      const failure = { code, resultCode: "7", resultDesc: "words" };
      const answer = reversalAnswer({ answer: "refused", failure, raw: "{}" });
      expect(answer).toMatchObject({ answer: "refused", failure: { resultCode: "7", resultDesc: "words" }, raw: "{}" });
      if (!("failure" in answer) || answer.failure.code === code) return true;
      expect(answer.failure.code).toBe("shortcode_misconfigured");
      return false;
    });
    expect(kept.sort()).toEqual([
      "amount_out_of_range",
      "daraja_unavailable",
      "float_too_low",
      "initiator_locked",
      "initiator_misconfigured",
      "rate_limited",
      "shortcode_misconfigured",
    ]);
  });

  test.each([
    ["Bad Request - Invalid TransactionID", "invalid_original"],
    ["invalid original transaction id", "invalid_original"],
    ["Invalid OriginalTransactionID.", "invalid_original"],
    ["Invalid TransactionIDs", "rate_limited"],
    ["The TransactionID is fine", "rate_limited"],
    [null, "rate_limited"],
  ])("with the words %j has failed for %s", (resultDesc, code) => {
    const failure = { code: "rate_limited", resultCode: "7", resultDesc } as const;
    expect(reversalAnswer({ answer: "turned_away", failure, raw: null })).toEqual({
      answer: "turned_away",
      failure: { code, resultCode: "7", resultDesc },
      raw: null,
    });
  });

  test("names the request as Daraja did, where it did so usably", () => {
    const raw = JSON.stringify({ OriginatorConversationID: "53e3-1" });
    expect(reversalAnswer({ answer: "accepted", conversationId: "AG_1", raw })).toEqual({
      answer: "accepted",
      conversationId: "AG_1",
      raw,
      originatorId: "53e3-1",
    });
    const unusable = ["", "<html>", "[]", "{}", JSON.stringify({ OriginatorConversationID: "x".repeat(2_000) })];
    expect(unusable.map(originatorOf)).toEqual(unusable.map(() => null));
  });

  test("that calls it a repeat is unknown: there is no id that it could repeat", () => {
    expect(reversalAnswer({ answer: "went_in", raw: "{}" })).toMatchObject({ answer: "unknown", raw: "{}" });
    const unknown = { answer: "unknown", because: "x", raw: null } as const;
    expect(reversalAnswer(unknown)).toEqual(unknown);
    expect(reversalAnswer({ answer: "withheld" })).toEqual({ answer: "withheld" });
  });

  test("that was not even tried is turned away: it may be sent later", () => {
    expect(unsentReversal("initiator_misconfigured")).toEqual(away(untold("initiator_misconfigured")));
  });
});
