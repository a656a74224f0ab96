/**
 * Asks Daraja how a payment's push ended and puts the answer on the ledger. Asking is harmless: it sends no prompt, and
 * an answer that says nothing changes nothing.
 */
import type { Daraja } from "../daraja/client.ts";
import { queryEvidence } from "../daraja/stk-evidence.ts";
import type { Clock } from "../domain/clock.ts";
import type { Log } from "../runtime/logger.ts";
import type { RecordOutcome } from "../store/ledger.ts";
import type { RecordEvidence } from "./record-evidence.ts";

export interface AskDeps {
  readonly daraja: Pick<Daraja, "stkQuery">;
  readonly record: RecordEvidence;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Question {
  readonly paymentId: string;
  readonly checkoutId: string;
  /** Who wants to know: `sweep`, `key:<id>`, `callback`. */
  readonly by: string;
  readonly requestId: string;
}

export type AskOutcome =
  /** Daraja said how it ended, and the ledger knows now. */
  | { readonly asked: "told"; readonly outcome: RecordOutcome }
  /** Still open, or no answer: ask again later. */
  | { readonly asked: "not_told" };

export const askAbout =
  (deps: AskDeps) =>
  async ({ paymentId, checkoutId, by, requestId }: Question): Promise<AskOutcome> => {
    const answer = await deps.daraja.stkQuery({ checkoutId });
    if (answer.answer === "no_answer")
      deps.log.info("query.no_answer", { transaction: paymentId, because: answer.because });
    const evidence = queryEvidence(answer, { at: deps.clock.now(), by, requestId });
    return evidence ? { asked: "told", outcome: await deps.record(paymentId, evidence) } : { asked: "not_told" };
  };

export type AskAbout = ReturnType<typeof askAbout>;
