/**
 * The lane that a shortcode's payouts leave by. The initiator behind it locks after a few wrong passwords, so what must
 * stay true: nothing that names the initiator is sent with a credential that M-PESA has not accepted, but one harmless
 * question (the balance) at a time; and once M-PESA has complained, nothing at all until a person has mended it.
 */
import type { PayoutFailureCode } from "./payout-failures.ts";

/** The one question that is out to prove a credential. */
export interface Probe {
  /** Id of the balance question. */
  readonly id: string;
  /** Which credential it went out with. */
  readonly fingerprint: string;
  readonly at: number;
  /** How many were sent in a row without an answer, this one included. */
  readonly tries: number;
}

export interface LaneHalt {
  readonly code: PayoutFailureCode;
  readonly resultCode: string | null;
  readonly at: number;
  /** What M-PESA complained about: a payout's id or a balance question's. */
  readonly about: string;
}

export interface PayoutLane {
  readonly shortcode: string;
  readonly version: number;
  readonly halt: LaneHalt | null;
  /** The credential that M-PESA has accepted; null when none is known to be good. */
  readonly provenFor: string | null;
  readonly probe: Probe | null;
}
