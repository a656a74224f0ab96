/**
 * Payments, evidence and texts for the laws, and for whoever else wants them. Values are drawn from small sets on
 * purpose: two pieces of evidence must often name the same push, the same receipt or the same amount for a law to bite.
 */
import fc from "fast-check";
import { apply } from "../../functions/domain/apply.ts";
import { sha256Hex } from "../../functions/domain/canonical-json.ts";
import { decide, receiptTaken } from "../../functions/domain/decide.ts";
import type { Evidence, EvidenceSource, Failure, Finding, PushIds } from "../../functions/domain/evidence.ts";
import { FAILURE_CODES } from "../../functions/domain/failures.ts";
import type { HistoryEntry } from "../../functions/domain/history.ts";
import { shillings } from "../../functions/domain/money.ts";
import { Msisdn } from "../../functions/domain/msisdn.ts";
import type { Decision, Payment, Weighed } from "../../functions/domain/payment.ts";
import { chained, entryAbout, evidenceOf, maybe, phoneHashOf, weighing } from "./heard.ts";

const PAYMENT_ID = "pay_0123456789abcdfghijknpqrst";
const PHONE = Msisdn.parse("254708374149");
const OTHER_PHONE = Msisdn.parse("254712345678");
const BORN = 1_700_000_000_000;

export const msisdns: fc.Arbitrary<Msisdn> = fc
  .tuple(fc.constantFrom("7", "1"), fc.integer({ min: 0, max: 99_999_999 }))
  .map(([first, rest]) => Msisdn.parse(`254${first}${String(rest).padStart(8, "0")}`));

const pushes: fc.Arbitrary<PushIds> = fc.constantFrom(
  { checkoutId: "ws_CO_211120261705099990708374149", merchantId: "2654-4b64-97ff-b827b542881d3130" },
  { checkoutId: "ws_CO_211120261805099990708374149", merchantId: "29115-34620561-1" },
);

const failures: fc.Arbitrary<Failure> = fc.record({
  code: fc.constantFrom(...FAILURE_CODES),
  resultCode: fc.constantFrom(null, "1", "1032", "E3008"),
  resultDesc: fc.constantFrom(null, "Request cancelled by user"),
});

/** Everything that anybody could say about a payment. */
const findings: fc.Arbitrary<Finding> = fc.oneof(
  fc.record({ finding: fc.constant("accepted" as const), push: pushes }),
  fc.record({ finding: fc.constant("refused" as const), failure: failures }),
  fc.record({ finding: fc.constant("unknown" as const), because: fc.constant("the answer timed out") }),
  fc.record({
    finding: fc.constant("paid" as const),
    receipt: maybe(fc.constantFrom("NLJ7RT61SV", "RKL51ZDR4F")),
    amount: maybe(fc.constantFrom(shillings(1500), shillings(1500), shillings(1500), shillings(1))),
    phone: maybe(fc.constantFrom(PHONE, PHONE, PHONE, OTHER_PHONE)),
    push: maybe(pushes),
    paidAt: maybe(fc.constantFrom(1_700_000_000_000, 1_700_000_060_000)),
  }),
  fc.record({ finding: fc.constant("unpaid" as const), failure: failures, push: maybe(pushes) }),
  fc.constant({ finding: "unverified" as const }),
  fc.record({ finding: fc.constant("unreadable" as const), because: fc.constant("it is not an STK callback") }),
  fc.constant({ finding: "overdue" as const }),
);

const SOURCES: readonly EvidenceSource[] = [
  "submit",
  "callback",
  "query",
  "sweep",
  "c2b",
  "pull",
  "statement",
  "operator",
];

/** Evidence as the ledger weighs it. */
export const weigh = (evidence: Evidence): Weighed => weighing(evidence);
export const weighed: fc.Arbitrary<Weighed> = evidenceOf(findings, { sources: SOURCES, from: BORN }).map(weigh);

/** The history entry of a decision, chained to the payment's last. */
export const entryFor = (payment: Payment, about: Weighed, decision: Decision): HistoryEntry =>
  chained(payment, {
    ...entryAbout(about),
    to: decision.decision === "move" ? decision.to : null,
    facts: decision.decision !== "ignore" && decision.facts.receipt ? { receipt: decision.facts.receipt } : {},
    exception: decision.decision === "ignore" ? null : decision.exception,
  });

/** Decides and applies: what the ledger does when it holds the payment in hand. */
export const hear = (payment: Payment, about: Weighed, decided: Decision = decide(payment, about)): Payment =>
  apply(payment, decided, entryFor(payment, about, decided));

/** A payment that M-PESA has not heard of yet. */
export const newPayment = (): Payment => {
  const born = { id: PAYMENT_ID, history: [] as readonly HistoryEntry[] };
  const created = chained(born, {
    at: 1_700_000_000_000,
    finding: "created",
    to: "initiated",
    source: "api",
    by: "key:1",
    requestId: "req",
    facts: {},
    exception: null,
    rawHash: null,
  });
  return {
    ...born,
    source: "stk",
    routing: "requested",
    storefront: "sf_1",
    shortcode: "174379",
    state: "initiated",
    version: 1,
    amount: shillings(1500),
    refunded: shillings(0),
    refunding: shillings(0),
    phoneMasked: "2547*****149",
    phoneHash: phoneHashOf(PHONE),
    payerName: null,
    reference: "INV-1001",
    description: "Order 1001",
    metadata: {},
    fingerprint: sha256Hex("body"),
    push: null,
    receipt: null,
    paidAt: null,
    mergedInto: null,
    failure: null,
    disputed: false,
    check: { at: 1_700_000_030_000, attempt: 0 },
    createdAt: 1_700_000_000_000,
    updatedAt: 1_700_000_000_000,
    history: [created],
  };
};

/** One step of a payment's life; sometimes the receipt turns out to be another transaction's, sometimes it is refunded or merged. */
const step = (payment: Payment, [about, kind]: readonly [Weighed, string]): Payment => {
  if (kind === "refund" && payment.state === "succeeded") return { ...payment, state: "reversed" };
  if (kind === "merge" && payment.state === "succeeded") return { ...payment, state: "merged" };
  const decision = decide(payment, about);
  if (kind !== "taken" || decision.decision === "ignore" || decision.facts.receipt === undefined)
    return hear(payment, about, decision);
  return hear(payment, about, receiptTaken(payment));
};

/** Payments in every state that a life of up to 12 pieces of evidence can lead to. */
export const payments: fc.Arbitrary<Payment> = fc
  .array(fc.tuple(weighed, fc.constantFrom("plain", "plain", "plain", "plain", "taken", "refund", "merge")), {
    maxLength: 12,
  })
  .map((life) => life.reduce(step, newPayment()));
