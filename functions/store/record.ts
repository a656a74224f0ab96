/**
 * Applies evidence to a payment. Nearly all evidence finds the payment as it assumes, so it is written unread under a
 * condition that is that assumption; a refused write brings the payment along, and `decide` says what the evidence does
 * to it. What must stay true: nothing is acknowledged that is not kept, and the same evidence twice changes nothing.
 */
import { apply } from "../domain/apply.ts";
import { sha256Hex } from "../domain/canonical-json.ts";
import { assume, decide, receiptTaken } from "../domain/decide.ts";
import type { Evidence } from "../domain/evidence.ts";
import type { Decision, Payment, Weighed } from "../domain/payment.ts";
import { asAssumed, asRead } from "./change-write.ts";
import type { Change } from "./entry.ts";
import { keepEvidence } from "./kept-evidence.ts";
import { LedgerBusy } from "./ledger.ts";
import type { RecordOutcome } from "./ledger.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { readPayment } from "./payment-item.ts";
import { readOne } from "./read.ts";
import { describe, writeChange } from "./write-change.ts";
import type { Written } from "./write-change.ts";

/** How often a payment may change under us before we give up, and how far apart writers step after the first clash. */
const ROUNDS = 5;
const APART_MS = 10;

type Refused = Extract<Written, { written: false }>;

const weigh = async (deps: LedgerDeps, evidence: Evidence): Promise<Weighed> => ({
  evidence,
  phoneHash: evidence.finding === "paid" && evidence.phone !== null ? await deps.vault.hash(evidence.phone) : null,
  rawHash: evidence.raw === null ? null : sha256Hex(evidence.raw),
});

/** What a refused write knows of the payment, else what a read finds. */
const afterRefusal = async (deps: LedgerDeps, id: string, refusal: Refused | null): Promise<Payment | null> => {
  if (refusal?.refused) return refusal.found && readPayment(refusal.found);
  return readOne(deps, id);
};

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
  return writeChange(deps, { ...described, condition: asAssumed(assumption) }, null);
};

const writeDecided = async (deps: LedgerDeps, payment: Payment, what: { weighed: Weighed; change: Change }) => {
  const described = await describe(deps, payment.id, what);
  const written = await writeChange(deps, { ...described, condition: asRead(payment) }, payment);
  const entry = { ...described.entry, previous: payment.history.at(-1)?.digest ?? null };
  return { written, next: apply(payment, what.change, entry) };
};

/** Reads, decides and writes until the payment holds still. `refusal` is what the unread write came back with. */
const weighAndWrite = async (
  deps: LedgerDeps,
  about: { readonly id: string; readonly refusal: Refused | null },
  weighed: Weighed,
): Promise<RecordOutcome> => {
  const { id } = about;
  let refusal = about.refusal;
  let taken = refusal?.receiptTaken ?? false;
  for (let round = 0; round < ROUNDS; round += 1) {
    const payment = await afterRefusal(deps, id, refusal);
    if (!payment) {
      await keepEvidence(deps, { id, payment, because: "no such transaction" }, weighed);
      return { recorded: "unknown_transaction" };
    }
    const change = decideKnowing(payment, weighed, taken);
    if (change.decision === "ignore") {
      await keepEvidence(deps, { id, payment, because: change.because }, weighed);
      return { recorded: "unchanged", payment, because: change.because };
    }
    const { written, next } = await writeDecided(deps, payment, { weighed, change });
    if (written.written) return { recorded: "changed", payment: next, exception: change.exception };
    refusal = written;
    taken ||= written.receiptTaken;
    await deps.wait(deps.random() * APART_MS * 2 ** round);
  }
  throw new LedgerBusy(id);
};

export const createRecord =
  (deps: LedgerDeps) =>
  async (id: string, evidence: Evidence): Promise<RecordOutcome> => {
    const weighed = await weigh(deps, evidence);
    const written = await writeAssumed(deps, id, weighed);
    if (written?.written)
      return { recorded: "changed", payment: written.item && readPayment(written.item), exception: null };
    return weighAndWrite(deps, { id, refusal: written }, weighed);
  };
