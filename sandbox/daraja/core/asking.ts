/**
 * Asking the client something whose answer decides: once, and for so long.
 */
import { deliveryError, isHeard, JSON_CONTENT, type CallbackAttempt, type Note } from "./callback-attempts.ts";
import { wait, type Clock } from "./clock.ts";
import type { Deliver } from "./exchange.ts";
import type { CallbackPlan } from "./faults.ts";
import type { Metrics } from "./metrics.ts";

export type Question = {
  readonly plan: CallbackPlan;
  readonly url: string;
  readonly body: string;
  readonly attempts: CallbackAttempt[];
  /** How long the answer may take, what delays the question included. */
  readonly budgetMs: number;
};

type Parts = {
  readonly clock: Pick<Clock, "after">;
  readonly deliver: Deliver;
  readonly metrics: Pick<Metrics, "count">;
  readonly note: Note;
};

export type Ask = ReturnType<typeof createAsk>;

export const createAsk = ({ clock, deliver, metrics, note }: Parts) => {
  /** By the simulator's clock: a carrier's own limit is the machine's. */
  const inTime = <T>(answer: Promise<T>, ms: number): Promise<T> =>
    new Promise((resolve, reject) => {
      const cancel = clock.after(ms, () => reject(new Error("no answer in time")));
      void answer.then(resolve, reject).finally(cancel);
    });

  const inquire = async (question: Question, budgetMs: number): Promise<string | null> => {
    const { url, body } = question;
    const attempt = note(question);
    const request = { url, headers: JSON_CONTENT, body, sourceAddress: attempt.sourceAddress, timeoutMs: budgetMs };
    try {
      const answer = await inTime(deliver({ ...request, wantsBody: true }), budgetMs);
      attempt.status = answer.status;
      if (isHeard(answer.status)) return answer.body ?? "";
    } catch (error) {
      attempt.error = deliveryError(error);
    }
    metrics.count("callbacks_failed");
    return null;
  };

  /** The body of a 2xx that came in time; null otherwise. */
  return async (question: Question): Promise<string | null> => {
    const { plan, budgetMs } = question;
    const { drop, delay_ms: delayMs = 0 } = plan;
    if (drop || delayMs >= budgetMs) {
      await wait(clock, budgetMs);
      return null;
    }
    if (delayMs > 0) await wait(clock, delayMs);
    return inquire(question, budgetMs - delayMs);
  };
};
