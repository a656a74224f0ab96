/**
 * How payouts are guarded and paced, as stage data. What must stay true: what is careful is the default; a stage that
 * lets more through says so here.
 */

/** Amounts in whole shillings. */
export interface PayoutRules {
  /** A batch that pays more than this in all needs a second approval. */
  readonly secondApprovalTotal: number;
  /** So does one that pays more than this to anybody. */
  readonly secondApprovalSingle: number;
  /** The most that one payout may be that nobody approves. */
  readonly singleMaximum: number;
  /** Less than this in the utility account rings. */
  readonly lowFloat: number;
  /** Dispatchers that run at a time, at least 2; all of them together keep to the bulk lane. */
  readonly dispatchers: number;
  /**
   * How long a message is hidden from the others while one dispatcher has it. What one held that died comes again after
   * that; shorter than a dispatcher may run would hand out twice what is still being worked on.
   */
  readonly hiddenSeconds: number;
  /** How often the balance is asked for; each time takes a slot of the query lane. */
  readonly balanceIntervalSeconds: number;
}

/** Where money is real, until the business's own finance people have chosen. */
export const CAREFUL_PAYOUTS: PayoutRules = {
  secondApprovalTotal: 500_000,
  secondApprovalSingle: 70_000,
  singleMaximum: 20_000,
  lowFloat: 100_000,
  dispatchers: 4,
  hiddenSeconds: 360,
  balanceIntervalSeconds: 600,
};

/** Where the simulator pays: whatever M-PESA itself would take goes, and a developer does not wait for a balance. */
export const LOCAL_PAYOUTS: PayoutRules = {
  secondApprovalTotal: 1_000_000,
  secondApprovalSingle: 150_000,
  singleMaximum: 250_000,
  lowFloat: 50_000,
  dispatchers: 4,
  hiddenSeconds: 60,
  balanceIntervalSeconds: 60,
};
