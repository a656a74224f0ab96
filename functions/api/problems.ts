/**
 * Every problem the API can answer with (RFC 9457): its status, its title, what the caller should do, and whether the
 * same request may be sent again. The documentation's error pages and the OpenAPI document are made from this table.
 */
import { CONFLICTS } from "./conflicts.ts";
import { kind } from "./problem-kind.ts";
import type { ProblemKind } from "./problem-kind.ts";
import { WEBHOOK_PROBLEMS } from "./problems-webhooks.ts";

export const PROBLEMS = {
  invalid_request: kind(400, "The request has mistakes", {
    advice: "Each entry of `errors` points at one field and says what is wrong with it. Nothing was recorded.",
    safeToRetry: "after_fixing",
  }),
  invalid_json: kind(400, "The body is not the JSON that was expected", {
    advice: "Send one JSON object, UTF-8, with each key once. Nothing was recorded.",
    safeToRetry: "after_fixing",
  }),
  no_valid_rows: kind(400, "No row of the batch can be paid", {
    advice:
      "`rejected` lists the first 100 rows with their number, the field, a code and what to change. No batch was made.",
    safeToRetry: "after_fixing",
  }),
  file_refused: kind(400, "The file can't be read as rows of payouts", {
    advice:
      "`reason` says what is wrong, `line` where, if that can be said, and `detail` what to change. No batch was made.",
    safeToRetry: "after_fixing",
  }),
  idempotency_key_missing: kind(400, "An Idempotency-Key is required", {
    advice:
      "Send a header `Idempotency-Key` with a value of your own that stays the same when you repeat this very request, for example your order's id. Nothing was recorded.",
    safeToRetry: "after_fixing",
  }),
  idempotency_key_invalid: kind(400, "The Idempotency-Key is malformed", {
    advice: "Use 1 to 255 printable ASCII characters. Nothing was recorded.",
    safeToRetry: "after_fixing",
  }),
  unauthorised: kind(401, "The API key is missing, unknown or revoked", {
    advice: "Send `Authorization: Bearer sk_...` with a living key.",
    safeToRetry: "after_fixing",
  }),
  forbidden: kind(403, "The API key may not do this", {
    advice: "The key lacks the scope that this route asks for; create a key that has it.",
    safeToRetry: "after_fixing",
  }),
  own_batch: kind(403, "Nobody approves a batch of their own", {
    advice: "The key that made a batch may not approve it; another person's key has to. Nothing was approved.",
    safeToRetry: "no",
  }),
  not_found: kind(404, "There is nothing here", {
    advice: "Check the address and the id, and that the id belongs to the storefront of this key.",
    safeToRetry: "after_fixing",
  }),
  balance_unknown: kind(404, "Nobody has asked for the balances yet", {
    advice: "Ask with POST /v1/balance/refresh; M-PESA's answer is here within seconds.",
    safeToRetry: "yes",
  }),
  ...CONFLICTS,
  ...WEBHOOK_PROBLEMS,
  body_too_large: kind(413, "The body is too large", {
    advice:
      "A body may hold at most 65,536 bytes, one that makes a batch of payouts 5 MB; larger batches are uploaded as a file. Nothing was recorded.",
    safeToRetry: "after_fixing",
  }),
  unsupported_media_type: kind(415, "The body is of a type that this route does not read", {
    advice: "Send `Content-Type: application/json`, or `text/csv` with a file. Nothing was recorded.",
    safeToRetry: "after_fixing",
  }),
  idempotency_key_reused: kind(422, "This Idempotency-Key belongs to another request", {
    advice:
      "The key was used before with another body; `payment_id`, `payout_id`, `batch_id`, `refund_id` or `checkout_session_id` names what it made. Use a new key for something new, or repeat the first body to get the first answer.",
    safeToRetry: "no",
  }),
  too_many_prompts: kind(429, "This phone was asked too often just now", {
    advice: "Nothing was sent. Wait until `retry_at`, then send the same request again.",
    safeToRetry: "yes",
  }),
  too_many_uncompleted: kind(429, "Too many prompts in a row went unanswered on this phone", {
    advice:
      "M-PESA blocks a line that ignores prompt after prompt, so nothing was sent. Offer the customer to pay from the M-PESA menu, or wait until `retry_at`.",
    safeToRetry: "yes",
  }),
  rate_limit_exceeded: kind(429, "Too many requests", {
    advice: "Slow down and send the same request again with the same Idempotency-Key.",
    safeToRetry: "yes",
  }),
  internal_error: kind(500, "Something went wrong on our side", {
    advice: "Send the same request again with the same Idempotency-Key: nothing happens twice.",
    safeToRetry: "yes",
  }),
  daraja_not_configured: kind(503, "This stage has no M-PESA credentials yet", {
    advice: "An operator has to store them with `npm run credentials -- put`. Nothing was recorded.",
    safeToRetry: "yes",
  }),
  checkout_not_configured: kind(503, "This stage has no address for its checkout page yet", {
    advice:
      "An operator has to deploy with `-c checkoutDomain=...` or `-c checkoutBaseUrl=...`, see docs/checkout.md. Nothing was recorded.",
    safeToRetry: "yes",
  }),
  payouts_not_configured: kind(503, "This stage has no API operator for payouts yet", {
    advice:
      "An operator of Malipo has to store the initiator's name, password and certificate with `npm run credentials -- put`. Nothing was recorded.",
    safeToRetry: "yes",
  }),
  not_asked: kind(503, "M-PESA could not be asked", {
    advice:
      "Daraja did not take the question, or questions are halted with the payout lane. Nothing is lost; ask again in a minute.",
    safeToRetry: "yes",
  }),
  balance_not_asked: kind(503, "The balances could not be asked for", {
    advice: "Daraja did not take the question. Nothing is lost; ask again in a minute.",
    safeToRetry: "yes",
  }),
  unavailable: kind(503, "A part that this needs is unavailable", {
    advice: "Send the same request again with the same Idempotency-Key: nothing happens twice.",
    safeToRetry: "yes",
  }),
} as const satisfies Record<string, ProblemKind>;
export type ProblemCode = keyof typeof PROBLEMS;
