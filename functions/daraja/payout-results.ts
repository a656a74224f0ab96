/**
 * What M-PESA's results say about a payout: its own result, and the answer to a question about it. What must stay true:
 * "paid" and "unpaid" only where M-PESA says so in so many words; whatever else comes leaves the payout to be asked
 * about, and never throws.
 */
import { readAmount } from "../domain/money.ts";
import type { PayoutFinding } from "../domain/payout.ts";
import { readMpesaTime } from "../domain/time.ts";
import { b2cResult, initiatorTrouble } from "./b2c-result-codes.ts";
import type { InitiatorTrouble } from "./b2c-result-codes.ts";
import { CODE_LENGTH } from "./gateway-answer.ts";
import { description, failure, optional, readReceipt } from "./mpesa-fields.ts";
import { conversation, partyPhone, readEnvelope } from "./result-envelope.ts";
import type { ResultEnvelope } from "./result-envelope.ts";

/** What a result can prove about its payout. */
export type PayoutOutcome = Extract<PayoutFinding, { readonly finding: "paid" | "unpaid" | "untold" | "unreadable" }>;

/** The answer to a question about a payout. */
export interface StatusResult {
  readonly outcome: PayoutOutcome;
  /** M-PESA did not take the operator who asked. It says nothing about the payout, but every further call does harm. */
  readonly initiatorTrouble: InitiatorTrouble | null;
  /** The question's code when no table lists it: an alarm, and nothing that the payout is to blame for. */
  readonly unlistedCode: string | null;
}

/** The code, when no table lists it: an alarm. */
export const unlisted = (code: string): string | null => (b2cResult(code) === null ? code.slice(0, CODE_LENGTH) : null);

const untold = (because: string, unlistedCode: string | null = null): PayoutOutcome => ({
  finding: "untold",
  because,
  unlistedCode,
});

/** A code or status fit for the history. */
const shown = (text: string): string => description(text)?.slice(0, CODE_LENGTH) ?? "nothing";

/** The receipt of a payout's result, which names it twice; null when the two differ. */
const receiptOf = ({ parameters, transactionId }: ResultEnvelope): string | null => {
  const named = optional(parameters.get("transactionreceipt"), readReceipt);
  const outer = optional(transactionId, readReceipt);
  if (named !== null && outer !== null && named !== outer) return null;
  return named ?? outer;
};

const paidByResult = (envelope: ResultEnvelope): PayoutOutcome => ({
  finding: "paid",
  receipt: receiptOf(envelope),
  amount: optional(envelope.parameters.get("transactionamount"), readAmount),
  phone: optional(envelope.parameters.get("receiverpartypublicname"), partyPhone),
  conversationId: envelope.conversationId,
  paidAt: optional(envelope.parameters.get("transactioncompleteddatetime"), readMpesaTime),
});

/** Reads a payout's result (Daraja portal, B2C). Total: every string has an answer. */
export const readB2cResult = (body: string): PayoutOutcome => {
  const read = readEnvelope(body);
  if (!read.readable) return { finding: "unreadable", because: read.because };
  const { code, words, conversationId } = read.envelope;
  const says = b2cResult(code)?.says ?? "untold";
  if (says === "paid") return paidByResult(read.envelope);
  if (says === "untold") return untold(`M-PESA's result does not say how it ended: ${shown(code)}`, unlisted(code));
  return { finding: "unpaid", failure: failure(says, { code, words }), conversationId };
};

const paidByStatus = ({ parameters }: ResultEnvelope): PayoutOutcome => ({
  finding: "paid",
  receipt: optional(parameters.get("receiptno"), readReceipt),
  amount: optional(parameters.get("amount"), readAmount),
  phone: optional(parameters.get("creditpartyname"), partyPhone),
  conversationId: conversation(parameters.get("conversationid")),
  paidAt: optional(parameters.get("finalisedtime") ?? parameters.get("finalizedtime"), readMpesaTime),
});

/** Ends of a transaction in which no money moved, in M-PESA's words. */
const ENDED_UNPAID: ReadonlySet<string> = new Set(["cancelled", "declined", "expired"]);

/** What the status of a transaction says; the codes around it only say that the question was answered. */
const byStatus = (envelope: ResultEnvelope): PayoutOutcome => {
  const { parameters } = envelope;
  const status = parameters.get("transactionstatus") ?? null;
  if (status === null) return untold("M-PESA's answer names no one status");
  if (status.toLowerCase() === "completed") return paidByStatus(envelope);
  if (!ENDED_UNPAID.has(status.toLowerCase())) return untold(`its status at M-PESA is ${shown(status)}`);
  const said = { code: status, words: parameters.get("transactionreason") ?? null };
  const conversationId = conversation(parameters.get("conversationid"));
  return { finding: "unpaid", failure: failure("ended_unpaid", said), conversationId };
};

/**
 * Reads the answer to a question about a payout (Daraja portal, Transaction Status). Total. A ResultCode other than 0 is
 * about the question, so it says nothing about the payout.
 */
export const readStatusResult = (body: string): StatusResult => {
  const read = readEnvelope(body);
  const about = (outcome: PayoutOutcome): StatusResult => ({ outcome, initiatorTrouble: null, unlistedCode: null });
  if (!read.readable) return about({ finding: "unreadable", because: read.because });
  const { code } = read.envelope;
  if (code === "0") return about(byStatus(read.envelope));
  return {
    outcome: untold(`M-PESA did not answer the question about it: ${shown(code)}`),
    initiatorTrouble: initiatorTrouble(code),
    unlistedCode: unlisted(code),
  };
};
