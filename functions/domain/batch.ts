/**
 * A payout batch: the frozen rows by their digest, who approved exactly those, and how far it has come. The rows
 * themselves lie in a file; what became of each lies in its payout.
 */
import type { HistoryEntry } from "./history.ts";
import type { Cents } from "./money.ts";
import type { ExceptionKind } from "./payment-states.ts";
import type { PayoutFailureCode } from "./payout-failures.ts";
import type { PayoutKind } from "./payout.ts";
import type { BatchState } from "./batch-states.ts";

/** One key's word for exactly these rows. */
export interface Approval {
  /** Id of the API key. */
  readonly keyId: string;
  readonly digest: string;
  readonly at: number;
}

/** The rows of a batch once they are read and checked. */
export interface FrozenRows {
  /** SHA-256 (hex) as batch-row.ts defines it. */
  readonly digest: string;
  /** Accepted rows; at least one. */
  readonly count: number;
  readonly total: Cents;
  readonly largest: Cents;
  /** Where the rows lie. */
  readonly file: string;
  /** Rows of the input that are not part of it, and where all of them are listed; null when there are none. */
  readonly rejected: number;
  readonly rejectedFile: string | null;
  /** For the approver: what looks odd and stops nothing. At most 20 of at most 300 characters. */
  readonly warnings: readonly string[];
  /** Approvals by different keys that it takes: decided by the stage's thresholds when the rows were frozen. */
  readonly approvalsNeeded: number;
}

/** Why a batch does not go on by itself. */
export interface BatchStop {
  /** `digest_mismatch`: the kept rows are not those that were approved, so nothing may be paid from them. */
  readonly cause: "person" | "digest_mismatch" | PayoutFailureCode;
  readonly at: number;
  /** The payout whose failure stopped it; null when a person did, or when it was another batch's. */
  readonly payoutId: string | null;
}

/** What a waiting batch waits for. */
export interface FloatWait {
  /** What is left to pay of it. */
  readonly needed: Cents;
  /** The utility account less what is in flight, when it was last known; null when nobody has said. May be below zero. */
  readonly available: number | null;
  /** When the balance was first asked for it, epoch milliseconds: only an answer after that counts. */
  readonly since: number;
}

export interface NewBatch {
  readonly id: string;
  readonly storefront: string;
  readonly shortcode: string;
  readonly kind: PayoutKind;
  readonly reference: string;
  readonly allowDuplicates: boolean;
  /** SHA-256 over what was asked, to tell a replay from a reuse of its key. */
  readonly fingerprint: string;
  /** Id of the API key that made it. */
  readonly createdBy: string;
  readonly requestId: string;
  readonly createdAt: number;
  /** Null while the file is still to be uploaded. */
  readonly rows: FrozenRows | null;
}

export interface Batch extends Omit<NewBatch, "requestId"> {
  readonly state: BatchState;
  /** Grows by one with every write. */
  readonly version: number;
  readonly approvals: readonly Approval[];
  /** Rows up to this position have a payout on the ledger. */
  readonly fed: number;
  /** Rows up to this position were handed to the dispatchers since it last started; at most `fed`. */
  readonly handed: number;
  readonly stop: BatchStop | null;
  readonly float: FloatWait | null;
  /** Why an uploaded file was refused as a whole. */
  readonly refusal: { readonly code: string; readonly message: string } | null;
  /** Where the results lie once they are written. */
  readonly resultsFile: string | null;
  /** When the clock looks at it next; null when there is nothing left to do. */
  readonly checkAt: number | null;
  readonly updatedAt: number;
  readonly history: readonly HistoryEntry[];
}

/** What happens to a batch. */
export type BatchEvent =
  | { readonly event: "frozen"; readonly rows: FrozenRows }
  | { readonly event: "file_refused"; readonly code: string; readonly message: string }
  | { readonly event: "approved"; readonly approval: Approval }
  | { readonly event: "float_found" }
  | { readonly event: "float_missing"; readonly float: FloatWait }
  | { readonly event: "paused"; readonly stop: BatchStop }
  | { readonly event: "resumed" }
  | { readonly event: "cancelled" }
  | { readonly event: "completed"; readonly resultsFile: string };

/** Who did it, and when. */
export interface BatchAct {
  readonly at: number;
  /** `key:<id>`, `clock`, `safaricom`. */
  readonly by: string;
  readonly requestId: string;
}

/** Why an event does not apply; the words are problem codes of the API. */
export type BatchRefusal =
  | "not_awaiting_approval"
  | "digest_mismatch"
  | "own_batch"
  | "already_approved"
  | "not_paused"
  | "not_running"
  /** A person halts the lane for all of the shortcode's payouts. */
  | "payout_lane_halted"
  | "already_finished";

export interface BatchChange {
  readonly to: BatchState | null;
  readonly set: Partial<
    Pick<Batch, "rows" | "approvals" | "handed" | "stop" | "float" | "refusal" | "resultsFile" | "checkAt">
  >;
  readonly exception: ExceptionKind | null;
}

export type BatchDecision =
  | { readonly ok: true; readonly change: BatchChange }
  | { readonly ok: false; readonly because: BatchRefusal };

/** How many of a batch's payouts are how far, and the shillings they carry. Payouts that were replaced don't count. */
export interface Tally {
  readonly succeeded: Count;
  readonly failed: Count;
  readonly cancelled: Count;
  /** In the state `uncertain`: it may have gone in, and nobody has said how it ended. */
  readonly uncertain: Count;
  /** Of the failed: those that what stopped the lane stopped, which a resume pays again. */
  readonly stopped: Count;
  /** When one of them last came to another count, epoch milliseconds; null while none has, or nobody noted it. */
  readonly changedAt: number | null;
}

export interface Count {
  readonly count: number;
  readonly amount: Cents;
}
