/**
 * One row of a payout batch, and the digest over all of them: what an approver approves is exactly these rows. What must
 * stay true: two batches that pay anything differently never share a digest.
 */
import type { Cents } from "./money.ts";
import type { Msisdn } from "./msisdn.ts";

/** A row that may be paid, as it was read and checked. */
export interface BatchRow {
  /** Place among the accepted rows, from 1, without gaps. */
  readonly position: number;
  /** The data row of the input, from 1, as the person who made the file counts them (blank lines don't count). */
  readonly row: number;
  readonly phone: Msisdn;
  /** Whole shillings, in cents. */
  readonly amount: Cents;
  /** Printable ASCII, 1 to 64 characters; the batch's own reference when the row has none. */
  readonly reference: string;
  /** Printable ASCII, at most 100 characters; empty when the row has none. */
  readonly remarks: string;
}

/** Why a row can't be paid. */
export const ROW_PROBLEMS = [
  "too_many_cells",
  "phone_missing",
  "phone_invalid",
  "phone_mangled",
  "amount_missing",
  "amount_invalid",
  "amount_has_cents",
  "amount_out_of_range",
  "reference_invalid",
  "remarks_invalid",
  "duplicate_in_file",
  "duplicate_recent",
] as const;
export type RowProblem = (typeof ROW_PROBLEMS)[number];

export interface RejectedRow {
  readonly row: number;
  readonly field: "phone" | "amount" | "reference" | "remarks" | null;
  readonly code: RowProblem;
  /** For the person who made the file: what is wrong and what to do. Never spells the phone number. */
  readonly message: string;
}

/** What a batch's digest covers besides its rows. */
export interface BatchHead {
  readonly storefront: string;
  readonly shortcode: string;
  readonly reference: string;
  readonly kind: string;
}

/** The first line that the digest is taken over. */
export const digestHead = ({ storefront, shortcode, reference, kind }: BatchHead): string =>
  `${JSON.stringify(["malipo.batch.v1", storefront, shortcode, reference, kind])}\n`;

/** The line of one row: position, row, phone, whole cents, reference, remarks. The digest is SHA-256 over all lines. */
export const digestLine = ({ position, row, phone, amount, reference, remarks }: BatchRow): string =>
  `${JSON.stringify([position, row, phone, amount, reference, remarks])}\n`;
