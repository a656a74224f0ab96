/**
 * From what Daraja said to what the ledger weighs. What must stay true: an answer that proves nothing becomes no
 * evidence, and every piece of evidence carries the text it was read from.
 */
import type { Evidence } from "../domain/evidence.ts";
import type { QueryAnswer, SubmitAnswer } from "./answers.ts";
import type { StkOutcome } from "./stk-callback.ts";

/** Who brought it and when; see Evidence. */
export type Provenance = Pick<Evidence, "at" | "by" | "requestId">;

/**
 * The answer to a push. An unknown answer that names the push shows that Daraja knows it, so the ledger learns it as an
 * accepted one and the payment can be asked about.
 */
export const submitEvidence = (answer: SubmitAnswer, provenance: Provenance): Evidence => {
  const from = { ...provenance, source: "submit", raw: answer.raw } as const;
  switch (answer.answer) {
    case "accepted":
      return { ...from, finding: "accepted", push: answer.push };
    case "refused":
      return { ...from, finding: "refused", failure: answer.failure };
    case "unknown":
      return answer.push
        ? { ...from, finding: "accepted", push: answer.push }
        : { ...from, finding: "unknown", because: answer.because };
  }
};

/** The answer to a query, whoever asked. Null when it proves nothing. A query names neither receipt, amount nor phone. */
export const queryEvidence = (answer: QueryAnswer, provenance: Provenance): Evidence | null => {
  switch (answer.answer) {
    case "paid": {
      const { push, raw } = answer;
      const unnamed = { receipt: null, amount: null, phone: null, paidAt: null };
      return { ...provenance, ...unnamed, source: "query", finding: "paid", push, raw };
    }
    case "unpaid": {
      const { push, raw, failure } = answer;
      return { ...provenance, source: "query", finding: "unpaid", failure, push, raw };
    }
    case "in_progress":
    case "no_answer":
      return null;
  }
};

/** A callback that was readable; `raw` is its whole body. */
export const callbackEvidence = (finding: StkOutcome, provenance: Provenance & { readonly raw: string }): Evidence => ({
  ...provenance,
  ...finding,
  source: "callback",
});
