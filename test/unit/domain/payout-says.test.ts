import { describe, expect, it } from "vitest";
import { applyPayout, decidePayout, payoutReceiptTaken } from "../../../functions/domain/decide-payout.ts";
import { HISTORY_LIMIT } from "../../../functions/domain/decide.ts";
import { ignore } from "../../../functions/domain/payout-rules.ts";
import type { Payout, PayoutDecision, PayoutFacts, WeighedPayout } from "../../../functions/domain/payout.ts";
import { hearPayout } from "../../laws/payout-arbitraries.ts";
import {
  accepted,
  after,
  again,
  AT,
  BUSY,
  cancelled,
  claimed,
  CONVERSATION,
  LOOK_AT,
  lost,
  NOT_REGISTERED,
  otherAmount,
  overdue,
  paid,
  RECEIPT,
  refused,
  replaced,
  turnedAway,
  unpaid,
  unreadable,
  untold,
  unverified,
} from "./payout-sayings.ts";

const factsOf = (payout: Payout, about: WeighedPayout): PayoutFacts | null => {
  const decision = decidePayout(payout, about);
  return decision.decision === "ignore" ? null : decision.facts;
};
const DOUBT = { doubt: true };
const PAID = { failure: null, disputed: false, wentIn: true } as const;
const UNSURE = () => after(claimed(), lost());

describe("a decision about a payout says what changes, and nothing that does not:", () => {
  it.each<[string, Payout, WeighedPayout, PayoutFacts]>([
    ["a sending", after(), claimed(), { sentAt: AT, checkAt: LOOK_AT, failure: null }],
    ["a second one", UNSURE(), again(), { sentAt: AT, checkAt: LOOK_AT, failure: null }],
    ["M-PESA's name", after(claimed()), accepted(), { wentIn: true, doubt: true, conversationId: CONVERSATION }],
    ["that it went in", after(claimed()), accepted(null), { wentIn: true, doubt: true }],
    ["why it waits on", after(claimed()), turnedAway(), { failure: BUSY }],
    ["why a second sending came to nothing", after(claimed(), lost(), again()), turnedAway(), { failure: BUSY }],
    ["why it was turned away for good", { ...after(claimed()), attempts: 100 }, turnedAway(), { failure: BUSY }],
    ["why it was refused", after(claimed()), refused(), { failure: BUSY }],
    ["why a second sending was refused", after(claimed(), lost(), again()), refused(), { failure: BUSY }],
    ["doubt after a lost answer", after(claimed()), lost(), DOUBT],
    ["doubt after a queue timeout", after(claimed()), untold(), DOUBT],
    ["doubt when nobody knows", after(claimed()), overdue(), DOUBT],
    ["nothing when nobody knows still", UNSURE(), overdue(), {}],
    ["doubt when it may be held", after(), unverified(), DOUBT],
    ["doubt when nobody can read it", after(), unreadable(), DOUBT],
    ["doubt when a result lacks its amount", after(), paid({ amount: null }), DOUBT],
    ["nothing of one that ended", after(claimed(), refused()), unverified(), {}],
    ["a dispute", after(), otherAmount(), { disputed: true, doubt: true }],
    ["no dispute of what was paid", after(claimed(), paid()), otherAmount(), {}],
    [
      "all that a result says",
      after(claimed()),
      paid(),
      { ...PAID, conversationId: CONVERSATION, receipt: RECEIPT, paidAt: AT - 1_000 },
    ],
    [
      "no more than a person knows",
      after(claimed()),
      paid({ receipt: null, amount: null, conversationId: null, paidAt: null }, "operator"),
      PAID,
    ],
    [
      "why it was not paid",
      after(claimed()),
      unpaid(),
      { failure: NOT_REGISTERED, wentIn: true, conversationId: CONVERSATION },
    ],
    [
      "that a person ended the dispute",
      after(claimed(), lost(), otherAmount()),
      unpaid({ source: "operator" }),
      { failure: NOT_REGISTERED, wentIn: true, conversationId: CONVERSATION, disputed: false },
    ],
    ["nothing more of a dispute", after(claimed(), otherAmount()), unpaid(), {}],
    ["nothing of another receipt", after(claimed(), paid()), paid({ receipt: "RKL51ZDR4F" }), {}],
    ["what replaced it", after(claimed(), refused()), replaced(), { replacedBy: "pyo_next" }],
    ["why it never left", after(), overdue(), { failure: { code: "never_sent", resultCode: null, resultDesc: null } }],
  ])("%s", (_, ...[payout, about, facts]) => {
    expect(factsOf(payout, about)).toEqual(facts);
  });
});

describe("a payout without a known phone", () => {
  it("is paid whatever phone is named, and one whose phone nobody names too", () => {
    expect(decidePayout({ ...after(claimed()), phoneHash: null }, paid())).toMatchObject({ to: "succeeded" });
    expect(decidePayout(after(claimed()), paid({ phone: null }))).toMatchObject({ to: "succeeded" });
  });
});

it("a payout that M-PESA has named is not sent once more, even where nobody noted that it went in", () => {
  expect(decidePayout({ ...UNSURE(), conversationId: CONVERSATION }, again())).toMatchObject({ decision: "ignore" });
});

describe("an acceptance of a payout that has ended", () => {
  it("is no news where M-PESA itself had ended it, but for its name", () => {
    const ended = { ...after(claimed(), unpaid()), conversationId: null };
    expect(decidePayout(ended, accepted())).toMatchObject({ decision: "note", exception: null });
    expect(decidePayout({ ...ended, wentIn: false }, accepted())).toMatchObject({ exception: null });
    expect(decidePayout({ ...ended, failure: BUSY }, accepted())).toMatchObject({ exception: null });
    expect(decidePayout(ended, accepted(null))).toMatchObject({ decision: "ignore" });
  });

  it("is news of one that was paid where nobody had named it", () => {
    const unnamed = after(claimed(), paid({ conversationId: null }));
    expect(decidePayout(unnamed, accepted())).toMatchObject({ decision: "note", exception: null });
    expect(decidePayout({ ...unnamed, wentIn: false }, accepted(null))).toMatchObject({ decision: "note" });
    expect(decidePayout(unnamed, accepted(null))).toMatchObject({ decision: "ignore" });
  });
});

describe("what was heard before", () => {
  it("is a duplicate where text and finding are the same, and only there", () => {
    const [word, other] = [unverified(), unverified()];
    const heard = hearPayout(after(), word);
    const same = { ...unreadable(), rawHash: word.rawHash };
    expect(decidePayout(heard, word)).toMatchObject({ decision: "ignore" });
    expect(decidePayout(heard, other)).toMatchObject({ decision: "note", exception: "unverified_source" });
    expect(decidePayout(heard, same)).toMatchObject({ decision: "note", exception: "unreadable_callback" });
  });

  it.each([
    ["turned away", turnedAway(), "queued"],
    ["refused", refused(), "failed"],
    ["without an answer", { ...lost(), rawHash: "ab".repeat(32) }, "uncertain"],
  ])("ends another sending all the same: %s", (_, word, to) => {
    const before = hearPayout({ ...after(claimed()), state: "sending" }, word);
    expect(decidePayout({ ...before, state: "sending", doubt: false }, word)).toMatchObject({ to });
    expect(decidePayout({ ...before, state: "accepted" }, word)).toMatchObject({
      because: "this very message was heard before",
    });
  });

  it("about a payout that is being sent is a duplicate too, unless it ends the sending", () => {
    const word = unverified();
    expect(decidePayout(hearPayout(after(claimed()), word), word)).toMatchObject({ decision: "ignore" });
  });
});

describe("a full history takes what is news, and nothing else", () => {
  const filled = (payout: Payout, entries = HISTORY_LIMIT): Payout => {
    const filler = { ...payout.history[0]!, finding: "untold" as const };
    return {
      ...payout,
      history: [...Array.from({ length: entries - payout.history.length }, () => filler), ...payout.history],
    };
  };
  const doubted = after(unverified());
  const taken = { ...after(claimed(), accepted()), state: "uncertain", disputed: true } as const;

  it.each<[string, Payout, WeighedPayout]>([
    ["an exception of a new kind", taken, unverified()],
    ["a dispute", { ...doubted, history: [...after(otherAmount()).history] }, otherAmount()],
    ["doubt", { ...doubted, doubt: false }, unverified()],
    ["a receipt", { ...after(claimed(), paid()), receipt: null }, paid()],
    ["M-PESA's name", after(claimed(), accepted(null)), accepted()],
    ["that it went in", { ...after(claimed(), paid()), wentIn: false, doubt: true }, accepted(null)],
    ["what replaced it", after(claimed(), refused()), replaced()],
  ])("%s", (_, payout, about) => {
    expect(decidePayout(filled(payout), about)).toMatchObject({ decision: "note" });
  });

  it("such as the same complaint once more", () => {
    expect(decidePayout(filled(doubted, HISTORY_LIMIT - 1), unverified())).toMatchObject({ decision: "note" });
    expect(decidePayout(filled(doubted), unverified())).toMatchObject({ decision: "ignore" });
    expect(decidePayout(doubted, { ...unverified(), rawHash: null })).toMatchObject({ decision: "ignore" });
    const stopped = after(cancelled(), accepted());
    expect(decidePayout(stopped, accepted())).toMatchObject({ decision: "note" });
    expect(decidePayout(filled(stopped), accepted())).toMatchObject({ decision: "ignore" });
  });

  it("a receipt that is another transaction's is told once", () => {
    const first = payoutReceiptTaken(filled(after(claimed())));
    const facts = { disputed: true, doubt: true };
    expect(first).toEqual({ decision: "note", facts, exception: "duplicate_receipt" });
    const told = applyPayout(after(claimed()), first, { ...after().history[0]!, exception: "duplicate_receipt" });
    expect(payoutReceiptTaken(filled(told, HISTORY_LIMIT - 1))).toEqual(first);
    expect(payoutReceiptTaken(filled(told))).toMatchObject({ decision: "ignore" });
  });
});

describe("a payout after a decision", () => {
  const entry = { ...after().history[0]!, at: AT + 5, finding: "untold" as const };
  const move: PayoutDecision = { decision: "move", to: "uncertain", facts: {}, exception: null };
  const look = { at: AT + 60_000, attempt: 3 };

  it("has one version, entry and time more, and is as it was when nothing was decided", () => {
    const before = after(claimed());
    const next = applyPayout(before, move, entry);
    expect(next).toMatchObject({ state: "uncertain", version: before.version + 1, updatedAt: AT + 5, attempts: 1 });
    expect(next.history).toEqual([...before.history, entry]);
    expect(applyPayout(before, ignore("no news"), entry)).toBe(before);
  });

  it("can't move where the table does not lead", () => {
    expect(() => applyPayout(after(), move, entry)).toThrow("a payout can't move from queued to uncertain");
    expect(() => applyPayout(UNSURE(), move, entry)).not.toThrow();
  });

  it("is looked at when the decision says, else as was planned; one of a batch at once when M-PESA may hold it", () => {
    const sent = { ...after(claimed()), check: look };
    expect(applyPayout(sent, move, entry).check).toEqual(look);
    expect(applyPayout({ ...sent, check: null }, move, entry).check).toEqual({ at: AT + 5, attempt: 0 });
    expect(applyPayout({ ...after(), check: null }, { ...move, to: "queued" }, entry).check).toBeNull();
    const checkAt = { ...move, facts: { checkAt: AT + 9 } };
    expect(applyPayout(sent, checkAt, entry).check).toEqual({ at: AT + 9, attempt: 0 });
  });

  it("is not looked at once it has ended or was given up", () => {
    const sent = { ...after(claimed()), check: look };
    expect(applyPayout(sent, { ...move, to: "failed" }, entry).check).toBeNull();
    const given = applyPayout(sent, move, { ...entry, finding: "overdue" });
    expect(given.check).toBeNull();
    expect(applyPayout(given, { ...move, to: "accepted" }, entry).check).toBeNull();
  });
});
