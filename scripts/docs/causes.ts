/**
 * How one comes to meet each problem, for its page in the documentation: the situations behind it, most frequent first. What
 * to do about it stands with the problem itself (functions/api/problems.ts).
 */
import type { ProblemCode } from "../../functions/api/problems.ts";

export const CAUSES: Readonly<Record<ProblemCode, string>> = {
  invalid_request:
    "A field of the body or the query is missing, of the wrong type, too long, out of range or unknown. Unknown fields are refused, so that a misspelt one does not pass for one that was left out.",
  invalid_json:
    "The body is no JSON, is not one object, or has a key twice. A client that sends a form, an empty body or text with a byte order mark gets this.",
  no_valid_rows: "Every row of the batch has something that can't be paid, so there is nothing to approve.",
  file_refused:
    "The file is no CSV (an Excel workbook renamed, a PDF), has no header that names phone and amount, or is larger than a batch may be.",
  idempotency_key_missing: "A request that can move money came without the header that makes it safe to repeat.",
  idempotency_key_invalid:
    "The header is empty, longer than 255 characters, or holds characters beyond printable ASCII, such as a line break or an accented letter.",
  unauthorised:
    "There is no `Authorization` header, it does not begin with `Bearer`, the key was revoked or belongs to another stage, or a client token has expired.",
  forbidden:
    "The key is good, and its scopes do not cover this route. Finance's key can't start payments, a storefront's key can't approve payouts.",
  own_batch: "The key that made a batch tried to approve it. Two people are the point of an approval.",
  not_found:
    "The path is misspelt, nothing has this id, or what has it belongs to another storefront. The two are answered alike, so that nobody can probe for other people's ids.",
  balance_unknown: "M-PESA has not told a balance since this stage was deployed.",
  payment_in_progress:
    "A prompt for this phone on this shortcode is still open: the customer was asked a moment ago, perhaps by another tab, another till or another storefront of yours.",
  payout_already_sent: "The payout left between your last look and the request to cancel it.",
  already_finished: "What you want to change has ended: succeeded, failed, completed or cancelled.",
  not_awaiting_approval: "The batch has its approvals already, was cancelled, or its file has not been read yet.",
  digest_mismatch:
    "The digest was copied from another batch, cut short, or the rows were made anew since somebody looked at them.",
  already_approved: "The same key approved twice. Batches above the stage's thresholds take two different keys.",
  not_paused: "A batch that runs, waits for approval or has ended was asked to resume.",
  not_running: "A batch that was never approved, or is paused already, was asked to pause.",
  already_resolved: "Two people worked on one exception, or a resolution was sent again with other words.",
  day_not_over: "The day that was to be closed is today, or lies ahead, in Nairobi's time.",
  not_routable: "The payment was asked for by you or by another storefront, so whose it is was never open.",
  checkout_session_expired: "The customer pressed the button after the link's time, a day unless you said otherwise.",
  checkout_session_exhausted:
    "The link was tried again and again without success: a wrong number, an empty balance, or somebody who plays with it.",
  exception_full:
    "Notes and questions about one exception have reached a hundred, mostly a program that repeats itself.",
  nothing_to_ask:
    "The exception is about a line of a statement, or about something that failed before M-PESA heard of it.",
  batch_in_progress: "Two batches were made at the same moment by the same storefront.",
  results_not_ready: "The batch has more than 10,000 rows and still runs.",
  payout_lane_halted:
    "M-PESA complained about the API operator, the float or the shortcode, or a person halted payouts on purpose.",
  not_refundable:
    "The payment is pending, failed, or given back already; or it was paid to a shortcode that this stage no longer has credentials for.",
  receipt_unknown:
    "Safaricom confirmed the payment by a query, which names no receipt, and the confirmation that does has not arrived.",
  refund_exceeds_payment: "Earlier refunds, those that are pending included, leave less than was asked for.",
  too_many_refunds: "Twenty refunds of one payment were tried, mostly one that fails and is asked for again and again.",
  body_too_large:
    "The body is longer than the route reads: large metadata, or a batch that should be uploaded as a file.",
  unsupported_media_type: "The `Content-Type` is missing or is a form's, an image's or a spreadsheet's.",
  idempotency_key_reused:
    "A key was used for two different requests: a key that is made of too little (a customer, a day), a counter that began anew, or a body that a retry changed, such as a time in its metadata.",
  too_many_prompts: "The phone got three prompts within five minutes.",
  too_many_uncompleted:
    "The phone let five prompts in a row go unanswered. M-PESA itself blocks a line that does so for a day.",
  rate_limit_exceeded:
    "The key used its requests per second or per day, or starting payments reached the rate that Safaricom grants the shortcode.",
  too_many_webhook_endpoints:
    "Sixteen endpoints exist: mostly one that was made anew on each start of a program, instead of being looked up.",
  webhook_endpoint_disabled:
    "The endpoint answered 410, failed for five days, or you disabled it, and then something was to be sent there.",
  internal_error: "A fault of Malipo's. It is in the logs under the `request_id`, and an alarm has counted it.",
  daraja_not_configured: "Nobody has stored the consumer key, the shortcode and the passkey of this stage yet.",
  checkout_not_configured: "The stage was deployed without an address for its pages, so a link could lead nowhere.",
  payouts_not_configured:
    "The stage has credentials for payments, and none for payouts: the API operator's name, password and certificate.",
  not_asked: "Daraja was unreachable or refused the question, or the lane is halted and nothing may name the operator.",
  balance_not_asked: "Daraja was unreachable or refused the question.",
  unavailable:
    "A part of AWS that the request needs did not answer in time, or answered that it is overloaded. It passes.",
};
