/** What every kind of word about a refund does to it, wherever it stands: what a table does not name is ignored. */
import { describe, expect, it } from "vitest";
import { decideRefund } from "../../../functions/domain/decide-refund.ts";
import { shillings } from "../../../functions/domain/money.ts";
import type { Refund, RefundDecision, WeighedRefund } from "../../../functions/domain/refund.ts";
import {
  accepted,
  after,
  alreadyReversed,
  claimed,
  lost,
  notReversed,
  otherAmount,
  overdue,
  refused,
  reversed,
  turnedAway,
  unreadable,
  untold,
  unverified,
  WHOLE,
} from "./refund-sayings.ts";

const WORDS = {
  claimed,
  accepted: () => accepted(),
  "accepted without a name": () => accepted(null, null),
  "turned away": turnedAway,
  refused,
  lost,
  reversed: () => reversed(),
  "reversed under another receipt": () => reversed({ receipt: "RKL51ZDR4F" }),
  "reversed, and nobody says under which receipt": () => reversed({ receipt: null }),
  "reversed, and nobody says what": () => reversed({ original: null }),
  "reversed, and nobody says how much": () => reversed({ amount: null }),
  "reversed another amount": otherAmount,
  "reversed another payment": () => reversed({ original: "SKL9999999" }),
  "reversed to another phone": () => ({ ...reversed(), phoneHash: "payer-2" }),
  "reversed before": () => alreadyReversed(),
  "not reversed": () => notReversed(),
  "not reversed, says a person": () => notReversed("operator"),
  untold: () => untold(),
  "untold with an unknown code": () => untold("4711"),
  unverified,
  unreadable,
  overdue,
} satisfies Record<string, () => WeighedRefund>;
type Outcomes = { readonly [Word in keyof typeof WORDS]?: string };

const outcome = (decision: Exclude<RefundDecision, { decision: "ignore" }>): string =>
  [decision.decision === "move" ? decision.to : "noted", ...(decision.exception ? [decision.exception] : [])].join(
    ", ",
  );

/** What each word does to `refund`, without those that do nothing. */
const outcomesOf = (refund: Refund, payment = WHOLE): Outcomes =>
  Object.fromEntries(
    Object.entries(WORDS).flatMap(([word, say]) => {
      const decision = decideRefund(refund, say(), payment);
      return decision.decision === "ignore" ? [] : [[word, outcome(decision)] as const];
    }),
  );

/** What contradicts the intent, or can't be believed, is written down wherever the refund stands. */
const ANYWHERE: Outcomes = {
  "reversed, and nobody says how much": "noted, conflicting_evidence",
  "reversed another amount": "noted, amount_mismatch",
  "reversed another payment": "noted, conflicting_evidence",
  "reversed to another phone": "noted, conflicting_evidence",
  unverified: "noted, unverified_source",
  unreadable: "noted, unreadable_callback",
};
const givenBack = (how: string): Outcomes => ({
  reversed: how,
  "reversed under another receipt": how,
  "reversed, and nobody says under which receipt": how,
  "reversed, and nobody says what": how,
});
const FAILS: Outcomes = { "not reversed": "failed", "not reversed, says a person": "failed" };
const BEFORE: Outcomes = { "reversed before": "succeeded" };
const LEFT_OPEN: Outcomes = {
  untold: "uncertain",
  "untold with an unknown code": "uncertain, unclassified_code",
  overdue: "uncertain, uncertain_overdue",
};
const TAKEN: Outcomes = { accepted: "accepted", "accepted without a name": "accepted" };
const ENDS: Outcomes = { ...ANYWHERE, ...givenBack("succeeded"), ...BEFORE, ...FAILS };
const SENDING: Outcomes = { ...ENDS, ...LEFT_OPEN, ...TAKEN, lost: "uncertain" };
const UNSURE: Outcomes = {
  ...ANYWHERE,
  ...TAKEN,
  ...givenBack("succeeded"),
  "untold with an unknown code": "noted, unclassified_code",
  overdue: "noted, uncertain_overdue",
};
const DONE: Outcomes = {
  ...ANYWHERE,
  "not reversed": "noted, conflicting_evidence",
  "not reversed, says a person": "noted, conflicting_evidence",
};
const FAILED: Outcomes = {
  ...ANYWHERE,
  ...givenBack("succeeded, late_success"),
  "reversed before": "noted, conflicting_evidence",
};

describe("what is said of a refund that", () => {
  it.each<[string, Refund, Outcomes]>([
    [
      "waits to be sent",
      after(),
      {
        ...SENDING,
        ...givenBack("succeeded, conflicting_evidence"),
        claimed: "noted",
        refused: "failed",
        "reversed before": "succeeded, conflicting_evidence",
        "not reversed": "failed, conflicting_evidence",
        "not reversed, says a person": "failed, conflicting_evidence",
        overdue: "failed, uncertain_overdue",
      },
    ],
    ["waits to be sent, while somebody spoke of it", after(unverified()), { ...SENDING, refused: "uncertain" }],
    ["is being sent", after(claimed()), { ...SENDING, "turned away": "noted", refused: "failed" }],
    [
      "is being sent, while somebody spoke of it",
      after(claimed(), unverified()),
      { ...SENDING, "turned away": "uncertain", refused: "uncertain" },
    ],
    ["went in", after(claimed(), accepted()), { ...ENDS, ...LEFT_OPEN }],
    ["went in without a name", after(claimed(), accepted(null, null)), { ...ENDS, ...LEFT_OPEN, accepted: "noted" }],
    ["may have gone in", after(claimed(), lost()), { ...UNSURE, ...BEFORE, ...FAILS }],
    [
      "evidence disagrees about",
      after(claimed(), lost(), otherAmount()),
      {
        ...UNSURE,
        "reversed before": "noted, conflicting_evidence",
        "not reversed": "noted, conflicting_evidence",
        "not reversed, says a person": "failed",
      },
    ],
    [
      "went back",
      after(claimed(), accepted(), reversed()),
      { ...DONE, "reversed under another receipt": "noted, conflicting_evidence" },
    ],
    [
      "went back, nobody says under which receipt",
      after(claimed(), accepted(), alreadyReversed()),
      {
        ...DONE,
        reversed: "noted",
        "reversed under another receipt": "noted",
        "reversed, and nobody says what": "noted",
      },
    ],
    ["was refused", after(claimed(), refused()), { ...FAILED, accepted: "noted, conflicting_evidence" }],
    ["M-PESA ended", after(claimed(), accepted(), notReversed()), FAILED],
    ["M-PESA ended before it was known to be taken", after(claimed(), notReversed()), { ...FAILED, accepted: "noted" }],
  ])("%s", (_, refund, outcomes) => {
    expect(outcomesOf(refund)).toEqual(outcomes);
  });
});

describe("'reversed before' settles nothing", () => {
  const accepted_ = after(claimed(), accepted());

  it.each([
    ["of a part of the payment", { ...WHOLE, amount: shillings(1501) }],
    ["where something is known to have gone back before", { ...WHOLE, refunded: shillings(1) }],
  ])("%s: a person looks", (_, payment) => {
    expect(outcomesOf(accepted_, payment)["reversed before"]).toBe("uncertain, conflicting_evidence");
    expect(outcomesOf(after(claimed(), lost()), payment)["reversed before"]).toBe("noted, conflicting_evidence");
    expect(outcomesOf(after(claimed(), notReversed()), payment)["reversed before"]).toBe("noted, conflicting_evidence");
  });
});

describe("twenty sendings that all came to nothing", () => {
  it("fail a refund, and nineteen do not", () => {
    const sent = after(claimed());
    expect(outcomesOf({ ...sent, attempts: 19 })["turned away"]).toBe("noted");
    expect(outcomesOf({ ...sent, attempts: 20 })["turned away"]).toBe("failed");
  });
});
