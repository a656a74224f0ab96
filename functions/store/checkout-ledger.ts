/**
 * What keeps checkout sessions promises; `dynamo-checkouts.ts` keeps it. What must stay true: a session's tries are counted
 * one at a time, so two presses of one button are one try.
 */
import type { CheckoutSession, Tries } from "../domain/checkout-session.ts";

export type OpenedCheckout =
  | { readonly opened: "new"; readonly session: CheckoutSession }
  /** The same request came before: a replay. */
  | { readonly opened: "existing"; readonly session: CheckoutSession }
  /** The same key came before with another body. `session` is the first one. */
  | { readonly opened: "reused_key"; readonly session: CheckoutSession };

/** A session and what has become of each of its tries. */
export interface KnownCheckout {
  readonly session: CheckoutSession;
  readonly tries: Tries;
}

export interface CheckoutLedger {
  /** Keeps a session under its id, unless there is one. One write. */
  open(session: CheckoutSession): Promise<OpenedCheckout>;
  /** Null for an id that names none. One read, and one more for all of its tries; both consistent. */
  read(id: string): Promise<KnownCheckout | null>;
  /** Counts one more try after `tries`. False when somebody else counted first: read again. One write. */
  countTry(id: string, tries: number): Promise<boolean>;
}
