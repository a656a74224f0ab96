/**
 * Telling the client how a push ended. Each attempt is noted on the push with what became of it; whether the client
 * listens never changes what M-PESA did.
 */
import { callbackBodies, type Settlement } from "./callback-body.ts";
import { wait, type Clock } from "./clock.ts";
import type { Deliver } from "./exchange.ts";
import type { Metrics } from "./metrics.ts";
import type { CallbackAttempt, Push } from "./push.ts";
import type { Switches } from "./switches.ts";

export const CALLBACK_TIMEOUT_MS = 10_000;
const RETRY_GAP_MS = 5000;

/** How one failed delivery is described, without addresses or bodies. */
export const deliveryError = (error: unknown): string =>
  error instanceof Error ? ("code" in error && typeof error.code === "string" ? error.code : error.message) : "unknown";

type Parts = {
  readonly clock: Clock;
  readonly deliver: Deliver;
  readonly metrics: Pick<Metrics, "count">;
  readonly switches: () => Switches;
  readonly changed: (push: Push) => void;
};

export const createCallbacks = ({ clock, deliver, metrics, switches, changed }: Parts) => {
  let turn = 0;
  const nextAddress = (): string => {
    const addresses = switches().callback_addresses;
    turn += 1;
    return addresses[(turn - 1) % addresses.length] ?? "127.0.0.1";
  };

  const attempt = async (push: Push, body: string): Promise<boolean> => {
    const sourceAddress = push.plan.source_address ?? nextAddress();
    const entry: CallbackAttempt = { sentAtMs: clock.now(), sourceAddress, body, status: null, error: null };
    push.callbacks.push(entry);
    metrics.count("callbacks_sent");
    const headers = { "Content-Type": "application/json;charset=UTF-8", Businessshortcode: push.shortcode };
    try {
      const answer = await deliver({
        url: push.callbackUrl,
        headers,
        body,
        sourceAddress,
        timeoutMs: CALLBACK_TIMEOUT_MS,
      });
      entry.status = answer.status;
    } catch (error) {
      entry.error = deliveryError(error);
    }
    const heard = entry.status !== null && entry.status >= 200 && entry.status < 300;
    if (!heard) metrics.count("callbacks_failed");
    changed(push);
    return heard;
  };

  return {
    /** Resolves when the last attempt is over. */
    async tell(push: Push, settlement: Settlement): Promise<void> {
      const { drop, delay_ms: delayMs = 0, copies = 1 } = push.plan;
      if (drop) return;
      if (delayMs > 0) await wait(clock, delayMs * switches().time_scale);
      const bodies = callbackBodies(push, settlement);
      for (const body of Array.from({ length: copies }, () => bodies).flat()) {
        let heard = await attempt(push, body);
        for (let retry = 0; !heard && retry < switches().callback_retries; retry += 1) {
          await wait(clock, RETRY_GAP_MS * switches().time_scale);
          heard = await attempt(push, body);
        }
      }
    },
  };
};
