/** What every kind of word about a payout does to it, wherever it stands: what a table does not name is ignored. */
import { describe, expect, it } from "vitest";
import { decidePayout } from "../../../functions/domain/decide-payout.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";
import type { Payout, PayoutDecision, WeighedPayout } from "../../../functions/domain/payout.ts";
import {
  accepted,
  after,
  again,
  cancelled,
  claimed,
  lost,
  otherAmount,
  overdue,
  paid,
  refused,
  replaced,
  turnedAway,
  unpaid,
  unreadable,
  untold,
  unverified,
} from "./payout-sayings.ts";

const WORDS = {
  claimed,
  "claimed again": again,
  accepted: () => accepted(),
  "accepted without a name": () => accepted(null),
  "turned away": turnedAway,
  refused,
  lost,
  paid: () => paid(),
  "paid under another receipt": () => paid({ receipt: "RKL51ZDR4F" }),
  "paid, and nobody says under which receipt": () => paid({ receipt: null }),
  "paid, says a person": () => paid({ amount: null }, "operator"),
  "paid, says a callback without amount": () => paid({ amount: null }),
  "paid, says a query without amount": () => paid({ amount: null }, "query"),
  "paid, says a statement without amount": () => paid({ amount: null }, "statement"),
  "paid another amount": otherAmount,
  "paid to another phone": () => paid({ phone: Msisdn.parse("254712345678") }),
  unpaid: () => unpaid(),
  "unpaid with an unknown code": () => unpaid({ code: "unclassified" }),
  "unpaid, says a person": () => unpaid({ source: "operator" }),
  untold: () => untold(),
  "untold with an unknown code": () => untold("4711"),
  unverified,
  unreadable,
  overdue,
  cancelled,
  replaced,
} satisfies Record<string, () => WeighedPayout>;
type Outcomes = { readonly [Word in keyof typeof WORDS]?: string };

const outcome = (decision: Exclude<PayoutDecision, { decision: "ignore" }>): string =>
  [decision.decision === "move" ? decision.to : "noted", ...(decision.exception ? [decision.exception] : [])].join(
    ", ",
  );

/** What each word does to `payout`, without those that do nothing. */
const outcomesOf = (payout: Payout): Outcomes =>
  Object.fromEntries(
    Object.entries(WORDS).flatMap(([word, say]) => {
      const decision = decidePayout(payout, say());
      return decision.decision === "ignore" ? [] : [[word, outcome(decision)] as const];
    }),
  );

/** What contradicts the intent, or can't be believed, is written down wherever the payout stands. */
const ANYWHERE: Outcomes = {
  "paid another amount": "noted, amount_mismatch",
  "paid to another phone": "noted, conflicting_evidence",
  "paid, says a callback without amount": "noted, conflicting_evidence",
  "paid, says a query without amount": "noted, conflicting_evidence",
  "paid, says a statement without amount": "noted, conflicting_evidence",
  unverified: "noted, unverified_source",
  unreadable: "noted, unreadable_callback",
};
const PAYS: Outcomes = {
  paid: "succeeded",
  "paid under another receipt": "succeeded",
  "paid, and nobody says under which receipt": "succeeded",
  "paid, says a person": "succeeded",
};
const PAYS_LATE: Outcomes = {
  paid: "succeeded, late_success",
  "paid under another receipt": "succeeded, late_success",
  "paid, and nobody says under which receipt": "succeeded, late_success",
  "paid, says a person": "succeeded, late_success",
};
const FAILS: Outcomes = {
  unpaid: "failed",
  "unpaid with an unknown code": "failed, unclassified_code",
  "unpaid, says a person": "failed",
};
const ENDS: Outcomes = { ...ANYWHERE, ...PAYS, ...FAILS };
const LEFT_OPEN: Outcomes = {
  untold: "uncertain",
  "untold with an unknown code": "uncertain, unclassified_code",
  overdue: "uncertain, uncertain_overdue",
};
const TAKEN: Outcomes = { accepted: "accepted", "accepted without a name": "accepted" };
const TAKEN_AFTER_ALL: Outcomes = {
  accepted: "noted, conflicting_evidence",
  "accepted without a name": "noted, conflicting_evidence",
};
/** M-PESA speaks of what we believed it had never heard of: it is believed, and a person looks. */
const UNSENT: Outcomes = {
  ...ANYWHERE,
  claimed: "sending",
  accepted: "accepted, conflicting_evidence",
  "accepted without a name": "accepted, conflicting_evidence",
  paid: "succeeded, conflicting_evidence",
  "paid under another receipt": "succeeded, conflicting_evidence",
  "paid, and nobody says under which receipt": "succeeded, conflicting_evidence",
  "paid, says a person": "succeeded, conflicting_evidence",
  unpaid: "failed, conflicting_evidence",
  "unpaid with an unknown code": "failed, conflicting_evidence",
  "unpaid, says a person": "failed, conflicting_evidence",
  "untold with an unknown code": "noted, unclassified_code",
};
const UNSURE: Outcomes = {
  ...ANYWHERE,
  ...TAKEN,
  "untold with an unknown code": "noted, unclassified_code",
  overdue: "noted, uncertain_overdue",
};
const DONE: Outcomes = {
  ...ANYWHERE,
  unpaid: "noted, conflicting_evidence",
  "unpaid with an unknown code": "noted, conflicting_evidence",
  "unpaid, says a person": "noted, conflicting_evidence",
};

describe("what is said of a payout that", () => {
  it.each<[string, Payout, Outcomes]>([
    ["waits to be sent", after(), { ...UNSENT, overdue: "failed, uncertain_overdue", cancelled: "cancelled" }],
    [
      "waits to be sent, while somebody spoke of it",
      after(unverified()),
      { ...UNSENT, overdue: "noted, uncertain_overdue" },
    ],
    [
      "is being sent",
      after(claimed()),
      { ...ENDS, ...LEFT_OPEN, ...TAKEN, "turned away": "queued", refused: "failed", lost: "uncertain" },
    ],
    [
      "is being sent once more",
      after(claimed(), lost(), again()),
      { ...ENDS, ...LEFT_OPEN, ...TAKEN, "turned away": "uncertain", refused: "uncertain", lost: "uncertain" },
    ],
    ["went in", after(claimed(), accepted()), { ...ENDS, ...LEFT_OPEN }],
    ["went in without a name", after(claimed(), accepted(null)), { ...ENDS, ...LEFT_OPEN, accepted: "noted" }],
    ["may have gone in", after(claimed(), lost()), { ...UNSURE, ...PAYS, ...FAILS, "claimed again": "sending" }],
    [
      "went in and was not heard of again",
      after(claimed(), accepted(null), untold()),
      { ...UNSURE, ...PAYS, ...FAILS },
    ],
    [
      "evidence disagrees about",
      after(claimed(), lost(), otherAmount()),
      {
        ...UNSURE,
        paid: "succeeded",
        "paid under another receipt": "succeeded",
        "paid, and nobody says under which receipt": "succeeded",
        unpaid: "noted, conflicting_evidence",
        "unpaid with an unknown code": "noted, conflicting_evidence",
        "unpaid, says a person": "failed",
      },
    ],
    [
      "was paid",
      after(claimed(), accepted(), paid()),
      { ...DONE, "paid under another receipt": "noted, conflicting_evidence" },
    ],
    [
      "was paid, and of which nobody named the receipt",
      after(claimed(), paid({ receipt: null, amount: null }, "operator")),
      { ...DONE, paid: "noted", "paid under another receipt": "noted", "paid, says a person": "noted" },
    ],
    ["was refused", after(claimed(), refused()), { ...ANYWHERE, ...PAYS_LATE, ...TAKEN_AFTER_ALL, replaced: "noted" }],
    [
      "was refused and replaced",
      after(claimed(), refused(), replaced()),
      { ...ANYWHERE, ...PAYS_LATE, ...TAKEN_AFTER_ALL },
    ],
    ["M-PESA ended unpaid", after(claimed(), unpaid()), { ...ANYWHERE, ...PAYS_LATE, replaced: "noted" }],
    ["a person stopped", after(cancelled()), { ...ANYWHERE, ...PAYS_LATE, ...TAKEN_AFTER_ALL }],
  ])("%s", (_, payout, outcomes) => {
    expect(outcomesOf(payout)).toEqual(outcomes);
  });
});
