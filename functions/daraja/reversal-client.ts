/**
 * Safaricom's Daraja as the rest of Malipo sees it when a payment is given back. What must stay true: a reversal is called
 * turned away or refused only on proof that M-PESA never took it; one that may have been taken is never sent again.
 *
 * Does NOT repeat safely. The request carries no id of ours, so Daraja can't tell a repeat from a new one. M-PESA refuses
 * to reverse a whole payment twice (R000001), but nobody has told what it makes of a second part of one: sent twice, a
 * partial reversal may be made twice. So it goes out again only on proof that the gateway turned it away, and an unknown
 * one waits for its result, for the statement's line, or for a person. It may wait hours for Safaricom's approval.
 */
import { wholeShillings } from "../domain/money.ts";
import type { Cents } from "../domain/money.ts";
import type { TimeAllowed } from "./call.ts";
import { createMake } from "./client-call.ts";
import type { ClientDeps } from "./client-call.ts";
import { createPrepare } from "./initiator-call.ts";
import { payoutAnswer, readPayoutAnswer } from "./payout-answers.ts";
import type { PayoutAnswer } from "./payout-answers.ts";
import type { Releasable } from "./payout-client.ts";
import type { Envelope } from "./payout-request.ts";
import { reversalAnswer, unsentReversal } from "./reversal-answers.ts";
import type { ReversalAnswer } from "./reversal-answers.ts";

/** A reversal to send: the intent that the ledger already holds. */
export interface ReversalRequest {
  /** The refund's id: the result comes back to its own URL, and M-PESA's portal shows it as the remark. */
  readonly refundId: string;
  /** The receipt of the payment. */
  readonly receipt: string;
  /** Whole shillings, in cents; at most what was paid. */
  readonly amount: Cents;
}

export interface ReversalDaraja {
  /**
   * Gives a payment back, or part of it; how it ended comes later, as a callback of the refund. Never rejects for trouble
   * upstream: the answer says what is known. Rejects with a RangeError for an amount that is not whole shillings, and
   * with what `release` rejects with.
   */
  reverse(reversal: ReversalRequest & Releasable): Promise<ReversalAnswer>;
}

export interface ReversalDarajaDeps extends ClientDeps {
  readonly time?: TimeAllowed;
}

/** Most of it is waiting for its turn, as for payouts. */
const TIME = { attemptMs: 12_000, totalMs: 45_000 } as const;
const THROTTLE_RETRIES = 1;
const OPERATION = "reversal";
const KINDS = ["reversal", "reversal-late"] as const;
/** The identifier type of an organisation, which is what Safaricom's portal wants here. */
const ORGANISATION = "11";

/** The body of a reversal (Daraja portal, Reversal); the misspelling is Safaricom's. */
const reversalBody = (
  { initiator, receiver, resultUrl, lateUrl }: Envelope,
  { refundId, receipt, amount }: ReversalRequest,
): string =>
  JSON.stringify({
    Initiator: initiator.name,
    SecurityCredential: initiator.credential,
    CommandID: "TransactionReversal",
    TransactionID: receipt,
    Amount: String(wholeShillings(amount)),
    ReceiverParty: receiver,
    RecieverIdentifierType: ORGANISATION,
    ResultURL: resultUrl,
    QueueTimeOutURL: lateUrl,
    Remarks: refundId,
  });

/** The client of one shortcode's reversals; one per process, because it remembers what its calls learn about the token. */
export const createReversalDaraja = (deps: ReversalDarajaDeps): ReversalDaraja => {
  const make = createMake(deps);
  const prepare = createPrepare(deps);

  const reverse = async (reversal: ReversalRequest & Releasable): Promise<ReversalAnswer> => {
    const ready = await prepare({ operation: OPERATION, kinds: KINDS, id: reversal.refundId });
    if (typeof ready === "string") return unsentReversal(ready);
    const { release } = reversal;
    const text = reversalBody(ready, reversal);
    const called = await make<PayoutAnswer>({
      operation: OPERATION,
      lane: "bulk",
      path: "/mpesa/reversal/v1/request",
      body: () => text,
      read: readPayoutAnswer,
      time: deps.time ?? TIME,
      throttleRetries: THROTTLE_RETRIES,
      ...(release === undefined ? {} : { release: () => release(ready.initiator.fingerprint) }),
    });
    return reversalAnswer(payoutAnswer(called));
  };

  return { reverse };
};
