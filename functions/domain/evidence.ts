/**
 * Evidence: what somebody outside has said about a transaction, in Malipo's own words. Everything that moves a
 * transaction is evidence; where it came from decides nothing by itself, what it proves does.
 */
import type { Cents } from "./money.ts";
import type { Msisdn } from "./msisdn.ts";
import type { FailureCode } from "./failures.ts";

/** Who said it. */
export type EvidenceSource = "submit" | "callback" | "query" | "sweep" | "c2b" | "pull" | "statement" | "operator";

/** The names M-PESA gave to one push: the first is what queries ask by, the second only helps a support call. */
export interface PushIds {
  readonly checkoutId: string;
  readonly merchantId: string;
}

/** Why a payment did not go through: our code, and the words that M-PESA used, kept for whoever has to ask them. */
export interface Failure {
  readonly code: FailureCode;
  /** M-PESA's own code, as text. Null when the failure never reached M-PESA. */
  readonly resultCode: string | null;
  /** M-PESA's own description, free of personal data. Null likewise. */
  readonly resultDesc: string | null;
}

/** What the evidence proves about a customer payment. */
export type Finding =
  /** Daraja took the push: the payer's phone is about to ring. */
  | { readonly finding: "accepted"; readonly push: PushIds }
  /** Proof that M-PESA never took the push. */
  | { readonly finding: "refused"; readonly failure: Failure }
  /** The answer was lost or unreadable: M-PESA may or may not have taken the push. */
  | { readonly finding: "unknown"; readonly because: string }
  /** Money moved. A query names neither receipt nor amount nor phone; a callback names all of them. */
  | {
      readonly finding: "paid";
      readonly receipt: string | null;
      readonly amount: Cents | null;
      readonly phone: Msisdn | null;
      readonly push: PushIds | null;
      /** When M-PESA says the money moved, epoch milliseconds; null when it did not say. */
      readonly paidAt: number | null;
    }
  /** This push ended without money moving. */
  | { readonly finding: "unpaid"; readonly failure: Failure; readonly push: PushIds | null }
  /** It came with a valid token but from an address that is not Safaricom's: kept, never believed. */
  | { readonly finding: "unverified" }
  /** It came with a valid token but says nothing that can be understood: kept, and asked about. */
  | { readonly finding: "unreadable"; readonly because: string }
  /** The last question about this payment has been asked, and nobody knows. */
  | { readonly finding: "overdue" };

/** A finding with its provenance. */
export type Evidence = Finding & {
  readonly source: EvidenceSource;
  /** When it reached us, epoch milliseconds. */
  readonly at: number;
  /** Who brought it: `safaricom`, `key:<id>`, `sweep`, `operator:<name>`. */
  readonly by: string;
  /** Id of the request or invocation that brought it; ties history to logs. */
  readonly requestId: string;
  /** The text it was read from, kept as evidence; null when nothing was received. */
  readonly raw: string | null;
};
