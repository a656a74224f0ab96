/**
 * Payouts, evidence and batches for the laws. Values are drawn from small sets on purpose: two pieces of evidence must
 * often name the same receipt, conversation or amount for a law to bite.
 */
import fc from "fast-check";
import { sha256Hex } from "../../functions/domain/canonical-json.ts";
import { applyPayout, decidePayout, payoutReceiptTaken } from "../../functions/domain/decide-payout.ts";
import type { EvidenceSource } from "../../functions/domain/evidence.ts";
import type { HistoryEntry } from "../../functions/domain/history.ts";
import { shillings } from "../../functions/domain/money.ts";
import { Msisdn } from "../../functions/domain/msisdn.ts";
import { PAYOUT_FAILURE_CODES } from "../../functions/domain/payout-failures.ts";
import type {
  Payout,
  PayoutDecision,
  PayoutEvidence,
  PayoutFailure,
  PayoutFinding,
  WeighedPayout,
} from "../../functions/domain/payout.ts";
import { chained, entryAbout, evidenceOf, maybe, phoneHashOf, weighing } from "./heard.ts";

const PAYOUT_ID = "pyo_0123456789abcdfghijknpqrst";
const PHONE = Msisdn.parse("254708374149");
const OTHER_PHONE = Msisdn.parse("254712345678");
const BORN = 1_700_000_000_000;

const failures: fc.Arbitrary<PayoutFailure> = fc.record({
  code: fc.constantFrom(...PAYOUT_FAILURE_CODES),
  resultCode: fc.constantFrom(null, "1", "2001", "2040"),
  resultDesc: fc.constantFrom(null, "The initiator information is invalid."),
});
const conversations = fc.constantFrom("AG_20240706_20106e9209f64bebd05b", "AG_20240706_2010364430d9bbdaf872");

/** Everything that can be said about a payout. */
const findings: fc.Arbitrary<PayoutFinding> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      finding: fc.constant("claimed" as const),
      again: fc.boolean(),
      checkAt: fc.constant(BORN + 60_000),
    }),
  },
  fc.record({ finding: fc.constant("accepted" as const), conversationId: maybe(conversations) }),
  fc.record({ finding: fc.constant("turned_away" as const), failure: failures }),
  fc.record({ finding: fc.constant("refused" as const), failure: failures }),
  fc.record({ finding: fc.constant("unknown" as const), because: fc.constant("the answer timed out") }),
  fc.record({
    finding: fc.constant("paid" as const),
    receipt: maybe(fc.constantFrom("NLJ7RT61SV", "RKL51ZDR4F")),
    amount: maybe(fc.constantFrom(shillings(1500), shillings(1500), shillings(1500), shillings(10))),
    phone: maybe(fc.constantFrom(PHONE, PHONE, PHONE, OTHER_PHONE)),
    conversationId: maybe(conversations),
    paidAt: maybe(fc.constantFrom(BORN, BORN + 60_000)),
  }),
  fc.record({ finding: fc.constant("unpaid" as const), failure: failures, conversationId: maybe(conversations) }),
  fc.record({
    finding: fc.constant("untold" as const),
    because: fc.constant("a queue timeout"),
    unlistedCode: maybe(fc.constant("4711")),
  }),
  fc.constant({ finding: "unverified" as const }),
  fc.record({ finding: fc.constant("unreadable" as const), because: fc.constant("it is not a Result") }),
  fc.constant({ finding: "overdue" as const }),
  fc.constant({ finding: "cancelled" as const }),
  fc.record({ finding: fc.constant("replaced" as const), replacedBy: fc.constant("pyo_x") }),
);

const SOURCES: readonly EvidenceSource[] = ["submit", "callback", "query", "sweep", "statement", "operator"];

export const weighPayoutEvidence = (evidence: PayoutEvidence): WeighedPayout => weighing(evidence);
export const weighedPayouts: fc.Arbitrary<WeighedPayout> = evidenceOf(findings, { sources: SOURCES, from: BORN }).map(
  weighPayoutEvidence,
);

const entryFor = (payout: Payout, about: WeighedPayout, decision: PayoutDecision): HistoryEntry =>
  chained(payout, {
    ...entryAbout(about),
    to: decision.decision === "move" ? decision.to : null,
    facts: {},
    exception: decision.decision === "ignore" ? null : decision.exception,
  });

/** Decides and applies: what the ledger does when it holds the payout in hand. */
export const hearPayout = (
  payout: Payout,
  about: WeighedPayout,
  decided: PayoutDecision = decidePayout(payout, about),
): Payout => applyPayout(payout, decided, entryFor(payout, about, decided));

/** A payout that nobody outside has heard of. */
export const newPayout = (): Payout => {
  const born = { id: PAYOUT_ID, history: [] as readonly HistoryEntry[] };
  const created = chained(born, {
    at: BORN,
    finding: "created",
    to: "queued",
    source: "api",
    by: "key:1",
    requestId: "req",
    facts: {},
    exception: null,
    rawHash: null,
  });
  return {
    ...born,
    storefront: "demo",
    shortcode: "600992",
    kind: "salary",
    state: "queued",
    version: 1,
    amount: shillings(1500),
    phoneMasked: "2547*****149",
    phoneHash: phoneHashOf(PHONE),
    reference: "PAY-1001",
    remarks: "",
    metadata: {},
    fingerprint: sha256Hex("body"),
    batch: null,
    attempts: 0,
    sentAt: null,
    doubt: false,
    conversationId: null,
    wentIn: false,
    receipt: null,
    paidAt: null,
    failure: null,
    disputed: false,
    replacedBy: null,
    check: { at: BORN + 30_000, attempt: 0 },
    createdAt: BORN,
    updatedAt: BORN,
    history: [created],
  };
};

/** One step of a payout's life; sometimes the receipt turns out to be another transaction's. */
const step = (payout: Payout, [about, taken]: readonly [WeighedPayout, boolean]): Payout => {
  const decision = decidePayout(payout, about);
  if (!taken || decision.decision === "ignore" || decision.facts.receipt === undefined)
    return hearPayout(payout, about, decision);
  return hearPayout(payout, about, payoutReceiptTaken(payout));
};

const claim = (again: boolean): WeighedPayout =>
  weighPayoutEvidence({
    finding: "claimed",
    again,
    checkAt: BORN + 60_000,
    source: "submit",
    at: BORN + 1_000,
    by: "dispatcher",
    requestId: "req",
    raw: null,
  });

/** Payouts in every state that a life of up to 12 pieces of evidence can lead to; most were sent at least once. */
export const payouts: fc.Arbitrary<Payout> = fc
  .tuple(
    fc.constantFrom([], [claim(false)], [claim(false)]),
    fc.array(fc.tuple(weighedPayouts, fc.constantFrom(false, false, false, false, true)), { maxLength: 12 }),
  )
  .map(([begin, life]) => {
    const sent = begin.reduce((payout, about) => hearPayout(payout, about), newPayout());
    return life.reduce(step, sent);
  });
