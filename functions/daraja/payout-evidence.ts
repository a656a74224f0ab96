/**
 * From what Daraja said about a payout to what the ledger weighs. What must stay true: every piece of evidence carries
 * the text it was read from, and no secret with it.
 */
import type { PayoutEvidence } from "../domain/payout.ts";
import { keptText } from "./kept-text.ts";
import type { PayoutAnswer } from "./payout-answers.ts";
import type { PayoutOutcome } from "./payout-results.ts";

/** Who brought it and when; see `Evidence`. */
type Provenance = Pick<PayoutEvidence, "at" | "by" | "requestId">;
/** `raw` is the whole body, as it came. */
type Received = Provenance & { readonly raw: string };

/**
 * The answer to a sending; null when nothing was sent. An unknown answer that names the conversation shows that Daraja
 * knows the payout, so the ledger learns it as an accepted one: it is asked about and never sent again.
 */
export const payoutEvidence = (answer: PayoutAnswer, provenance: Provenance): PayoutEvidence | null => {
  if (answer.answer === "withheld") return null;
  const raw = answer.raw === null ? null : keptText(answer.raw);
  const from = { ...provenance, source: "submit", raw } as const;
  switch (answer.answer) {
    case "accepted":
      return { ...from, finding: "accepted", conversationId: answer.conversationId };
    case "went_in":
      return { ...from, finding: "accepted", conversationId: null };
    case "turned_away":
    case "refused":
      return { ...from, finding: answer.answer, failure: answer.failure };
    case "unknown": {
      const conversationId = answer.conversationId ?? null;
      return conversationId === null
        ? { ...from, finding: "unknown", because: answer.because }
        : { ...from, finding: "accepted", conversationId };
    }
  }
};

const received = ({ raw, ...provenance }: Received) => ({ ...provenance, raw: keptText(raw) });

/** A payout's own result, read by `readB2cResult`. */
export const resultEvidence = (outcome: PayoutOutcome, from: Received): PayoutEvidence => ({
  ...outcome,
  ...received(from),
  source: "callback",
});

/** The answer to a question about a payout, read by `readStatusResult`. */
export const statusEvidence = (outcome: PayoutOutcome, from: Received): PayoutEvidence => ({
  ...outcome,
  ...received(from),
  source: "query",
});

const LATE = {
  "b2c-late": { source: "callback", because: "M-PESA did not answer Daraja about it in time" },
  "status-late": { source: "query", because: "M-PESA did not answer the question about it in time" },
} as const;

/**
 * A queue timeout: our own request comes back, or anything else; the text proves nothing. The payout may have been made,
 * and its result may still come.
 */
export const lateEvidence = (kind: keyof typeof LATE, from: Received): PayoutEvidence => ({
  ...received(from),
  ...LATE[kind],
  finding: "untold",
  unlistedCode: null,
});
