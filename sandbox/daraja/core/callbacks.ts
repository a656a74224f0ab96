/**
 * Telling the client how something ended. Each attempt is noted with what became of it; whether the client listens
 * never changes what M-PESA did.
 */
import { deliveryError, isHeard, JSON_CONTENT, type CallbackAttempt, type Note } from "./callback-attempts.ts";
import { wait, type Clock } from "./clock.ts";
import type { Deliver } from "./exchange.ts";
import type { CallbackPlan } from "./faults.ts";
import type { Metrics } from "./metrics.ts";
import type { Switches } from "./switches.ts";

export const CALLBACK_TIMEOUT_MS = 10_000;
const RETRY_GAP_MS = 5000;

/** What is to be told, and where it is noted. */
export type Telling = {
  readonly plan: CallbackPlan;
  readonly url: string;
  /** Beside the content type. */
  readonly headers: Readonly<Record<string, string>>;
  /** In order; copies come on top. Asked for when they leave. */
  readonly bodies: () => readonly string[];
  /** Sent first where the plan has a queue timeout. */
  readonly queueTimeout?: { readonly url: string; readonly body: string };
  readonly attempts: CallbackAttempt[];
  readonly changed: () => void;
};

type Letter = { readonly url: string; readonly body: string };

type Parts = {
  readonly clock: Clock;
  readonly deliver: Deliver;
  readonly metrics: Pick<Metrics, "count">;
  readonly note: Note;
  readonly switches: () => Switches;
};

export type Callbacks = ReturnType<typeof createCallbacks>;

export const createCallbacks = ({ clock, deliver, metrics, note, switches }: Parts) => {
  const attempt = async (telling: Telling, { url, body }: Letter): Promise<boolean> => {
    const entry = note({ ...telling, body });
    const { sourceAddress } = entry;
    const headers = { ...JSON_CONTENT, ...telling.headers };
    try {
      entry.status = (await deliver({ url, headers, body, sourceAddress, timeoutMs: CALLBACK_TIMEOUT_MS })).status;
    } catch (error) {
      entry.error = deliveryError(error);
    }
    const heard = isHeard(entry.status);
    if (!heard) metrics.count("callbacks_failed");
    telling.changed();
    return heard;
  };

  const send = async (telling: Telling, letter: Letter): Promise<void> => {
    let heard = await attempt(telling, letter);
    for (let retry = 0; !heard && retry < switches().callback_retries; retry += 1) {
      await wait(clock, RETRY_GAP_MS * switches().time_scale);
      heard = await attempt(telling, letter);
    }
  };

  return {
    /** Resolves when the last attempt is over. */
    async tell(telling: Telling): Promise<void> {
      const { drop, delay_ms: delayMs = 0, copies = 1, queue_timeout: queueTimeout } = telling.plan;
      if (queueTimeout && telling.queueTimeout !== undefined) await send(telling, telling.queueTimeout);
      if (drop) return;
      if (delayMs > 0) await wait(clock, delayMs * switches().time_scale);
      const bodies = telling.bodies();
      for (const body of Array.from({ length: copies }, () => bodies).flat())
        await send(telling, { url: telling.url, body });
    },
  };
};
