/**
 * Applies evidence to a payment. Nearly all evidence finds the payment as it assumes, so it is written unread under a
 * condition that is that assumption; a refused write brings the payment along, and `decide` says what the evidence does
 * to it. What must stay true: nothing is acknowledged that is not kept, and the same evidence twice changes nothing.
 */
import { apply } from "../domain/apply.ts";
import { assume, decide, receiptTaken } from "../domain/decide.ts";
import type { Evidence } from "../domain/evidence.ts";
import type { Decision, Payment, Weighed } from "../domain/payment.ts";
import { asRead } from "./change-write.ts";
import type { Change } from "./entry.ts";
import type { RecordOutcome } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { orMerge } from "./merge-paybill.ts";
import { asAssumed, describe } from "./payment-change.ts";
import { readPayment } from "./payment-item.ts";
import { weigh, weighAndWrite } from "./weigh-and-write.ts";
import type { Rules } from "./weigh-and-write.ts";
import { writeChange } from "./write-change.ts";
import type { Written } from "./write-change.ts";

/** `decide`, knowing whether the receipt turned out to be another transaction's. */
const decideKnowing = (payment: Payment, weighed: Weighed, taken: boolean): Decision => {
  const decision = decide(payment, weighed);
  return !taken || decision.decision === "ignore" || decision.facts.receipt === undefined
    ? decision
    : receiptTaken(payment);
};

/** Writes what the evidence proves without reading; null when it has to be weighed against the payment first. */
const writeAssumed = async (deps: LedgerDeps, id: string, weighed: Weighed): Promise<Written | null> => {
  const assumption = assume(weighed);
  // An exception is listed under its storefront, which only the payment knows.
  if (!assumption || assumption.decision.exception !== null) return null;
  const described = await describe(deps, id, { weighed, change: assumption.decision });
  return writeChange(deps, { ...described, condition: asAssumed(assumption), storefront: null });
};

const paymentRules = (deps: LedgerDeps): Rules<Payment, Weighed, Change> => ({
  read: readPayment,
  decide: decideKnowing,
  write: async (payment, what) => {
    const described = await describe(deps, payment.id, what);
    const change = { ...described, condition: asRead(payment), storefront: payment.storefront };
    const { written, entry } = await orMerge(deps, { payment, change }, await writeChange(deps, change));
    const last = payment.history.at(-1)?.digest ?? null;
    return { written, next: apply(payment, what.change, { ...entry, previous: last }) };
  },
});

export const createRecord = (deps: LedgerDeps) => {
  const rules = paymentRules(deps);
  return async (id: string, evidence: Evidence): Promise<RecordOutcome> => {
    const weighed = await weigh(deps, evidence);
    const written = await writeAssumed(deps, id, weighed);
    if (written?.written)
      return { recorded: "changed", payment: written.item && readPayment(written.item), exception: null };
    // Whether a receipt that somebody has is taken for good, only a write that has read the payment can say.
    const refusal = written && { ...written, receiptTaken: false };
    const outcome = await weighAndWrite(deps, rules, { id, weighed, refusal });
    if (outcome.recorded === "unknown_transaction") return outcome;
    const { transaction: payment, ...rest } = outcome;
    return { ...rest, payment };
  };
};
