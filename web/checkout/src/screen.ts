/**
 * Which screen a session calls for, and how soon to look again. Pure, so that every state can be tried without a browser.
 * What must stay true: "paid" is shown for money that M-PESA confirmed and for nothing else; while a payment may still be
 * made no screen offers another one.
 */
import type { Failure, Session } from "./session.ts";

/** How long M-PESA's prompt waits for a PIN, in milliseconds: a minute and a half on most phones. */
export const PROMPT_MS = 90_000;

/** After "try again later", how long the button waits, in milliseconds. */
export const LATER_MS = 60_000;

export type Screen = "ask" | "waiting" | "confirming" | "failed" | "paid" | "returned" | "expired";

export const screenOf = ({ status, payment, isOnce }: Session): Screen => {
  if (payment?.status === "reversed") return "returned";
  if (status === "complete") return "paid";
  if (payment?.status === "pending") return payment.stage === "confirming" ? "confirming" : "waiting";
  if (status === "expired" && !isOnce) return "expired";
  return payment?.status === "failed" ? "failed" : "ask";
};

/** What a payer can do about a failure. */
export type NextStep =
  /** The same number may be asked again at once. */
  | "again"
  /** The same number may be asked again after `LATER_MS`. */
  | "later"
  /** This number can't pay; another one may. */
  | "other_number"
  /** No number can: the shop has to mend something. */
  | "none";

const OTHERS_MAY_PAY = ["account_inactive", "pin_locked", "limit_exceeded"];

export const stepAfter = (failure: Failure | null): NextStep => {
  if (failure === null) return "again";
  if (failure.newAttempt === "later") return "later";
  if (failure.newAttempt === "no") return OTHERS_MAY_PAY.includes(failure.code) ? "other_number" : "none";
  return "again";
};

/** Milliseconds that the prompt has left; 0 when its time is over. `now` is the server's, which may be a second behind. */
export const promptLeft = (createdAt: number, now: number): number =>
  Math.min(PROMPT_MS, Math.max(0, createdAt + PROMPT_MS - now));

const MINUTE = 60_000;

/** How often to look while a socket tells of changes: in case that one was lost. */
const HEARD_MS = 10_000;

/**
 * How long to wait before looking again, in milliseconds; null: nothing will change. A payment that is pending is looked
 * at often while somebody holds the phone in their hand, unless `listen` says that its changes are heard of; one that
 * failed less often, because its money may come late; a question that nobody has answered hardly ever.
 */
export const pauseFor = (session: Session, now: number, listen: () => boolean): number | null => {
  const { payment } = session;
  const screen = screenOf(session);
  if (screen === "returned") return null;
  if (screen === "paid") return payment?.receipt === null ? 10_000 : null;
  if (payment === null) return session.status === "expired" ? null : 30_000;
  const age = now - (payment.status === "pending" ? payment.createdAt : payment.updatedAt);
  if (payment.status === "pending") {
    const pause = age < 2 * MINUTE ? 1_500 : age < 10 * MINUTE ? 5_000 : 20_000;
    return listen() ? Math.max(pause, HEARD_MS) : pause;
  }
  return age < 5 * MINUTE ? 5_000 : age < 60 * MINUTE ? 30_000 : null;
};
