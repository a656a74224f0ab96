/** The problems of requests that are right in themselves and come at the wrong moment: status 409. Part of problems.ts. */
import { kind } from "./problem-kind.ts";
import type { ProblemKind } from "./problem-kind.ts";

export const CONFLICTS = {
  payment_in_progress: kind(409, "This phone is being asked already", {
    advice:
      "The customer has a prompt open for this shortcode; a second one would only confuse both. Wait for that payment (`payment_id`, when it is one of yours) to end, then try again with the same Idempotency-Key.",
    safeToRetry: "yes",
  }),
  payout_already_sent: kind(409, "The payout is on its way to M-PESA", {
    advice:
      "Only a payout that is `queued` can be cancelled. Read it until it has succeeded or failed. Nothing was changed.",
    safeToRetry: "no",
  }),
  already_finished: kind(409, "It has ended already", {
    advice: "What has ended can't be changed; read it to see how it ended. Nothing was changed.",
    safeToRetry: "no",
  }),
  not_awaiting_approval: kind(409, "This batch is not waiting for an approval", {
    advice: "Its `status` says where it is; only one in `awaiting_approval` can be approved. Nothing was changed.",
    safeToRetry: "no",
  }),
  digest_mismatch: kind(409, "These are not the rows of this batch", {
    advice:
      "The digest belongs to other rows than those that are frozen here. Read the batch and its rows again and approve the `digest` that it shows. Nothing was approved.",
    safeToRetry: "after_fixing",
  }),
  already_approved: kind(409, "This key has approved this batch already", {
    advice: "Its approval counts. Another person's key has to give the next one.",
    safeToRetry: "no",
  }),
  not_paused: kind(409, "This batch is not stopped", {
    advice: "Only a batch that is `paused` or `waiting_for_float` can be resumed. Nothing was changed.",
    safeToRetry: "no",
  }),
  not_running: kind(409, "This batch is not running", {
    advice: "Only an approved batch that goes on by itself can be paused. Nothing was changed.",
    safeToRetry: "no",
  }),
  already_resolved: kind(409, "This exception is resolved already", {
    advice:
      "`GET /v1/exceptions/{id}` shows how, by whom and why. A note can still be added; if it happens again, it opens again by itself. Nothing was changed.",
    safeToRetry: "no",
  }),
  day_not_over: kind(409, "This day is not over", {
    advice:
      "A day is closed once it is over in Nairobi (UTC+3), by itself at 02:00; what has happened so far is in the lists of payments, payouts and exceptions. Nothing was changed.",
    safeToRetry: "yes",
  }),
  not_routable: kind(409, "This payment is nobody's to route", {
    advice:
      "Only a payment that a customer made from the phone's menu (`source: paybill`) can be said to be somebody's; one that was asked for belongs to whoever asked, and one that is `merged` to the payment in `merged_into`. Nothing was changed.",
    safeToRetry: "no",
  }),
  checkout_session_expired: kind(409, "This payment link is over", {
    advice: "Its time ended before anybody paid. Make a new checkout session. Nothing was sent.",
    safeToRetry: "no",
  }),
  checkout_session_exhausted: kind(409, "This payment link was tried too often", {
    advice:
      "Twenty payments of this session failed, and a link that goes round may not ring phones for ever. Make a new checkout session. Nothing was sent.",
    safeToRetry: "no",
  }),
  exception_full: kind(409, "This exception's history is full", {
    advice: "A hundred things were done about it. Resolve it: for that there is always room. Nothing was changed.",
    safeToRetry: "no",
  }),
  nothing_to_ask: kind(409, "M-PESA can't be asked about this", {
    advice:
      "The exception names no payment, payout, refund or receipt that M-PESA could be asked about, or one that M-PESA was never given. Look it up in the M-PESA organisation portal and resolve it with a note. Nothing was changed.",
    safeToRetry: "no",
  }),
  batch_in_progress: kind(409, "Another batch of this storefront is being checked", {
    advice:
      "Batches of one storefront are checked one after the other, so that no two of them pay the same row. Nothing was made of this one; send the same request again with the same Idempotency-Key after `Retry-After` seconds.",
    safeToRetry: "yes",
  }),
  results_not_ready: kind(409, "The results are not written yet", {
    advice:
      "The results of a batch of more than 10,000 rows are written when it is completed, or some minutes after it was cancelled. Until then list its payouts page by page.",
    safeToRetry: "yes",
  }),
  payout_lane_halted: kind(409, "Payouts are halted until somebody mends what stopped them", {
    advice:
      "`detail` says what to mend. Afterwards resume the lane with POST /v1/payout-lane/resume, or the batch, which lifts a halt that M-PESA's complaint made, and none that a person made. Nothing was sent.",
    safeToRetry: "after_fixing",
  }),
  not_refundable: kind(409, "This payment can't be given back", {
    advice:
      "Only a payment that succeeded, that has something left to give back, and that was paid to the shortcode of this stage's credentials can be refunded. Its `status` and `refunded_amount` say where it is. Nothing was reserved.",
    safeToRetry: "no",
  }),
  receipt_unknown: kind(409, "M-PESA's receipt of this payment is not known yet", {
    advice:
      "M-PESA reverses a receipt, and the payment was confirmed without one. It comes with Safaricom's confirmation, within the hour by a pull, or with the next statement; then send the same request again. Nothing was reserved.",
    safeToRetry: "yes",
  }),
  refund_exceeds_payment: kind(409, "That is more than is left of the payment", {
    advice:
      "`detail` says how much is left. A refund that is `pending` reserves its amount until it is known how it ended. Nothing was reserved.",
    safeToRetry: "after_fixing",
  }),
  too_many_refunds: kind(409, "This payment has too many refunds", {
    advice:
      "A payment has at most 20 refunds, those that failed included. Mend what makes them fail, and give the rest back by a payout. Nothing was reserved.",
    safeToRetry: "no",
  }),
} as const satisfies Record<string, ProblemKind>;
