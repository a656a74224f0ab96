/** A payout as storefronts and finance see it: no ledger words, no clear phone number, amounts in shillings. */
import { PAYOUT_FAILURES } from "../domain/payout-failures.ts";
import type { Payout, PayoutFailure } from "../domain/payout.ts";
import { PAYOUT_STATES } from "../domain/payout-states.ts";
import type { PayoutState } from "../domain/payout-states.ts";
import { utcIso } from "../domain/time.ts";
import type { PAYOUT_STATUSES } from "./requests-payouts.ts";
import type { PayoutResource } from "./responses-payouts.ts";

export type PayoutStatus = (typeof PAYOUT_STATUSES)[number];

const STATUS: Readonly<Record<PayoutState, PayoutStatus>> = {
  queued: "queued",
  sending: "pending",
  accepted: "pending",
  uncertain: "pending",
  succeeded: "succeeded",
  failed: "failed",
  cancelled: "cancelled",
};

/** The ledger's states behind a public status. */
export const payoutStatesOf = (status: PayoutStatus): readonly PayoutState[] =>
  PAYOUT_STATES.filter((state) => STATUS[state] === status);

const stage = ({ state, disputed }: Payout): PayoutResource["stage"] => {
  if (STATUS[state] !== "pending") return null;
  if (state === "uncertain" || disputed) return "confirming";
  return state === "sending" ? "sending" : "accepted";
};

const failureView = ({ code, resultCode, resultDesc }: PayoutFailure): PayoutResource["failure"] => {
  const { message, payAgain } = PAYOUT_FAILURES[code];
  return { code, message, pay_again: payAgain, daraja: { result_code: resultCode, result_desc: resultDesc } };
};

export const payoutView = (payout: Payout): PayoutResource => ({
  id: payout.id,
  object: "payout",
  status: STATUS[payout.state],
  stage: stage(payout),
  kind: payout.kind,
  amount: payout.amount / 100,
  currency: "KES",
  phone: payout.phoneMasked,
  reference: payout.reference,
  remarks: payout.remarks,
  batch: payout.batch && { id: payout.batch.id, row: payout.batch.row },
  receipt: payout.receipt,
  paid_at: payout.paidAt === null ? null : utcIso(payout.paidAt),
  failure: payout.state === "failed" && payout.failure ? failureView(payout.failure) : null,
  replaced_by: payout.replacedBy,
  attempts: payout.attempts,
  metadata: { ...payout.metadata },
  created_at: utcIso(payout.createdAt),
  updated_at: utcIso(payout.updatedAt),
});
