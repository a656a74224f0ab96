/**
 * What became of each attempt to reach the client: noted the moment it leaves, completed when it is over.
 */
import type { Clock } from "./clock.ts";
import type { CallbackPlan } from "./faults.ts";
import type { Metrics } from "./metrics.ts";
import { isoTime } from "./nairobi-time.ts";
import type { Switches } from "./switches.ts";

export const JSON_CONTENT = { "Content-Type": "application/json;charset=UTF-8" } as const;

/** How one failed delivery is described, without addresses or bodies. */
export const deliveryError = (error: unknown): string =>
  error instanceof Error ? ("code" in error && typeof error.code === "string" ? error.code : error.message) : "unknown";

/** Whether an answer's status says that the client took it in. */
export const isHeard = (status: number | null): boolean => status !== null && status >= 200 && status < 300;

/** One attempt to reach the client. */
export type CallbackAttempt = {
  readonly sentAtMs: number;
  readonly sourceAddress: string;
  readonly body: string;
  /** HTTP status of the answer; null while there is none. */
  status: number | null;
  /** Why there will be no status. */
  error: string | null;
};

/** The attempt as the control API shows it. */
export const attemptView = (attempt: CallbackAttempt) => ({
  sent_at: isoTime(attempt.sentAtMs),
  source_address: attempt.sourceAddress,
  status: attempt.status,
  error: attempt.error,
  body: attempt.body,
});

type Parts = {
  readonly clock: Pick<Clock, "now">;
  readonly metrics: Pick<Metrics, "count">;
  readonly switches: () => Pick<Switches, "callback_addresses">;
};

/** What is about to leave, and where it is noted. */
type Leaving = { readonly plan: CallbackPlan; readonly body: string; readonly attempts: CallbackAttempt[] };

export type Note = ReturnType<typeof createNote>;

export const createNote = ({ clock, metrics, switches }: Parts) => {
  let turn = 0;
  const nextAddress = (): string => {
    const addresses = switches().callback_addresses;
    turn += 1;
    return addresses[(turn - 1) % addresses.length] ?? "127.0.0.1";
  };
  /** Notes an attempt that leaves now, and chooses the address it leaves from. */
  return ({ plan, body, attempts }: Leaving): CallbackAttempt => {
    const sourceAddress = plan.source_address ?? nextAddress();
    const attempt: CallbackAttempt = { sentAtMs: clock.now(), sourceAddress, body, status: null, error: null };
    attempts.push(attempt);
    metrics.count("callbacks_sent");
    return attempt;
  };
};
