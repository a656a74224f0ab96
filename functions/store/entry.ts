/**
 * What the history says about a change of a payment: the facts that the evidence named, in public words and free of
 * personal data. The push is named by M-PESA's merchant request id, because its other id spells most of the payer's
 * number.
 */
import type { Evidence } from "../domain/evidence.ts";
import { entryDigest } from "../domain/history.ts";
import type { EntryContent, LedgerState } from "../domain/history.ts";
import type { ExceptionKind } from "../domain/payment-states.ts";
import type { Decision, PaymentIntent, Weighed } from "../domain/payment.ts";
import type { NewEntry } from "./history-item.ts";
import type { Heard } from "./kept-evidence.ts";

/** A decision that is written down. */
export type Change = Exclude<Decision, { decision: "ignore" }>;

/** As much of a decision about a payment or payout as its entry tells. */
type Decided = ({ readonly decision: "move"; readonly to: LedgerState } | { readonly decision: "note" }) & {
  readonly facts: { readonly disputed?: boolean };
  readonly exception: ExceptionKind | null;
};

export type EntryFacts = EntryContent["facts"];

export const chained = (id: string, content: EntryContent): NewEntry => ({
  ...content,
  digest: entryDigest(id, content),
});

/** The first entry of every history. */
export const beginning = (
  made: { readonly id: string; readonly createdAt: number; readonly requestId: string },
  { by, to, facts }: { readonly by: string; readonly to: LedgerState; readonly facts: EntryFacts },
): NewEntry =>
  chained(made.id, {
    at: made.createdAt,
    finding: "created",
    to,
    source: "api",
    by,
    requestId: made.requestId,
    facts,
    exception: null,
    rawHash: null,
  });

export const failureFacts = (failure: { readonly code: string; readonly resultCode: string | null }): EntryFacts => ({
  failure: failure.code,
  ...(failure.resultCode === null ? {} : { result_code: failure.resultCode }),
});

/** What a payment's or payout's *paid* named. */
export const paidFacts = (
  paid: Pick<Extract<Evidence, { finding: "paid" }>, "receipt" | "amount" | "paidAt">,
): EntryFacts => ({
  ...(paid.receipt === null ? {} : { receipt: paid.receipt }),
  ...(paid.amount === null ? {} : { amount_cents: paid.amount }),
  ...(paid.paidAt === null ? {} : { paid_at: paid.paidAt }),
});

const namedFacts = (evidence: Evidence): EntryFacts => {
  switch (evidence.finding) {
    case "accepted":
      return { push: evidence.push.merchantId };
    case "refused":
    case "unpaid":
      return failureFacts(evidence.failure);
    case "unknown":
    case "unreadable":
      return { because: evidence.because };
    case "paid":
      return paidFacts(evidence);
    case "unverified":
    case "overdue":
      return {};
  }
};

/** The first entry of every payment. */
export const createdEntry = (intent: PaymentIntent): NewEntry =>
  beginning(intent, { by: intent.openedBy, to: "initiated", facts: {} });

/** What every entry about evidence says, payment's or payout's; `named` is what the evidence named. */
export const heardEntry = (
  id: string,
  { evidence, rawHash }: Heard,
  { change, named }: { readonly change: Decided; readonly named: EntryFacts },
): NewEntry =>
  chained(id, {
    at: evidence.at,
    finding: evidence.finding,
    to: change.decision === "move" ? change.to : null,
    source: evidence.source,
    by: evidence.by,
    requestId: evidence.requestId,
    facts: { ...named, ...(change.facts.disputed === true ? { disputed: true } : {}) },
    exception: change.exception,
    rawHash,
  });

/** The entry of one change. */
export const entryOf = (id: string, weighed: Weighed, change: Change): NewEntry =>
  heardEntry(id, weighed, { change, named: namedFacts(weighed.evidence) });
