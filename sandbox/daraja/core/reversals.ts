/**
 * The life of every reversal: taken, settled, told. A payment is given back at most once, in whole or in part; whoever
 * asks again is told that it was.
 */
import type { Accounts } from "./accounts.ts";
import type { Callbacks } from "./callbacks.ts";
import type { Clock } from "./clock.ts";
import type { CallbackPlan } from "./faults.ts";
import type { Ids } from "./ids.ts";
import type { Initiators } from "./initiators.ts";
import type { Journal, Line } from "./journal.ts";
import type { Metrics } from "./metrics.ts";
import { reversalWords } from "./movement.ts";
import * as results from "./mpesa-results.ts";
import type { MpesaResult } from "./mpesa-results.ts";
import { jittered, type Random } from "./random.ts";
import type { ReversalBook } from "./reversal-book.ts";
import { reversalResultBodies } from "./reversal-result.ts";
import type { Reversal, ReversalOrder } from "./reversal.ts";
import type { Switches } from "./switches.ts";

const CENTS = 100;

type Parts = {
  readonly clock: Clock;
  readonly random: Random;
  readonly ids: Pick<Ids, "conversation" | "request" | "receipt">;
  readonly book: Pick<ReversalBook, "add" | "isReversed" | "succeed">;
  readonly journal: Pick<Journal, "payment">;
  readonly accounts: Pick<Accounts, "covers" | "giveBack" | "funds">;
  readonly initiators: Pick<Initiators, "check">;
  readonly callbacks: Pick<Callbacks, "tell">;
  readonly metrics: Pick<Metrics, "count">;
  readonly switches: () => Switches;
  readonly changed: (reversal: Reversal) => void;
};

type Submission = {
  readonly order: ReversalOrder;
  readonly credential: string;
  readonly plan: CallbackPlan;
  /** The request as it came: what a queue timeout echoes. */
  readonly requestBody: string;
};

export const createReversals = (parts: Parts) => {
  const { clock, ids, book, accounts, journal, switches, changed } = parts;
  /** The payment to give back, or why it is not. */
  const find = ({ originalTransactionId, shortcode, amount }: Reversal): Line | MpesaResult => {
    const payment = journal.payment(originalTransactionId);
    if (payment?.shortcode !== shortcode) return results.originalInvalid;
    if (book.isReversed(originalTransactionId)) return results.alreadyReversed;
    if (amount * CENTS > payment.line.cents) return results.notPermitted;
    return accounts.covers(shortcode, amount * CENTS) ? payment.line : results.floatTooLow;
  };

  /** Money moves here and nowhere else. */
  const giveBack = (reversal: Reversal, { movement: original }: Line): void => {
    const receipt = ids.receipt();
    const { msisdn, reference } = original;
    const movement = {
      ...reversalWords,
      ...{ receipt, msisdn, reference, linkedReceipt: original.receipt },
      initiatedAtMs: reversal.takenAtMs,
      completedAtMs: clock.now(),
    };
    accounts.giveBack({ shortcode: reversal.shortcode, movement, cents: reversal.amount * CENTS });
    book.succeed(reversal, receipt, msisdn);
  };

  const settle = (reversal: Reversal, refusal: MpesaResult | null, requestBody: string): Promise<void> => {
    const found = refusal ?? find(reversal);
    if ("movement" in found) giveBack(reversal, found);
    else Object.assign(reversal, { state: "failed", result: found });
    reversal.settledAtMs = clock.now();
    changed(reversal);
    const { utility } = accounts.funds(reversal.shortcode);
    const { receipt, result, settledAtMs: atMs } = reversal;
    const settlement = { result: result ?? results.processed, receipt, atMs, utility };
    return parts.callbacks.tell({
      plan: reversal.plan,
      url: reversal.resultUrl,
      headers: {},
      bodies: () => reversalResultBodies(reversal, settlement),
      queueTimeout: { url: reversal.queueTimeoutUrl, body: requestBody },
      attempts: reversal.callbacks,
      changed: () => changed(reversal),
    });
  };

  return {
    /** M-PESA takes a reversal; from here on it has an end. `told`: the client was told which. */
    take({ order, credential, plan, requestBody }: Submission): { reversal: Reversal; told: Promise<void> } {
      const refusal = parts.initiators.check({ name: order.initiator, credential, role: "reversal" });
      const names = { originatorConversationId: ids.request(), conversationId: ids.conversation() };
      const open = { msisdn: null, state: "accepted", result: null, receipt: null, settledAtMs: null } as const;
      const reversal: Reversal = { ...order, ...names, ...open, plan, takenAtMs: clock.now(), callbacks: [] };
      book.add(reversal);
      parts.metrics.count("reversals_taken");
      const { reversal_result_ms: usualMs, time_scale: scale } = switches();
      const told = new Promise<void>((resolve) => {
        const end = (): void => void settle(reversal, refusal, requestBody).then(resolve);
        clock.after(jittered(parts.random, usualMs) * scale, end);
      });
      changed(reversal);
      return { reversal, told };
    },
  };
};
