/**
 * What this folder tells the logger: a code and a few facts. Facts never hold a phone number, a token, a key, a body or
 * a CheckoutRequestID (it contains digits of the payer's phone).
 */
export type DarajaLogCode =
  /** A new token was fetched. Facts: generation, tookMs. */
  | "token.fetched"
  /** The item that processes share the token through did not answer; this process did without. Facts: error. */
  | "token.shared_unreachable"
  /** Daraja throttled a lane, which now runs at a lower pace. Facts: lane, factor (hundredths). */
  | "pacing.slowed"
  /** The item that shares a lane's slots did not answer; this process paced itself alone. Facts: lane, error. */
  | "pacing.shared_unreachable"
  /** One request to Daraja and what came of it. Facts: operation, attempt, outcome, status (0: no answer), tookMs. */
  | "daraja.called"
  /** A request was not sent because something it needs could not be had. Facts: operation, because. */
  | "daraja.not_sent"
  /** Daraja used a code that no table lists: somebody has to classify it. Facts: operation, resultCode. */
  | "daraja.unlisted_code";

export type Log = (code: DarajaLogCode, facts: Readonly<Record<string, string | number | boolean>>) => void;
