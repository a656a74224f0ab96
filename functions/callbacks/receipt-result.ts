/**
 * What M-PESA's books say of a receipt that an exception names. What must stay true: a payment that they prove is on the
 * ledger before the exception is touched; an answer that proves nothing, or comes from elsewhere, is kept and said, and
 * credits nothing; the exception ends only where the word leaves nothing for a person to judge.
 */
import { keptText } from "../daraja/kept-text.ts";
import { readReceiptStatus } from "../daraja/receipt-status.ts";
import type { ReceiptPayment } from "../daraja/receipt-status.ts";
import { isSettled } from "../domain/decide-exception.ts";
import type { ExceptionEvent } from "../domain/decide-exception.ts";
import type { Evidence, Finding } from "../domain/evidence.ts";
import { namesOtherAmount, receiptOf } from "../domain/exception.ts";
import type { Exception } from "../domain/exception.ts";
import { isPaymentId } from "../domain/ids.ts";
import { OPEN_STATES } from "../domain/payment-states.ts";
import type { Payment } from "../domain/payment.ts";
import type { RecordTold } from "../domain/told-payment.ts";
import type { OwnShortcodes } from "../payments/record-told.ts";
import { tendException } from "../payments/tend-exception.ts";
import type { TendExceptionDeps } from "../payments/tend-exception.ts";
import type { ExceptionLedger } from "../store/exception-ledger.ts";
import type { Ledger } from "../store/ledger.ts";
import type { ToldLedger } from "../store/told-ledger.ts";
import type { Arrived, DoorDeps } from "./door.ts";
import { heedOperator } from "./heed-operator.ts";
import type { HeedOperatorDeps } from "./heed-operator.ts";

export interface ReceiptResultDeps extends Pick<DoorDeps, "log" | "count">, HeedOperatorDeps, TendExceptionDeps {
  readonly exceptions: Pick<ExceptionLedger, "read" | "change">;
  readonly ledger: Pick<Ledger, "read">;
  readonly told: Pick<ToldLedger, "keep">;
  readonly recordTold: RecordTold;
  readonly shortcodes: () => Promise<OwnShortcodes>;
  /** Told of a result code that no table lists. */
  readonly onUnlistedCode: (resultCode: string) => void;
}

export type ReceiptKind = "receipt" | "receipt-late";

const SAFARICOM = "safaricom";

/** An exception that was asked about, the payment behind it if there is one, and what was asked. */
interface AskedAbout {
  readonly exception: Exception;
  readonly receipt: string | null;
}

const askedAbout = async (deps: ReceiptResultDeps, id: string): Promise<AskedAbout | null> => {
  const exception = await deps.exceptions.read(id);
  if (exception === null) return null;
  const { transactionId } = exception;
  const payment = transactionId !== null && isPaymentId(transactionId) ? await deps.ledger.read(transactionId) : null;
  return { exception, receipt: payment?.receipt ?? receiptOf(exception) };
};

/** Keeps a text that changes nothing: beside its payment, else under the shortcode. */
const keepAside = async (
  deps: ReceiptResultDeps,
  arrived: Arrived,
  what: { readonly finding: Finding; readonly by: string; readonly about: AskedAbout | null; readonly because: string },
): Promise<void> => {
  const { at, requestId, raw } = arrived;
  const { finding, by, about, because } = what;
  const evidence: Evidence = { ...finding, source: "query", at, by, requestId, raw: keptText(raw) };
  const beside = about?.exception.transactionId ?? (await deps.shortcode());
  await deps.told.keep({ about: beside, history: [], evidence, because });
};

const happen = async (
  deps: ReceiptResultDeps,
  { at, requestId }: Arrived,
  { exception, event }: { readonly exception: Exception; readonly event: ExceptionEvent },
): Promise<void> => {
  const find = () => deps.exceptions.read(exception.id);
  const act = { at, by: SAFARICOM, requestId, source: "query" } as const;
  const tended = await tendException(deps)({ find, event, act });
  // Nothing is lost: the payment is on the ledger, or the text is kept. Whoever asks again is told the same.
  if (tended.tended !== "yes") deps.log.info("exception.not_told", { exception: exception.id, because: tended.tended });
};

/** Says what M-PESA answered, and that it proves nothing. */
const provedNothing = async (
  deps: ReceiptResultDeps,
  arrived: Arrived,
  { about, because }: { readonly about: AskedAbout | null; readonly because: string },
): Promise<void> => {
  await keepAside(deps, arrived, { finding: { finding: "unreadable", because }, by: SAFARICOM, about, because });
  const note = `M-PESA was asked by the receipt: ${because}.`;
  if (about !== null) await happen(deps, arrived, { exception: about.exception, event: { event: "noted", note } });
};

/** What is in the way of believing it; null when it is the payment that was asked about, to us. */
const notOurs = async (deps: ReceiptResultDeps, asked: string | null, paid: ReceiptPayment): Promise<string | null> => {
  if (paid.receipt !== asked) return "its answer is about another receipt";
  const { shortcode, receiver } = await deps.shortcodes();
  return paid.shortcode === shortcode || paid.shortcode === receiver ? null : "it was paid to another business";
};

/** M-PESA's word and the ledger agree on whose receipt it is. */
const standsAs = (payment: Payment | null, { receipt, amount }: ReceiptPayment): payment is Payment =>
  payment !== null && payment.receipt === receipt && payment.amount === amount;

/** Whether what was told before, and not believed, is what M-PESA's books have. */
const isWhatWasTold = (exception: Exception, { amount }: ReceiptPayment): boolean =>
  exception.transactionId !== null || !namesOtherAmount(exception, amount);

const proved = async (
  deps: ReceiptResultDeps,
  arrived: Arrived,
  { exception, paid }: { readonly exception: Exception; readonly paid: ReceiptPayment },
): Promise<void> => {
  const { at, requestId, raw } = arrived;
  const heard = { source: "query", at, by: SAFARICOM, requestId, raw: keptText(raw) } as const;
  const { paymentId } = await deps.recordTold({ ...heard, ...paid, reference: "" });
  const payment = isPaymentId(paymentId) ? await deps.ledger.read(paymentId) : null;
  const stands = standsAs(payment, paid);
  const outcome = stands && {
    isOpen: OPEN_STATES.some((open) => open === payment.state),
    disputed: payment.disputed,
    history: payment.history,
    confirmed: true,
  };
  const event: ExceptionEvent =
    outcome && isWhatWasTold(exception, paid) && isSettled(exception, outcome)
      ? { event: "resolved", resolution: "evidence", note: `M-PESA's books have the payment; it is ${paymentId}` }
      : { event: "noted", note: `M-PESA was asked by the receipt: it was paid. ${standing(stands, paymentId)}` };
  await happen(deps, arrived, { exception, event });
};

const standing = (stands: boolean, id: string): string =>
  stands ? `It is ${id}.` : `${id} holds the receipt and says something else.`;

const keepAnswer = async (deps: ReceiptResultDeps, arrived: Arrived, about: AskedAbout | null): Promise<void> => {
  const { word, unlistedCode } = readReceiptStatus(arrived.raw);
  if (unlistedCode !== null) deps.onUnlistedCode(unlistedCode);
  if (word.says === "nothing" || about === null) {
    const because = word.says === "nothing" ? word.because : "nobody asked about it";
    return provedNothing(deps, arrived, { about, because });
  }
  const { payment } = word;
  const because = await notOurs(deps, about.receipt, payment);
  if (because !== null) return provedNothing(deps, arrived, { about, because });
  return proved(deps, arrived, { exception: about.exception, paid: payment });
};

/** Takes the answer to a question by receipt. Rejects when it could not be stored. */
export const keepReceiptWord =
  (deps: ReceiptResultDeps, kind: ReceiptKind) =>
  async (arrived: Arrived): Promise<void> => {
    const { id, isListed } = arrived;
    const about = await askedAbout(deps, id);
    if (!isListed) {
      deps.log.warn("callback.unverified", { exception: id });
      deps.count("UnverifiedCallback");
      const because = "it came from an address that is not Safaricom's";
      return keepAside(deps, arrived, { finding: { finding: "unverified" }, by: "unlisted address", about, because });
    }
    if (kind === "receipt-late")
      return provedNothing(deps, arrived, { about, because: "it did not answer in time; asking again is safe" });
    await keepAnswer(deps, arrived, about);
    return heedOperator(deps, arrived);
  };
