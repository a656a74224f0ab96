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
import { createMake, orNull, takesUrls } from "./client-call.ts";
import type { ClientDeps } from "./client-call.ts";
import type { Credentials } from "./credentials.ts";
import { payoutAnswer, readPayoutAnswer } from "./payout-answers.ts";
import type { PayoutAnswer } from "./payout-answers.ts";
import type { Releasable } from "./payout-client.ts";
import { reversalAnswer, unsentReversal } from "./reversal-answers.ts";
import type { NotReadyToReverse, ReversalAnswer } from "./reversal-answers.ts";
import { createInitiatorCredentials, InitiatorUnusable } from "./security-credential.ts";
import type { InitiatorCredential } from "./security-credential.ts";

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
  /** Where M-PESA says how a refund ended, and where that it did not answer in time; tokens included. */
  readonly resultUrls: (refundId: string) => Promise<readonly [result: string, late: string]>;
  readonly time?: TimeAllowed;
}

/** Most of it is waiting for its turn, as for payouts. */
const TIME = { attemptMs: 12_000, totalMs: 45_000 } as const;
const THROTTLE_RETRIES = 1;
const OPERATION = "reversal";
/** The identifier type of an organisation, which is what Safaricom's portal wants here. */
const ORGANISATION = "11";

interface Ready {
  readonly initiator: InitiatorCredential;
  readonly receiver: string;
  readonly urls: readonly [result: string, late: string];
}

/** What a reversal needs before it can be sent. */
const createPrepare = (deps: ReversalDarajaDeps) => {
  const initiatorOf = createInitiatorCredentials();

  const initiator = (credentials: Credentials): InitiatorCredential | null => {
    const refuse = (because: string): null => {
      deps.log("daraja.not_sent", { operation: OPERATION, because });
      return null;
    };
    try {
      return initiatorOf(credentials) ?? refuse(`the Daraja secret lacks ${credentials.initiatorLacks.join(", ")}`);
    } catch (fault) {
      if (!(fault instanceof InitiatorUnusable)) throw fault;
      return refuse(fault.message);
    }
  };

  return async (refundId: string): Promise<Ready | NotReadyToReverse> => {
    const needed = await orNull(deps, OPERATION, Promise.all([deps.credentials(), deps.resultUrls(refundId)]));
    if (needed === null) return "daraja_unavailable";
    const [credentials, urls] = needed;
    const named = initiator(credentials);
    if (named === null) return "initiator_misconfigured";
    if (!takesUrls(deps, OPERATION, urls)) return "shortcode_misconfigured";
    return { initiator: named, receiver: credentials.receiver, urls };
  };
};

/** The body of a reversal (Daraja portal, Reversal); the misspelling is Safaricom's. */
const reversalBody = ({ initiator, receiver, urls }: Ready, { refundId, receipt, amount }: ReversalRequest): string =>
  JSON.stringify({
    Initiator: initiator.name,
    SecurityCredential: initiator.credential,
    CommandID: "TransactionReversal",
    TransactionID: receipt,
    Amount: String(wholeShillings(amount)),
    ReceiverParty: receiver,
    RecieverIdentifierType: ORGANISATION,
    ResultURL: urls[0],
    QueueTimeOutURL: urls[1],
    Remarks: refundId,
  });

/** The client of one shortcode's reversals; one per process, because it remembers what its calls learn about the token. */
export const createReversalDaraja = (deps: ReversalDarajaDeps): ReversalDaraja => {
  const make = createMake(deps);
  const prepare = createPrepare(deps);

  const reverse = async (reversal: ReversalRequest & Releasable): Promise<ReversalAnswer> => {
    const ready = await prepare(reversal.refundId);
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
