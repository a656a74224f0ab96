/**
 * A payer's socket: who may open one, and what is answered on it. What must stay true: a socket shows what its token could
 * read over HTTP and nothing more; it is noted before it is open, so whoever then asks for the state misses nothing.
 */
import { standing } from "../domain/checkout-session.ts";
import type { Clock } from "../domain/clock.ts";
import { isCheckoutSessionId, isPaymentId } from "../domain/ids.ts";
import type { Payment } from "../domain/payment.ts";
import type { SocketEvent, SocketReply } from "../runtime/sockets.ts";
import type { CheckoutLedger } from "../store/checkout-ledger.ts";
import type { Ledger } from "../store/ledger.ts";
import type { SocketBook } from "../store/socket-book.ts";
import { NOT_UNDERSTOOD, NO_PAYMENT, PONG, readMessage } from "./messages.ts";
import type { SayPayment } from "./messages.ts";

export interface LiveDeps {
  readonly sockets: Pick<SocketBook, "join" | "find" | "forget">;
  readonly ledger: Pick<Ledger, "read">;
  readonly checkouts: Pick<CheckoutLedger, "read">;
  /** What a client token is about; null when it is forged or over. */
  readonly subjectOf: (token: string) => Promise<string | null>;
  readonly say: SayPayment;
  readonly clock: Clock;
}

const REFUSED: SocketReply = { status: 401, text: null };
const QUIET: SocketReply = { status: 200, text: null };
const said = (text: string): SocketReply => ({ status: 200, text });

const open = async (deps: LiveDeps, connection: string, token: string | null): Promise<SocketReply> => {
  const subject = token === null ? null : await deps.subjectOf(token);
  if (subject === null) return REFUSED;
  await deps.sockets.join({ connection, subject, since: deps.clock.now() });
  return QUIET;
};

/** The payment that a token shows: its own, or the one that its session stands for. */
const shownTo = async (deps: LiveDeps, subject: string): Promise<Payment | null> => {
  if (isPaymentId(subject)) return deps.ledger.read(subject);
  const known = isCheckoutSessionId(subject) ? await deps.checkouts.read(subject) : null;
  return known && standing(known.session, known.tries, deps.clock.now()).payment;
};

const tell = async (deps: LiveDeps, connection: string): Promise<SocketReply> => {
  const watcher = await deps.sockets.find(connection);
  const payment = watcher && (await shownTo(deps, watcher.subject));
  return said(payment ? deps.say(payment) : NO_PAYMENT);
};

const hear = (deps: LiveDeps, connection: string, text: string): Promise<SocketReply> => {
  switch (readMessage(text)) {
    case "state":
      return tell(deps, connection);
    case "ping":
      return Promise.resolve(said(PONG));
    case null:
      return Promise.resolve(said(NOT_UNDERSTOOD));
  }
};

const close = async ({ sockets }: LiveDeps, connection: string): Promise<SocketReply> => {
  const watcher = await sockets.find(connection);
  if (watcher) await sockets.forget(watcher.subject, [watcher]);
  return QUIET;
};

/** Answers whatever happens on payers' sockets. */
export const answerSocket =
  (deps: LiveDeps) =>
  (event: SocketEvent): Promise<SocketReply> => {
    switch (event.happened) {
      case "opened":
        return open(deps, event.connection, event.token);
      case "said":
        return hear(deps, event.connection, event.text);
      case "closed":
        return close(deps, event.connection);
    }
  };
