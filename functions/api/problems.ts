/**
 * Every problem the API can answer with (RFC 9457): its status, its title, what the caller should do, and whether the
 * same request may be sent again. The documentation's error pages and the OpenAPI document are made from this table.
 */

interface ProblemKind {
  readonly status: number;
  readonly title: string;
  /** What happened and what to do; the default `detail`. */
  readonly advice: string;
  /** Whether the very same request, with the same Idempotency-Key, may be sent again. */
  readonly safeToRetry: "yes" | "no" | "after_fixing";
}

const kind = (status: number, title: string, rest: Pick<ProblemKind, "advice" | "safeToRetry">): ProblemKind => ({
  status,
  title,
  ...rest,
});

export const PROBLEMS = {
  invalid_request: kind(400, "The request has mistakes", {
    advice: "Each entry of `errors` points at one field and says what is wrong with it. Nothing was recorded.",
    safeToRetry: "after_fixing",
  }),
  invalid_json: kind(400, "The body is not the JSON that was expected", {
    advice: "Send one JSON object, UTF-8, with each key once. Nothing was recorded.",
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
  not_found: kind(404, "There is nothing here", {
    advice: "Check the address and the id, and that the id belongs to the storefront of this key.",
    safeToRetry: "after_fixing",
  }),
  payment_in_progress: kind(409, "This phone is being asked already", {
    advice:
      "The customer has a prompt open for this shortcode; a second one would only confuse both. Wait for that payment (`payment_id`, when it is one of yours) to end, then try again with the same Idempotency-Key.",
    safeToRetry: "yes",
  }),
  body_too_large: kind(413, "The body is too large", {
    advice: "A body may hold at most 65,536 bytes. Nothing was recorded.",
    safeToRetry: "after_fixing",
  }),
  idempotency_key_reused: kind(422, "This Idempotency-Key belongs to another request", {
    advice:
      "The key was used before with another body; `payment_id` names what it made. Use a new key for a new payment, or repeat the first body to get the first answer.",
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
  unavailable: kind(503, "A part that this needs is unavailable", {
    advice: "Send the same request again with the same Idempotency-Key: nothing happens twice.",
    safeToRetry: "yes",
  }),
} as const satisfies Record<string, ProblemKind>;
export type ProblemCode = keyof typeof PROBLEMS;
