/**
 * Asks M-PESA about pushes that it had called failed, when money comes to light that may be theirs: a payer who types the PIN
 * late has paid, and the second callback may be lost. What must stay true: resemblance decides nothing; only M-PESA's answer
 * about that very push makes it paid. Questions take a slot of the pace and seconds of the run that asks, so there are few.
 */
import type { Clock } from "../domain/clock.ts";
import type { Candidate } from "../domain/paybill-twin.ts";
import type { ToldPayment } from "../domain/told-payment.ts";
import type { ToldLedger } from "../store/told-ledger.ts";
import type { AskAbout, AskOutcome } from "./ask-about.ts";

export interface AskLateDeps {
  readonly told: Pick<ToldLedger, "late">;
  readonly ask: AskAbout;
  readonly clock: Clock;
}

/**
 * What M-PESA says of the pushes that had failed: one of them is paid now; none was; or there is one about which it could
 * not be asked, so that nobody knows.
 */
export type LateWord = "paid" | "unpaid" | "unknown";
export type AskLate = (payment: ToldPayment, storefronts: readonly string[]) => Promise<LateWord>;

/** Nobody lets more prompts of one order fail and pays one of them after all. */
const MOST_ASKED = 3;
/** And so many of all orders in ten minutes: a pull of many rows has other things to do. */
const MOST_IN_SPAN = 10;
const SPAN_MS = 10 * 60_000;

const newestFirst = (one: Candidate, other: Candidate): number => other.payment.createdAt - one.payment.createdAt;

/** Whoever wrote it: a callback may have been faster than our question. */
const wordOf = (answer: AskOutcome): LateWord => {
  if (answer.asked === "not_told") return "unknown";
  const { outcome } = answer;
  if (outcome.recorded === "changed") return "paid";
  return outcome.recorded === "unchanged" && outcome.payment.state === "succeeded" ? "paid" : "unpaid";
};

/** Rejects as asking and recording do; repeating is safe. */
export const askLate = ({ told, ask, clock }: AskLateDeps): AskLate => {
  let asked: readonly number[] = [];
  const mayAsk = (): boolean => {
    const now = clock.now();
    asked = asked.filter((at) => now - at < SPAN_MS);
    if (asked.length >= MOST_IN_SPAN) return false;
    asked = [...asked, now];
    return true;
  };
  return async (payment, storefronts) => {
    const { candidates, isCutShort } = await told.late(payment, storefronts);
    const likely = candidates.filter(({ agrees }) => agrees !== "no").sort(newestFirst);
    let isUnknown = isCutShort;
    for (const { payment: late } of likely.slice(0, MOST_ASKED)) {
      if (late.push === null) continue;
      const { by, requestId } = payment;
      const question = { paymentId: late.id, checkoutId: late.push.checkoutId, by, requestId };
      const word = mayAsk() ? wordOf(await ask(question)) : "unknown";
      if (word === "paid") return "paid";
      isUnknown ||= word === "unknown";
    }
    return isUnknown ? "unknown" : "unpaid";
  };
};
