import { describe, expect, it } from "vitest";
import { applyRefund, decideRefund, refundReceiptTaken } from "../../../functions/domain/decide-refund.ts";
import { HISTORY_LIMIT } from "../../../functions/domain/decide.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { ignore } from "../../../functions/domain/refund-rules.ts";
import type { Refund, RefundDecision, RefundFacts, WeighedRefund } from "../../../functions/domain/refund.ts";
import {
  accepted,
  after,
  alreadyReversed,
  AT,
  BUSY,
  claimed,
  CONVERSATION,
  hear,
  LOOK_AT,
  lost,
  notReversed,
  otherAmount,
  overdue,
  RECEIPT,
  refused,
  reversed,
  TOO_LOW,
  turnedAway,
  unreadable,
  untold,
  unverified,
  WHOLE,
} from "./refund-sayings.ts";

const decide = (refund: Refund, about: WeighedRefund): RefundDecision => decideRefund(refund, about, WHOLE);
const factsOf = (refund: Refund, about: WeighedRefund): RefundFacts | null => {
  const decision = decide(refund, about);
  return decision.decision === "ignore" ? null : decision.facts;
};
const DOUBT = { doubt: true } as const;
const NAMES = { conversationId: CONVERSATION, originatorId: "7071-1" };
const done = () => after(claimed(), accepted(), reversed());

describe("a decision about a refund says what changes, and nothing that does not:", () => {
  it.each<[string, Refund, WeighedRefund, RefundFacts]>([
    ["a sending", after(), claimed(), { sentAt: AT, checkAt: LOOK_AT, failure: null }],
    ["both names", after(claimed()), accepted(), NAMES],
    ["the one name that there is", after(claimed()), accepted(CONVERSATION, null), { conversationId: CONVERSATION }],
    ["the other one", after(claimed()), accepted(null), { originatorId: "7071-1" }],
    ["why it waits on", after(claimed()), turnedAway(), { sentAt: null, failure: BUSY }],
    [
      "nothing of a sending that was turned away where M-PESA may hold it",
      after(claimed(), unverified()),
      turnedAway(),
      {},
    ],
    ["why it was turned away for good", { ...after(claimed()), attempts: 20 }, turnedAway(), { failure: BUSY }],
    ["why it was refused", after(claimed()), refused(), { failure: BUSY }],
    ["nothing of a refusal where M-PESA may hold it", after(claimed(), unverified()), refused(), {}],
    ["doubt after a lost answer", after(claimed()), lost(), DOUBT],
    ["doubt after a queue timeout", after(claimed()), untold(), DOUBT],
    ["nothing more when nobody knows", after(claimed()), overdue(), {}],
    ["doubt when it may be held", after(), unverified(), DOUBT],
    ["doubt when nobody can read it", after(), unreadable(), DOUBT],
    ["doubt when a result lacks its amount", after(), reversed({ amount: null }), DOUBT],
    ["nothing of one that ended", after(claimed(), refused()), unverified(), {}],
    ["a dispute", after(), otherAmount(), { disputed: true, doubt: true }],
    [
      "a dispute of what had failed, which nobody holds",
      after(claimed(), refused()),
      otherAmount(),
      { disputed: true },
    ],
    ["no dispute of what went back", done(), otherAmount(), {}],
    [
      "all that a result says",
      after(claimed()),
      reversed(),
      { failure: null, disputed: false, conversationId: CONVERSATION, receipt: RECEIPT, reversedAt: AT - 1_000 },
    ],
    [
      "no more than a result says",
      after(claimed()),
      reversed({ receipt: null, conversationId: null, reversedAt: null }),
      { failure: null, disputed: false },
    ],
    ["'reversed before'", after(claimed()), alreadyReversed(), { conversationId: CONVERSATION, failure: null }],
    ["'reversed before' without a name", after(claimed()), alreadyReversed(null), { failure: null }],
    [
      "why nothing went back",
      after(claimed()),
      notReversed(),
      { failure: TOO_LOW, disputed: false, conversationId: CONVERSATION },
    ],
    ["nothing of another receipt", done(), reversed({ receipt: "RKL51ZDR4F" }), {}],
    ["why it never left", after(), overdue(), { failure: { code: "never_sent", resultCode: null, resultDesc: null } }],
  ])("%s", (_, ...[refund, about, facts]) => {
    expect(factsOf(refund, about)).toEqual(facts);
  });
});

describe("a phone that nobody knows contradicts nothing", () => {
  it("whichever side it is", () => {
    const sent = after(claimed());
    const named = { ...reversed(), phoneHash: "payer-2" };
    expect(decide({ ...sent, phoneHash: null }, named)).toMatchObject({ to: "succeeded" });
    expect(decide(sent, { ...named, phoneHash: sent.phoneHash })).toMatchObject({ to: "succeeded" });
    expect(decide(sent, { ...named, phoneHash: null })).toMatchObject({ to: "succeeded" });
  });
});

describe("an acceptance after the answer was lost is news", () => {
  it("only as far as it names what nobody had named", () => {
    const unnamed = after(claimed(), accepted(null, null));
    expect(decide(unnamed, accepted(CONVERSATION, null))).toMatchObject({ decision: "note", exception: null });
    expect(decide(unnamed, accepted(null))).toMatchObject({ decision: "note", exception: null });
    const named = after(claimed(), accepted());
    for (const word of [accepted(), accepted("AG_2", null), accepted(null, "7071-2")])
      expect(decide(named, word).decision).toBe("ignore");
  });
});

describe("what was heard before", () => {
  it("is a duplicate where text and finding are the same, and only there", () => {
    const [word, other] = [unverified(), unverified()];
    const heard = hear(after(), word);
    expect(decide(heard, word).decision).toBe("ignore");
    expect(decide(heard, other)).toMatchObject({ exception: "unverified_source" });
    expect(decide(heard, { ...unreadable(), rawHash: word.rawHash })).toMatchObject({ decision: "note" });
    expect(decide(hear(after(claimed()), word), word).decision).toBe("ignore");
  });

  it.each([
    ["turned away", turnedAway(), { decision: "note", facts: { sentAt: null } }],
    ["refused", refused(), { to: "failed" }],
    ["without an answer", { ...lost(), rawHash: "ab".repeat(32) }, { to: "uncertain" }],
  ])("ends another sending all the same: %s", (_, word, decision) => {
    const sent = { state: "initiated", sentAt: AT, doubt: false } as const;
    const before = hear({ ...after(claimed()), ...sent }, word);
    expect(decide({ ...before, ...sent }, word)).toMatchObject(decision);
    expect(decide({ ...before, ...sent, sentAt: null }, word)).toMatchObject({
      because: "this very message was heard before",
    });
    expect(decide({ ...before, state: "accepted" }, word)).toMatchObject({
      because: "this very message was heard before",
    });
  });
});

describe("a full history takes what is news, and nothing else", () => {
  const filled = (refund: Refund, entries = HISTORY_LIMIT): Refund => {
    const filler = Array.from({ length: entries - refund.history.length }, () => after().history[0]!);
    return { ...refund, history: [...filler, ...refund.history] };
  };
  const doubted = after(unverified());

  it.each<[string, Refund, WeighedRefund]>([
    ["an exception of a new kind", { ...doubted, disputed: true }, unreadable()],
    ["a dispute", { ...doubted, history: after(otherAmount()).history }, otherAmount()],
    ["doubt", { ...doubted, doubt: false }, unverified()],
    ["a sending", after(), claimed()],
    ["a receipt", { ...done(), receipt: null }, reversed()],
    ["M-PESA's name", after(claimed(), accepted(null)), accepted(CONVERSATION, null)],
    ["Daraja's name", after(claimed(), accepted(CONVERSATION, null)), accepted(null)],
  ])("%s", (_, refund, about) => {
    expect(decide(filled(refund), about)).toMatchObject({ decision: "note" });
  });

  it("such as the same complaint once more", () => {
    expect(decide(filled(doubted, HISTORY_LIMIT - 1), unverified())).toMatchObject({ decision: "note" });
    expect(decide(filled(doubted), unverified()).decision).toBe("ignore");
    expect(decide(doubted, { ...unverified(), rawHash: null }).decision).toBe("ignore");
    expect(decide(filled(after(claimed(), refused(), unverified())), unverified()).decision).toBe("ignore");
    const part = { ...WHOLE, refunded: shillings(1) };
    const unsure = hear(after(claimed(), accepted(), untold()), alreadyReversed(), part);
    expect(decideRefund(unsure, alreadyReversed(), part).decision).toBe("note");
    expect(decideRefund(filled(unsure), alreadyReversed(), part).decision).toBe("ignore");
  });

  it("a receipt that is another transaction's is told once", () => {
    const sent = after(claimed());
    const first = refundReceiptTaken(filled(sent));
    expect(first).toEqual({ decision: "note", facts: { disputed: true, doubt: true }, exception: "duplicate_receipt" });
    const told = applyRefund(sent, first, { ...after().history[0]!, exception: "duplicate_receipt" });
    expect(refundReceiptTaken(filled(told, HISTORY_LIMIT - 1))).toEqual(first);
    expect(refundReceiptTaken(filled(told)).decision).toBe("ignore");
  });
});

describe("a refund after a decision", () => {
  const entry = { ...after().history[0]!, at: AT + 5, finding: "untold" as const };
  const move: RefundDecision = { decision: "move", to: "uncertain", facts: {}, exception: null };
  const look = { at: AT + 60_000, attempt: 3 };

  it("has one version, entry and time more, and is as it was when nothing was decided", () => {
    const before = after(claimed());
    const next = applyRefund(before, move, entry);
    expect(next).toMatchObject({ state: "uncertain", version: before.version + 1, updatedAt: AT + 5, attempts: 1 });
    expect(next.history).toEqual([...before.history, entry]);
    expect(applyRefund(before, ignore("no news"), entry)).toBe(before);
  });

  it("counts a sending, and not that it came to nothing", () => {
    expect(after(claimed())).toMatchObject({ sentAt: AT, attempts: 1, check: { at: LOOK_AT, attempt: 0 } });
    expect(after(claimed(), turnedAway())).toMatchObject({ sentAt: null, attempts: 1 });
    expect(after(claimed(), turnedAway(), claimed())).toMatchObject({ attempts: 2 });
    expect(after(claimed())).not.toHaveProperty("checkAt");
  });

  it("can't move where the table does not lead", () => {
    expect(() => applyRefund(done(), move, entry)).toThrow("a refund can't move from succeeded to uncertain");
    expect(() => applyRefund(after(claimed(), lost()), move, entry)).not.toThrow();
  });

  it("is looked at as was planned, until it has ended or was given up", () => {
    const sent = { ...after(claimed()), check: look };
    expect(applyRefund(sent, move, entry).check).toEqual(look);
    expect(applyRefund(sent, { ...move, to: "failed" }, entry).check).toBeNull();
    expect(applyRefund(sent, move, { ...entry, finding: "overdue" }).check).toBeNull();
  });
});
