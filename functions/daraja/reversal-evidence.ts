/**
 * From what Daraja said about a refund to what the ledger weighs. What must stay true: every piece of evidence carries the
 * text it was read from, and no secret with it; an answer about the payment is never taken for one about its reversal.
 */
import type { Refund, RefundEvidence, RefundFailure } from "../domain/refund.ts";
import { keptText } from "./kept-text.ts";
import type { PayoutOutcome } from "./payout-results.ts";
import { originatorOf } from "./reversal-answers.ts";
import type { ReversalAnswer } from "./reversal-answers.ts";
import type { ReversalOutcome } from "./reversal-results.ts";

/** Who brought it and when; see `Evidence`. */
type Provenance = Pick<RefundEvidence, "at" | "by" | "requestId">;
/** `raw` is the whole body, as it came. */
type Received = Provenance & { readonly raw: string };

/**
 * The answer to a sending; null when nothing was sent. An unknown answer that names the conversation shows that Daraja
 * knows the reversal, so the ledger learns it as an accepted one.
 */
export const reversalEvidence = (answer: ReversalAnswer, provenance: Provenance): RefundEvidence | null => {
  if (answer.answer === "withheld") return null;
  const raw = answer.raw === null ? null : keptText(answer.raw);
  const from = { ...provenance, source: "submit", raw } as const;
  switch (answer.answer) {
    case "accepted": {
      const { conversationId, originatorId } = answer;
      return { ...from, finding: "accepted", conversationId, originatorId };
    }
    case "turned_away":
    case "refused":
      return { ...from, finding: answer.answer, failure: answer.failure };
    case "unknown": {
      const conversationId = answer.conversationId ?? null;
      if (conversationId === null) return { ...from, finding: "unknown", because: answer.because };
      const originatorId = answer.raw === null ? null : originatorOf(answer.raw);
      return { ...from, finding: "accepted", conversationId, originatorId };
    }
  }
};

const received = ({ raw, ...provenance }: Received) => ({ ...provenance, raw: keptText(raw) });

/** A reversal's own result, read by `readReversalResult`. */
export const reversalResultEvidence = (outcome: ReversalOutcome, from: Received): RefundEvidence => {
  const heard = { ...received(from), source: "callback" } as const;
  if (outcome.finding !== "reversed") return { ...heard, ...outcome };
  const { finding, receipt, original, amount, phone, conversationId, reversedAt } = outcome;
  return { ...heard, finding, receipt, original, amount, phone, conversationId, reversedAt };
};

const ended = ({ resultCode, resultDesc }: Omit<RefundFailure, "code">): RefundFailure => ({
  code: "ended_unreversed",
  resultCode,
  resultDesc,
});

/** The answer to a question about a refund, read by `readStatusResult`: M-PESA calls what it did or not `paid`. */
export const reversalStatusEvidence = (
  outcome: PayoutOutcome,
  refund: Pick<Refund, "paymentReceipt"> | null,
  from: Received,
): RefundEvidence => {
  const heard = { ...received(from), source: "query" } as const;
  if (outcome.finding === "unpaid") {
    const { failure, conversationId } = outcome;
    return { ...heard, finding: "not_reversed", failure: ended(failure), conversationId };
  }
  if (outcome.finding !== "paid") return { ...heard, ...outcome };
  if (outcome.receipt === null || outcome.receipt === refund?.paymentReceipt)
    return {
      ...heard,
      finding: "untold",
      because: "M-PESA's answer names no receipt of a reversal",
      unlistedCode: null,
    };
  const { receipt, amount, phone, conversationId, paidAt: reversedAt } = outcome;
  return { ...heard, finding: "reversed", receipt, original: null, amount, phone, conversationId, reversedAt };
};

const LATE = {
  "reversal-late": { source: "callback", because: "M-PESA did not answer Daraja about it in time" },
  "status-late": { source: "query", because: "M-PESA did not answer the question about it in time" },
} as const;

/** A queue timeout: the text proves nothing. The refund may have been made, and its result may still come. */
export const reversalLateEvidence = (kind: keyof typeof LATE, from: Received): RefundEvidence => ({
  ...received(from),
  ...LATE[kind],
  finding: "untold",
  unlistedCode: null,
});
