/**
 * What the history says about a change: the facts that the evidence named, in public words and free of personal data.
 * The push is named by M-PESA's merchant request id, because its other id spells most of the payer's number.
 */
import type { Evidence, Failure } from "../domain/evidence.ts";
import { entryDigest } from "../domain/history.ts";
import type { EntryContent } from "../domain/history.ts";
import type { Decision, PaymentIntent, Weighed } from "../domain/payment.ts";
import type { NewEntry } from "./history-item.ts";

/** A decision that is written down. */
export type Change = Exclude<Decision, { decision: "ignore" }>;

type EntryFacts = EntryContent["facts"];

const chained = (id: string, content: EntryContent): NewEntry => ({ ...content, digest: entryDigest(id, content) });

const failureFacts = (failure: Failure): EntryFacts => ({
  failure: failure.code,
  ...(failure.resultCode === null ? {} : { result_code: failure.resultCode }),
});

const paidFacts = (paid: Extract<Evidence, { finding: "paid" }>): EntryFacts => ({
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
  chained(intent.id, {
    at: intent.createdAt,
    finding: "created",
    to: "initiated",
    source: "api",
    by: intent.openedBy,
    requestId: intent.requestId,
    facts: {},
    exception: null,
    rawHash: null,
  });

/** The entry of one change. */
export const entryOf = (id: string, { evidence, rawHash }: Weighed, change: Change): NewEntry =>
  chained(id, {
    at: evidence.at,
    finding: evidence.finding,
    to: change.decision === "move" ? change.to : null,
    source: evidence.source,
    by: evidence.by,
    requestId: evidence.requestId,
    facts: { ...namedFacts(evidence), ...(change.facts.disputed === true ? { disputed: true } : {}) },
    exception: change.exception,
    rawHash,
  });
