/**
 * What a stage lets customers pay from the phone's menu. M-PESA asks before it takes the money, and only then can a
 * customer be turned away.
 */

export interface ValidationRules {
  /** `known_references`: a storefront's prefix fits, or a storefront has asked for a payment under that reference. */
  readonly accept: "all" | "known_references";
  /** Whole shillings, both inclusive. */
  readonly minimum: number;
  readonly maximum: number;
  /** What is answered when the question can't be looked up in time, or not be understood. */
  readonly whenUnsure: "accept" | "reject";
}
