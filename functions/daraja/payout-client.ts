/**
 * Safaricom's Daraja as the rest of Malipo sees it when money goes out: pay somebody, ask how that ended, ask what the
 * accounts hold. What must stay true: a payout is called turned away or refused only on proof that M-PESA never took it;
 * every sending of it carries the same id, so that Daraja can refuse a second one; nothing that names the API operator
 * is sent without its `release`, because a few wrong passwords lock the operator.
 */
import type { Call, TimeAllowed } from "./call.ts";
import { createMake } from "./client-call.ts";
import type { ClientDeps } from "./client-call.ts";
import { createPrepare } from "./initiator-call.ts";
import type { Subject } from "./initiator-call.ts";
import { askAnswer, payoutAnswer, readAskAnswer, readPayoutAnswer, unsent } from "./payout-answers.ts";
import type { AskAnswer, Asking, PayoutAnswer } from "./payout-answers.ts";
import { balanceBody, payoutBody, statusBody } from "./payout-request.ts";
import type { Asked, Envelope, PayoutRequest } from "./payout-request.ts";

export type { AskAnswer, PayoutAnswer } from "./payout-answers.ts";
export type { PayoutRequest } from "./payout-request.ts";

/** What may still hold a call back when its turn has come. */
export interface Releasable {
  /**
   * Asked once, right before the first sending, with the fingerprint of the operator that the call names (see
   * `initiatorFingerprint`): false sends nothing. When it rejects, nothing was sent and the call rejects with its reason.
   */
  readonly release?: (initiator: string) => Promise<boolean>;
}

/** No method rejects for trouble upstream: the answer says what is known. */
export interface PayoutDaraja {
  /** Pays. Rejects with a RangeError for an amount that is not whole shillings. */
  b2c(payout: PayoutRequest & Releasable): Promise<PayoutAnswer>;
  /**
   * Asks how a payout or refund ended; the answer comes as its `status` callback. `originatorId` is the name that Daraja
   * gave to the request, where it is not the id itself.
   */
  transactionStatus(ask: { readonly id: string; readonly originatorId?: string } & Releasable): Promise<AskAnswer>;
  /** Asks what M-PESA's books say of a receipt; the answer comes as a `receipt` callback of `id`. */
  receiptStatus(ask: { readonly id: string; readonly receipt: string } & Releasable): Promise<AskAnswer>;
  /** Asks what the shortcode's accounts hold; the answer comes as a `balance` callback of `id`. */
  accountBalance(ask: { readonly id: string } & Releasable): Promise<AskAnswer>;
}

export interface PayoutDarajaDeps extends ClientDeps {
  readonly time?: { readonly payout: TimeAllowed; readonly ask: TimeAllowed };
}

/** Fits functions that wait a minute for a payout, most of it for its turn, and 20 s for a question. */
const TIME = {
  payout: { attemptMs: 12_000, totalMs: 45_000 },
  ask: { attemptMs: 8_000, totalMs: 15_000 },
} as const;
/** One that is throttled again goes back to its queue, where a pause can reach it. */
const THROTTLE_RETRIES = 1;

const releasing = ({ release }: Releasable, { initiator }: Envelope): Pick<Call<never>, "release"> =>
  release === undefined ? {} : { release: () => release(initiator.fingerprint) };

/** The client of one shortcode's payouts; one per process, because it remembers what its calls learn about the token. */
export const createPayoutDaraja = (deps: PayoutDarajaDeps): PayoutDaraja => {
  const make = createMake(deps);
  const prepare = createPrepare(deps);
  const time = deps.time ?? TIME;

  const ask = async (
    subject: Subject & Releasable,
    path: string,
    body: (envelope: Envelope) => string,
  ): Promise<AskAnswer> => {
    const envelope = await prepare(subject);
    if (typeof envelope === "string") return { asked: "no", because: envelope };
    const text = body(envelope);
    const called = await make<Asking>({
      operation: subject.operation,
      lane: "query",
      path,
      body: () => text,
      read: readAskAnswer,
      time: time.ask,
      throttleRetries: 0,
      ...releasing(subject, envelope),
    });
    return askAnswer(called);
  };

  const b2c = async (payout: PayoutRequest & Releasable): Promise<PayoutAnswer> => {
    const kinds = ["b2c", "b2c-late"] as const;
    const envelope = await prepare({ operation: "b2c", kinds, id: payout.payoutId });
    if (typeof envelope === "string") return unsent(envelope);
    const text = payoutBody(envelope, payout);
    const called = await make<PayoutAnswer>({
      operation: "b2c",
      lane: "bulk",
      path: "/mpesa/b2c/v3/paymentrequest",
      body: () => text,
      read: readPayoutAnswer,
      time: time.payout,
      throttleRetries: THROTTLE_RETRIES,
      ...releasing(payout, envelope),
    });
    return payoutAnswer(called);
  };

  const askStatus = (subject: Pick<Subject, "kinds" | "id"> & Releasable, asked: Asked): Promise<AskAnswer> =>
    ask({ operation: "transaction_status", ...subject }, "/mpesa/transactionstatus/v1/query", (envelope) =>
      statusBody(envelope, asked),
    );

  return {
    b2c,
    transactionStatus: ({ id, originatorId = id, ...rest }) =>
      askStatus({ kinds: ["status", "status-late"], id, ...rest }, { originatorId }),
    receiptStatus: ({ id, receipt, ...rest }) =>
      askStatus({ kinds: ["receipt", "receipt-late"], id, ...rest }, { receipt }),
    accountBalance: ({ id, ...rest }) =>
      ask(
        { operation: "account_balance", kinds: ["balance", "balance-late"], id, ...rest },
        "/mpesa/accountbalance/v1/query",
        balanceBody,
      ),
  };
};
