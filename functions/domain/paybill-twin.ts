/**
 * Which payment that we had asked for a told payment is: M-PESA confirms a push that was paid a second time, under the
 * push's receipt but without its id. What must stay true: nothing is credited to a payment whose amount, shortcode,
 * reference or phone contradict it; where two would do, a person decides.
 */
import { madeAt } from "./paybill.ts";
import type { Agreement } from "./payer-phone.ts";
import { OPEN_STATES } from "./payment-states.ts";
import type { Payment } from "./payment.ts";
import type { ToldPayment } from "./told-payment.ts";

/** A push that was paid this much later is nobody's any more: M-PESA itself has forgotten it. */
const TWIN_MS = 48 * 3_600_000;
/** Without a reference to go by, a payment has to follow its push at once. */
const UNNAMED_TWIN_MS = 10 * 60_000;
/** How far M-PESA's clock and ours may be apart. */
const TWIN_SKEW_MS = 5 * 60_000;

/** M-PESA is sent this much of a reference; longer ones are not accepted from storefronts either. */
const REFERENCE_SENT = 12;

/** A reference as two of them are compared: as far as M-PESA was sent it, without the blanks around it, in any case. */
const comparableReference = (reference: string): string => reference.slice(0, REFERENCE_SENT).trim().toLowerCase();

/** Tills know no account number: there the amount, the time and the phone have to say it all. */
export const isNamed = ({ reference }: Pick<ToldPayment, "reference">): boolean => reference.trim() !== "";

/** When the push behind `told` may have been made, epoch milliseconds, both inclusive. */
export const twinPeriod = (told: ToldPayment): { readonly from: number; readonly to: number } => ({
  from: madeAt(told) - (isNamed(told) ? TWIN_MS : UNNAMED_TWIN_MS),
  to: madeAt(told) + TWIN_SKEW_MS,
});

const isOpen = ({ state }: Payment): boolean => OPEN_STATES.some((open) => open === state);

/** It is known to be paid, by an answer that named no receipt. */
const lacksReceipt = ({ state, receipt }: Payment): boolean => state === "succeeded" && receipt === null;

/** Whether all but its state says that `payment` may be what `told` tells of, whoever paid. */
const isLike = (told: ToldPayment, payment: Payment): boolean => {
  const { from, to } = twinPeriod(told);
  return (
    payment.source === "stk" &&
    payment.shortcode === told.shortcode &&
    payment.amount === told.amount &&
    payment.createdAt >= from &&
    payment.createdAt <= to &&
    (!isNamed(told) || comparableReference(payment.reference) === told.reference.trim().toLowerCase())
  );
};

/** Whether `payment` may be what `told` tells of, whoever paid. */
export const mayBeTwin = (told: ToldPayment, payment: Payment): boolean =>
  (isOpen(payment) || lacksReceipt(payment)) && isLike(told, payment);

/**
 * Whether `payment` may be it although M-PESA said that it had failed: the payer may have paid all the same, or may have
 * paid the order from the menu then. Only M-PESA, asked about that very push, can tell the two apart.
 */
export const mayBeLate = (told: ToldPayment, payment: Payment): boolean =>
  payment.state === "failed" && payment.push !== null && isNamed(told) && isLike(told, payment);

/** M-PESA gives one time to one payment, to the second; two tellings of it are allowed a minute. */
const ECHO_MS = 60_000;

/**
 * Whether the same money may have been told before under another receipt: a person has to look. Nobody pays the same order
 * twice with one phone in the same minute, and who did wants one of them back.
 */
const isEcho = (told: ToldPayment, { payment, agrees }: Candidate): boolean =>
  (isNamed(told) ? agrees !== "no" : agrees === "yes") && mayBeEcho(told, payment);

/** When it may have been paid; nothing where M-PESA named no time. */
const momentsOf = ({ paidAt, mayBePaidAt = [] }: ToldPayment): readonly number[] =>
  paidAt === null ? mayBePaidAt : [paidAt];

const isAtOnce = (told: ToldPayment, paidAt: number): boolean =>
  momentsOf(told).some((moment) => Math.abs(moment - paidAt) <= ECHO_MS);

/** `isEcho`, whoever paid. */
export const mayBeEcho = (told: ToldPayment, payment: Payment): boolean =>
  payment.state === "succeeded" &&
  payment.receipt !== null &&
  payment.receipt !== told.receipt &&
  payment.paidAt !== null &&
  isAtOnce(told, payment.paidAt) &&
  isLike(told, payment);

/** One that may be it, and whether its payer is the one who paid. */
export interface Candidate {
  readonly payment: Payment;
  readonly agrees: Agreement;
}

/** What a search for them found. */
export interface Candidates {
  readonly candidates: readonly Candidate[];
  /** Whether there was more than it could look through: then others may fit as well. */
  readonly isCutShort: boolean;
}

/**
 * Whether the phone says enough. With a reference it must not contradict. Without one it must be the very number, unless the
 * payment is known to be paid and lacks no more than its receipt: then the ends of the number will do.
 */
const fits = (told: ToldPayment, { payment, agrees }: Candidate): boolean => {
  if (agrees === "no" || isNamed(told)) return agrees !== "no";
  return agrees === "yes" || (lacksReceipt(payment) && told.payer.phone?.form === "masked");
};

export type Twin =
  | { readonly twin: "one"; readonly payment: Payment }
  | { readonly twin: "none" }
  /** None would do, but the same money may have been told before under another receipt. */
  | { readonly twin: "echo" }
  /** Several would do, or there may be others that would. */
  | { readonly twin: "many" };

/** The one of `candidates` that `told` tells of, if there is one. The order of the candidates does not matter. */
export const chooseTwin = (told: ToldPayment, candidates: readonly Candidate[]): Twin => {
  const fitting = candidates.filter((candidate) => mayBeTwin(told, candidate.payment) && fits(told, candidate));
  const certain = fitting.filter(({ agrees }) => agrees === "yes");
  const [chosen, ...others] = certain.length > 0 ? certain : fitting;
  if (!chosen) return { twin: candidates.some((candidate) => isEcho(told, candidate)) ? "echo" : "none" };
  return others.length === 0 ? { twin: "one", payment: chosen.payment } : { twin: "many" };
};

/** Like `chooseTwin`. Where the search was cut short, only a payment that is certainly the payer's is chosen. */
export const chooseFound = (told: ToldPayment, { candidates, isCutShort }: Candidates): Twin => {
  if (!isCutShort) return chooseTwin(told, candidates);
  const certain = chooseTwin(
    told,
    candidates.filter(({ agrees }) => agrees === "yes"),
  );
  return certain.twin === "one" ? certain : { twin: "many" };
};
