/**
 * Waits until a payment has ended. What must stay true: it looks at once, and then ever less often; a socket makes it
 * faster and is never needed; only an ended payment is returned, and time that ran out is told as that, because a
 * payment that is still pending has not failed.
 */
import type { Clock } from "./clock.ts";
import { reasonOf } from "./clock.ts";
import { MalipoProblem, MalipoSilence } from "./errors.ts";
import { listen } from "./live.ts";
import type { OpenSocket } from "./live.ts";
import type { components } from "./schema.ts";

export type Payment = components["schemas"]["Payment"];

/** A payment that ended: its money came, did not come, or went back. */
export type EndedPayment = Payment & { readonly status: Exclude<Payment["status"], "pending"> };

export interface WaitOptions {
  /** How long to wait, in milliseconds; three minutes when absent. M-PESA closes a prompt within one or two. */
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
  /** Told of the payment each time its status, stage or receipt is new. */
  readonly onChange?: (payment: Payment) => void;
}

/** The time is over and nobody knows yet how the payment ends: wait again, or leave it to a webhook. Don't ask for money anew. */
export class PaymentStillPending extends Error {
  override readonly name = "PaymentStillPending";
  /** As it was seen last; null when it could not be read at all. */
  readonly payment: Payment | null;

  constructor(id: string, payment: Payment | null) {
    super(`${id} has not ended yet. It is not known to have failed: wait again, and don't start another.`);
    this.payment = payment;
  }
}

export interface WaitDeps {
  readonly read: (id: string, options: { readonly signal?: AbortSignal }) => Promise<Payment>;
  readonly clock: Clock;
  readonly openSocket: OpenSocket | null;
  /** The address of the payment's socket; null when there is no token for one. */
  readonly socketUrl: string | null;
}

const DEFAULT_TIMEOUT_MS = 180_000;
const FIRST_PAUSE_MS = 1_000;
const GROWTH = 1.3;
const LONGEST_PAUSE_MS = 5_000;
/** Behind a living socket: in case it is not as alive as it seems. */
const PAUSE_WITH_SOCKET_MS = 15_000;

const hasEnded = (payment: Payment): payment is EndedPayment => payment.status !== "pending";

/** What one look brought; null when the API can't tell now and may later. */
const look = async (deps: WaitDeps, id: string, options: WaitOptions): Promise<Payment | null> => {
  try {
    return await deps.read(id, options.signal === undefined ? {} : { signal: options.signal });
  } catch (fault) {
    const passes = (fault instanceof MalipoProblem || fault instanceof MalipoSilence) && fault.retryable;
    if (passes) return null;
    throw fault;
  }
};

/** Pauses that can be cut short: by a ring, after which the next one is skipped if none is under way, or by the signal. */
const createPauses = (clock: Clock, signal: AbortSignal | undefined) => {
  let cut = (): void => undefined;
  let wasRung = false;
  const ring = (): void => {
    wasRung = true;
    cut();
  };
  const rest = async (ms: number): Promise<void> => {
    if (!wasRung) {
      const sleeper = new AbortController();
      cut = () => sleeper.abort();
      signal?.addEventListener("abort", cut, { once: true });
      if (signal?.aborted !== true) await clock.sleep(ms, sleeper.signal).catch(() => undefined);
      signal?.removeEventListener("abort", cut);
    }
    wasRung = false;
    if (signal?.aborted === true) throw reasonOf(signal);
  };
  return { ring, rest };
};

/** @throws PaymentStillPending, MalipoProblem when the payment can't be read at all, or the signal's reason. */
export const waitForPayment = async (deps: WaitDeps, id: string, options: WaitOptions): Promise<EndedPayment> => {
  const { clock, openSocket, socketUrl } = deps;
  const until = clock.now() + (options.timeoutMs ?? DEFAULT_TIMEOUT_MS);
  const pauses = createPauses(clock, options.signal);
  const bell = listen(socketUrl === null ? null : openSocket, socketUrl ?? "", pauses.ring);
  let seen: Payment | null = null;
  try {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(LONGEST_PAUSE_MS, pauseMs * GROWTH)) {
      const payment = await look(deps, id, options);
      if (payment !== null && isNews(seen, payment)) options.onChange?.(payment);
      seen = payment ?? seen;
      if (seen !== null && hasEnded(seen)) return seen;
      const left = until - clock.now();
      if (left <= 0) throw new PaymentStillPending(id, seen);
      await pauses.rest(Math.min(left, bell.isLive() ? PAUSE_WITH_SOCKET_MS : pauseMs));
    }
  } finally {
    bell.stop();
  }
};

const isNews = (before: Payment | null, now: Payment): boolean =>
  before?.status !== now.status || before.stage !== now.stage || before.receipt !== now.receipt;
