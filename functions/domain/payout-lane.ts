/**
 * The lane that a shortcode's payouts leave by. The initiator behind it locks after a few wrong passwords, so what must
 * stay true: nothing that names the initiator is sent with a credential that M-PESA has not accepted, but one harmless
 * question (the balance) at a time; and once M-PESA has complained, or a person has said so, no payout leaves until a
 * person lifts the halt.
 */
import { PAYOUT_FAILURES, PAYOUT_FAILURE_CODES } from "./payout-failures.ts";
import type { HaltCause } from "./payout-failures.ts";

/** Why a lane is halted: `person`, on purpose, as before the initiator's password is changed; else M-PESA's complaint. */
export const HALT_CODES = ["person", ...PAYOUT_FAILURE_CODES] as const;
export type HaltCode = (typeof HALT_CODES)[number];

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
  readonly code: HaltCode;
  readonly resultCode: string | null;
  readonly at: number;
  /** What M-PESA complained about: a payout's id or a balance question's. Of a person's halt, who did it: `key:<id>`. */
  readonly about: string;
  /** A person's own words, if there were any. */
  readonly reason?: string | undefined;
}

export interface PayoutLane {
  readonly shortcode: string;
  readonly version: number;
  readonly halt: LaneHalt | null;
  /** The credential that M-PESA has accepted; null when none is known to be good. */
  readonly provenFor: string | null;
  readonly probe: Probe | null;
}

const BY_PERSON =
  "Somebody halted payouts on purpose: nothing leaves. What had left ends as M-PESA says, and is still asked about. Once payouts may leave again, POST /v1/payout-lane/resume, then resume each batch.";

/** What a halt means and what to do about it, for finance. */
export const haltMessage = (code: HaltCode): string => (code === "person" ? BY_PERSON : PAYOUT_FAILURES[code].message);

/** What stops: as `PAYOUT_FAILURES` says, or because a person said so. */
export const haltCause = (code: HaltCode): HaltCause | "person" | null =>
  code === "person" ? code : PAYOUT_FAILURES[code].halts;
