/**
 * The life of every payout: taken, settled, told. A submit that M-PESA took comes to an end whoever hears of it, and
 * money leaves the float only here, at most once for each payout.
 */
import type { Accounts } from "./accounts.ts";
import type { Callbacks } from "./callbacks.ts";
import type { Clock } from "./clock.ts";
import type { CallbackPlan } from "./faults.ts";
import type { Ids } from "./ids.ts";
import type { Initiators } from "./initiators.ts";
import type { Metrics } from "./metrics.ts";
import { payoutWords } from "./movement.ts";
import * as results from "./mpesa-results.ts";
import type { MpesaResult } from "./mpesa-results.ts";
import { newPayout, type Payout, type PayoutOrder } from "./payout.ts";
import type { PayoutBook } from "./payout-book.ts";
import { payoutResultBodies } from "./payout-result.ts";
import { jittered, type Random } from "./random.ts";
import { receiverOfPayout } from "./receivers.ts";
import type { Switches } from "./switches.ts";

type Parts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Pick<Ids, "conversation" | "receipt">;
  readonly book: Pick<PayoutBook, "add" | "settle">;
  readonly accounts: Pick<Accounts, "covers" | "payOut" | "funds" | "isDry">;
  readonly initiators: Pick<Initiators, "check" | "springTrap">;
  readonly callbacks: Pick<Callbacks, "tell">;
  readonly metrics: Pick<Metrics, "count">;
  readonly switches: () => Switches;
  readonly changed: (payout: Payout) => void;
};

export type Submission = {
  readonly order: PayoutOrder;
  readonly credential: string;
  readonly plan: CallbackPlan;
  /** The request as it came: what a queue timeout echoes. */
  readonly requestBody: string;
};

const CENTS = 100;

export const createPayouts = (parts: Parts) => {
  const { clock, ids, book, accounts, initiators, switches, changed } = parts;

  /** Why M-PESA will not even try; decided when the payout is taken, so that a lock holds from the next request on. */
  const refusalOf = ({ order, credential }: Submission): MpesaResult | null => {
    const refusal = initiators.check({ name: order.initiator, credential, role: "b2c" });
    if (refusal !== null) return refusal;
    const locks = receiverOfPayout(order.msisdn)?.trouble === "locks_initiator";
    return locks && initiators.springTrap(order.initiator) ? results.credentialLocked : null;
  };

  const whyNot = ({ msisdn, shortcode, amount }: Payout): MpesaResult | null => {
    const trouble = receiverOfPayout(msisdn)?.trouble;
    if (trouble === "not_registered") return results.receiverNotRegistered;
    if (trouble === "float_too_low" && accounts.isDry(shortcode)) return results.floatTooLow;
    return accounts.covers(shortcode, amount * CENTS) ? null : results.floatTooLow;
  };

  /** Money moves here and nowhere else. */
  const payOut = (payout: Payout, atMs: number): string => {
    const receipt = ids.receipt();
    const movement = {
      ...payoutWords(payout.commandId),
      ...{ receipt, msisdn: payout.msisdn, initiatedAtMs: payout.takenAtMs, completedAtMs: atMs },
      reference: null,
      linkedReceipt: null,
    };
    accounts.payOut({ shortcode: payout.shortcode, movement, cents: payout.amount * CENTS });
    return receipt;
  };

  const settle = (payout: Payout, requestBody: string | null, refusal: MpesaResult | null): Promise<void> => {
    const failure = refusal ?? whyNot(payout);
    const receipt = failure === null ? payOut(payout, clock.now()) : null;
    const result = failure ?? results.processed;
    const settlement = { result, receipt, atMs: clock.now(), funds: accounts.funds(payout.shortcode) };
    book.settle(payout, { result, receipt, settledAtMs: settlement.atMs });
    changed(payout);
    return parts.callbacks.tell({
      plan: payout.plan,
      url: payout.resultUrl,
      headers: {},
      bodies: () => payoutResultBodies(payout, settlement),
      ...(requestBody === null ? {} : { queueTimeout: { url: payout.queueTimeoutUrl, body: requestBody } }),
      attempts: payout.callbacks,
      changed: () => changed(payout),
    });
  };

  return {
    /** M-PESA takes a payout; from here on it has an end. `told`: the client was told which. */
    take(submission: Submission): { payout: Payout; told: Promise<void> } {
      const { order, plan } = submission;
      const refusal = refusalOf(submission);
      const payout = newPayout({ ...order, plan, conversationId: ids.conversation(), takenAtMs: clock.now() });
      const requestBody = plan.queue_timeout ? submission.requestBody : null;
      const { b2c_result_ms: usualMs, time_scale: scale } = switches();
      const waitMs = receiverOfPayout(order.msisdn)?.resultAfterMs ?? jittered(parts.random, usualMs);
      book.add(payout);
      parts.metrics.count("payouts_taken");
      const told = new Promise<void>((resolve) => {
        clock.after(waitMs * scale, () => void settle(payout, requestBody, refusal).then(resolve));
      });
      changed(payout);
      return { payout, told };
    },
  };
};
