/**
 * A refund: a payment that is given back, or part of it. It reserves its amount on the payment before M-PESA hears of it,
 * so that all refunds of a payment together never exceed what was paid, whatever becomes of each.
 */
import type { EvidenceSource } from "./evidence.ts";
import type { HistoryEntry } from "./history.ts";
import type { Cents } from "./money.ts";
import type { Msisdn } from "./msisdn.ts";
import type { ExceptionKind } from "./payment-states.ts";
import type { RefundFailureCode } from "./refund-failures.ts";
import type { RefundState } from "./refund-states.ts";

/** Refunds of one payment, those that failed included: its history, which names them all, has an end. */
export const MOST_REFUNDS = 20;

/** What was asked for, before anyone outside hears of it. What it is given back to stands on the payment. */
export interface RefundIntent {
  readonly id: string;
  readonly storefront: string;
  readonly paymentId: string;
  /** What the credentials in force can reverse for: the payment was made to one of them. */
  readonly shortcodes: readonly string[];
  /** Null for all that is left of the payment. */
  readonly amount: Cents | null;
  /** For people: M-PESA is not told. */
  readonly reason: string;
  /** SHA-256 over the canonical body, to tell a replay from a reuse of its key. */
  readonly fingerprint: string;
  readonly openedBy: string;
  readonly requestId: string;
  readonly createdAt: number;
  /** When the sweep should first look at it, epoch milliseconds. */
  readonly checkAt: number;
}

export interface RefundFailure {
  readonly code: RefundFailureCode;
  /** M-PESA's own code, as text. Null when the failure never reached M-PESA. */
  readonly resultCode: string | null;
  /** M-PESA's own description, free of personal data. Null likewise. */
  readonly resultDesc: string | null;
}

/** A refund as the ledger holds it. */
export interface Refund {
  readonly id: string;
  readonly paymentId: string;
  readonly storefront: string;
  readonly shortcode: string;
  readonly state: RefundState;
  /** Grows by one with every write. */
  readonly version: number;
  /** Whole shillings, in cents. */
  readonly amount: Cents;
  /** The payer's, as the payment has it; null where M-PESA never told as much. */
  readonly phoneMasked: string | null;
  readonly phoneHash: string | null;
  /** The payment's reference. */
  readonly reference: string;
  /** The receipt of the payment: what M-PESA is asked to reverse. */
  readonly paymentReceipt: string;
  readonly reason: string;
  readonly fingerprint: string;
  /** How often it was sent, or about to be: more than once only after proof that M-PESA never took it. */
  readonly attempts: number;
  /** When the sending that M-PESA may have heard of was about to leave; null while there is none. */
  readonly sentAt: number | null;
  /** Somebody who knows its callback address spoke of it: no refusal of a sending says that M-PESA holds nothing of it. */
  readonly doubt: boolean;
  /** M-PESA's name for the reversal; null until it gave one. */
  readonly conversationId: string | null;
  /** Daraja's name for the request, which is what M-PESA can be asked by; null when its answer was lost. */
  readonly originatorId: string | null;
  /** The reversal's own receipt. */
  readonly receipt: string | null;
  /** When M-PESA says the money went back, epoch milliseconds. */
  readonly reversedAt: number | null;
  readonly failure: RefundFailure | null;
  /** Evidence disagreed with the intent: only evidence that names the amount can close it. */
  readonly disputed: boolean;
  /** When to look at it next and how often it was asked about; null when there is nothing left to ask. */
  readonly check: { readonly at: number; readonly attempt: number } | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly history: readonly HistoryEntry[];
}

/** What the evidence proves about a refund. */
export type RefundFinding =
  /** We are about to send it: written before the call. */
  | { readonly finding: "claimed"; readonly checkAt: number }
  /** Daraja took it. */
  | { readonly finding: "accepted"; readonly conversationId: string | null; readonly originatorId: string | null }
  /** Proof that this sending never reached M-PESA, and that sending it later makes sense. */
  | { readonly finding: "turned_away"; readonly failure: RefundFailure }
  /** Proof that M-PESA never took it, and that the same again would be refused again. */
  | { readonly finding: "refused"; readonly failure: RefundFailure }
  /** The answer was lost or unreadable, or the sender died: M-PESA may or may not have taken it. */
  | { readonly finding: "unknown"; readonly because: string }
  /** Money went back. */
  | {
      readonly finding: "reversed";
      readonly receipt: string | null;
      /** The receipt of what was reversed; null when M-PESA did not name it. */
      readonly original: string | null;
      readonly amount: Cents | null;
      /** Null when M-PESA masked it. */
      readonly phone: Msisdn | null;
      readonly conversationId: string | null;
      /** Epoch milliseconds; null when M-PESA did not say. */
      readonly reversedAt: number | null;
    }
  /** The payment had been reversed before; how much of it and by whom, M-PESA does not say. */
  | { readonly finding: "already_reversed"; readonly conversationId: string | null }
  /** It ended without money going back. */
  | { readonly finding: "not_reversed"; readonly failure: RefundFailure; readonly conversationId: string | null }
  /** M-PESA spoke of it without saying how it ended: a queue timeout, a status that is still open, an unlisted code. */
  | { readonly finding: "untold"; readonly because: string; readonly unlistedCode: string | null }
  /** It came with a valid token but from an address that is not Safaricom's: kept, never believed. */
  | { readonly finding: "unverified" }
  /** It came with a valid token but says nothing that can be understood: kept, and asked about. */
  | { readonly finding: "unreadable"; readonly because: string }
  /** The last question about this refund has been asked, and nobody knows. */
  | { readonly finding: "overdue" };

/** A finding with its provenance; the fields are those of `Evidence`. */
export type RefundEvidence = RefundFinding & {
  readonly source: EvidenceSource;
  readonly at: number;
  readonly by: string;
  readonly requestId: string;
  /** The text it was read from, without credentials; null when nothing was received. */
  readonly raw: string | null;
};

/** Evidence made comparable: the phone it names as the ledger's keyed hash, the raw text as its SHA-256. */
export interface WeighedRefund {
  readonly evidence: RefundEvidence;
  readonly phoneHash: string | null;
  readonly rawHash: string | null;
}

/** Fields that a decision sets beside the state; null removes what was there. */
export interface RefundFacts {
  readonly conversationId?: string;
  readonly originatorId?: string;
  readonly receipt?: string;
  readonly reversedAt?: number;
  readonly failure?: RefundFailure | null;
  readonly disputed?: boolean;
  readonly doubt?: true;
  /** When it is about to be sent, which counts the attempt; null once it is known that nothing was. */
  readonly sentAt?: number | null;
  /** Look at it then. */
  readonly checkAt?: number;
}

export type RefundDecision =
  /** The refund changes state. */
  | {
      readonly decision: "move";
      readonly to: RefundState;
      readonly facts: RefundFacts;
      readonly exception: ExceptionKind | null;
    }
  /** The state stays, but the history grows. */
  | { readonly decision: "note"; readonly facts: RefundFacts; readonly exception: ExceptionKind | null }
  /** Nothing that was not known already. */
  | { readonly decision: "ignore"; readonly because: string };
