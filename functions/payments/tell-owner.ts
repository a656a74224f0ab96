/**
 * What M-PESA tells of a receipt that something holds already. What must stay true: the same again changes nothing; what says
 * more goes to the payment as evidence; a receipt that no payment holds is put before a person; a message that comes once is
 * kept.
 */
import { shownPhone, toldEvidence } from "../domain/paybill.ts";
import type { Payment } from "../domain/payment.ts";
import { routeReference } from "../domain/routing.ts";
import type { RoutedStorefront } from "../domain/routing.ts";
import type { ToldOutcome, ToldPayment } from "../domain/told-payment.ts";
import type { Count } from "../runtime/metrics.ts";
import type { ExceptionLedger } from "../store/exception-ledger.ts";
import type { ReceiptOwner, ToldLedger } from "../store/told-ledger.ts";
import type { RecordEvidence } from "./record-evidence.ts";

export interface TellOwnerDeps {
  readonly told: Pick<ToldLedger, "keep" | "route">;
  readonly record: RecordEvidence;
  readonly exceptions: Pick<ExceptionLedger, "raise">;
  readonly storefronts: () => Promise<readonly RoutedStorefront[]>;
  readonly count: Count;
}

/** There is nobody whose payment it could be. Nothing was kept. */
export class NoStorefront extends Error {
  constructor(shortcode: string) {
    super(
      `a payment to ${shortcode} has no storefront to belong to; make one with npm run storefronts. Repeating is safe.`,
    );
    this.name = "NoStorefront";
  }
}

/** Whether the owner of the receipt can learn nothing from it: then a text is kept, and no write is tried in vain. */
const isKnownWhole = (owner: Payment, told: ToldPayment): boolean => {
  const phone = shownPhone(told);
  return (
    owner.amount === told.amount &&
    owner.receipt === told.receipt &&
    (owner.paidAt !== null || told.paidAt === null) &&
    (phone === null || owner.phoneMasked === null || owner.phoneMasked === phone)
  );
};

/** Rows of pulls and statements are read again and again, and lie in files of their own; a message comes once. */
const comesOnce = ({ source }: ToldPayment): boolean => source === "c2b" || source === "query";

/**
 * A receipt that a payout or a refund holds is no customer's payment: a person has to look. A confirmation comes once, so
 * its text is kept before anything else is written.
 */
const raiseForeign = async (deps: TellOwnerDeps, told: ToldPayment, owner: ReceiptOwner): Promise<void> => {
  const { source, at, by, requestId, receipt, amount } = told;
  const route = routeReference(await deps.storefronts(), told);
  if (route === null) throw new NoStorefront(told.shortcode);
  const because = "its receipt is of something that is no payment";
  if (comesOnce(told)) await deps.told.keep({ about: owner.id, history: [], evidence: toldEvidence(told), because });
  const facts = { receipt, amount_cents: amount, owner: owner.id };
  const about = { line: `told#${receipt}` };
  const { storefront } = route;
  const found = { storefront, kind: "duplicate_receipt", about, facts, source, at, by, requestId } as const;
  const raised = await deps.exceptions.raise(found);
  if (raised.raised === "new") deps.count("ExceptionOpened");
};

/**
 * Looks like the same money as another payment's, under another receipt, and was opened by somebody who could not see that
 * yet: an index follows its table later. A person has to look, as if it had been seen at once.
 */
export const raiseEcho = async (deps: TellOwnerDeps, told: ToldPayment, owner: Payment): Promise<void> => {
  const { source, at, by, requestId, receipt, amount } = told;
  const facts = { receipt, amount_cents: amount };
  const about = { transactionId: owner.id };
  const { storefront } = owner;
  const found = { storefront, kind: "ambiguous", about, facts, source, at, by, requestId } as const;
  const raised = await deps.exceptions.raise(found);
  if (raised.raised === "new") deps.count("ExceptionOpened");
};

/** Whether `told` names the account number of a payment that became known by an answer without one. */
const namesReference = (owner: Payment, told: ToldPayment): boolean =>
  owner.source === "paybill" &&
  owner.state !== "merged" &&
  owner.reference === "" &&
  told.reference.trim() !== "" &&
  told.amount === owner.amount &&
  told.shortcode === owner.shortcode;

/** Routes the payment by the account number that is told only now; null when it was changed meanwhile. */
const routeLate = async (deps: TellOwnerDeps, told: ToldPayment, owner: Payment): Promise<Payment | null> => {
  const route = routeReference(await deps.storefronts(), told);
  if (route === null) throw new NoStorefront(told.shortcode);
  const { at, by, requestId, source, reference } = told;
  return deps.told.route(owner, { ...route, reference, at, by, requestId, source });
};

/** What is told about a receipt that somebody has already; null when that was changed meanwhile. */
export const tellOwner = async (
  deps: TellOwnerDeps,
  told: ToldPayment,
  owner: ReceiptOwner,
): Promise<ToldOutcome | null> => {
  const { id } = owner;
  const known: ToldOutcome = { told: "known", paymentId: id };
  const evidence = toldEvidence(told);
  if (owner.payment === null) {
    await raiseForeign(deps, told, owner);
    return known;
  }
  const isRouted = namesReference(owner.payment, told);
  const payment = isRouted ? await routeLate(deps, told, owner.payment) : owner.payment;
  if (payment === null) return null;
  if (!isKnownWhole(payment, told)) await deps.record(id, evidence);
  else if (comesOnce(told))
    await deps.told.keep({ about: id, history: payment.history, evidence, because: "the payment is known to be paid" });
  return known;
};
