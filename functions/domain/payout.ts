/**
 * A payout: what was asked for, what the ledger holds of it, and what a piece of evidence can do to it. Its id is also
 * the OriginatorConversationID of every sending, which is what lets Daraja refuse a second one.
 */
import type { EvidenceSource } from "./evidence.ts";
import type { HistoryEntry } from "./history.ts";
import type { Cents } from "./money.ts";
import type { Msisdn } from "./msisdn.ts";
import type { ExceptionKind } from "./payment-states.ts";
import type { PayoutFailureCode } from "./payout-failures.ts";
import type { PayoutState } from "./payout-states.ts";

/** What it is for; Safaricom words the receiver's message by it. */
export const PAYOUT_KINDS = ["business", "salary", "promotion"] as const;
export type PayoutKind = (typeof PAYOUT_KINDS)[number];

/** The least and the most that one payout may be, in whole shillings (Safaricom's published limits). */
export const PAYOUT_SHILLINGS = { min: 10, max: 250_000 } as const;

/** The batch that a payout belongs to, as it was frozen. */
export interface BatchPlace {
  readonly id: string;
  /** Digest over the frozen rows that this payout was made from: what the approvals must name. */
  readonly digest: string;
  /** Place among the accepted rows, from 1. */
  readonly position: number;
  /** The data row of the input, from 1, as the person who made the file counts them. */
  readonly row: number;
  /** 0 for the first payout of a row; one more for each that replaced a failed one. */
  readonly generation: number;
}

/** What was asked for, before anyone outside hears of it. */
export interface PayoutIntent {
  readonly id: string;
  readonly storefront: string;
  readonly shortcode: string;
  readonly kind: PayoutKind;
  readonly amount: Cents;
  readonly phone: Msisdn;
  readonly reference: string;
  /** Shown to the receiver; empty when none was given. */
  readonly remarks: string;
  readonly metadata: Readonly<Record<string, string>>;
  /** SHA-256 over the canonical body, to tell a replay from a reuse of its key. */
  readonly fingerprint: string;
  readonly openedBy: string;
  readonly requestId: string;
  readonly createdAt: number;
  /** Null for a payout of its own. */
  readonly batch: BatchPlace | null;
  /** When the sweep should first look at it; null for a batch's rows, which their batch looks after until they are sent. */
  readonly checkAt: number | null;
}

export interface PayoutFailure {
  readonly code: PayoutFailureCode;
  /** M-PESA's own code, as text. Null when the failure never reached M-PESA. */
  readonly resultCode: string | null;
  /** M-PESA's own description, free of personal data. Null likewise. */
  readonly resultDesc: string | null;
}

/** A payout as the ledger holds it. The phone is there masked and as a keyed hash; its clear form stays sealed. */
export interface Payout {
  readonly id: string;
  readonly storefront: string;
  readonly shortcode: string;
  readonly kind: PayoutKind;
  readonly state: PayoutState;
  /** Grows by one with every write. */
  readonly version: number;
  readonly amount: Cents;
  readonly phoneMasked: string;
  /** Null once the receiver's number was erased. */
  readonly phoneHash: string | null;
  readonly reference: string;
  readonly remarks: string;
  readonly metadata: Readonly<Record<string, string>>;
  readonly fingerprint: string;
  readonly batch: BatchPlace | null;
  /** How often it was sent, or about to be. */
  readonly attempts: number;
  /** When it was last taken to be sent, epoch milliseconds; null before that. */
  readonly sentAt: number | null;
  /** A sending of it may have reached M-PESA: no refusal of a later one says otherwise. */
  readonly doubt: boolean;
  /** M-PESA's name for it; null until M-PESA said that it took it. Absent on a payout that went in unanswered. */
  readonly conversationId: string | null;
  /** Daraja has said that it took it, by an answer or by refusing a second sending. */
  readonly wentIn: boolean;
  readonly receipt: string | null;
  readonly paidAt: number | null;
  readonly failure: PayoutFailure | null;
  /** Evidence disagreed with the intent: only evidence that names the amount can close it. */
  readonly disputed: boolean;
  /** The payout that was made in place of this failed one. */
  readonly replacedBy: string | null;
  /** When to look at it next and how often it was asked about; null when there is nothing left to ask. */
  readonly check: { readonly at: number; readonly attempt: number } | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly history: readonly HistoryEntry[];
}

/** What the evidence proves about a payout. */
export type PayoutFinding =
  /** We are about to send it: written before the call. `again`: once more under the same name, after asking in vain. */
  | { readonly finding: "claimed"; readonly again: boolean; readonly checkAt: number }
  /** Daraja took it; `conversationId` is null when it said so by refusing a second sending. */
  | { readonly finding: "accepted"; readonly conversationId: string | null }
  /** Proof that this sending never reached M-PESA, and that sending it later makes sense. */
  | { readonly finding: "turned_away"; readonly failure: PayoutFailure }
  /** Proof that M-PESA never took this sending, and that the same again would be refused again. */
  | { readonly finding: "refused"; readonly failure: PayoutFailure }
  /** The answer was lost or unreadable, or the sender died: M-PESA may or may not have taken it. */
  | { readonly finding: "unknown"; readonly because: string }
  /** Money moved. */
  | {
      readonly finding: "paid";
      readonly receipt: string | null;
      readonly amount: Cents | null;
      /** Null when M-PESA masked it. */
      readonly phone: Msisdn | null;
      readonly conversationId: string | null;
      /** When M-PESA says the money moved, epoch milliseconds; null when it did not say. */
      readonly paidAt: number | null;
    }
  /** It ended without money moving. */
  | { readonly finding: "unpaid"; readonly failure: PayoutFailure; readonly conversationId: string | null }
  /** M-PESA spoke of it without saying how it ended: a queue timeout, a status that is still open, an unlisted code. */
  | { readonly finding: "untold"; readonly because: string; readonly unlistedCode: string | null }
  /** It came with a valid token but from an address that is not Safaricom's: kept, never believed. */
  | { readonly finding: "unverified" }
  /** It came with a valid token but says nothing that can be understood: kept, and asked about. */
  | { readonly finding: "unreadable"; readonly because: string }
  /** The last question about this payout has been asked, and nobody knows. */
  | { readonly finding: "overdue" }
  /** A person stopped it before it was sent. */
  | { readonly finding: "cancelled" }
  /** A new payout was made in its place, after what stopped it was mended. */
  | { readonly finding: "replaced"; readonly replacedBy: string };

/** A finding with its provenance; the fields are those of `Evidence`. */
export type PayoutEvidence = PayoutFinding & {
  readonly source: EvidenceSource;
  readonly at: number;
  readonly by: string;
  readonly requestId: string;
  /** The text it was read from, without credentials; null when nothing was received. */
  readonly raw: string | null;
};

/** Evidence made comparable: the phone it names as the ledger's keyed hash, the raw text as its SHA-256. */
export interface WeighedPayout {
  readonly evidence: PayoutEvidence;
  readonly phoneHash: string | null;
  readonly rawHash: string | null;
}

/** Fields that a decision sets beside the state; null removes what was there. */
export interface PayoutFacts {
  readonly conversationId?: string;
  readonly wentIn?: true;
  readonly receipt?: string;
  readonly paidAt?: number;
  readonly failure?: PayoutFailure | null;
  readonly disputed?: boolean;
  readonly doubt?: boolean;
  /** Present exactly when it is about to be sent: counts the attempt. */
  readonly sentAt?: number;
  /** Look at it then. */
  readonly checkAt?: number;
  readonly replacedBy?: string;
}

export type PayoutDecision =
  /** The payout changes state. */
  | {
      readonly decision: "move";
      readonly to: PayoutState;
      readonly facts: PayoutFacts;
      readonly exception: ExceptionKind | null;
    }
  /** The state stays, but the history grows. */
  | { readonly decision: "note"; readonly facts: PayoutFacts; readonly exception: ExceptionKind | null }
  /** Nothing that was not known already. */
  | { readonly decision: "ignore"; readonly because: string };
