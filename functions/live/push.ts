/**
 * Says on every open socket of a payment how it stands now. What must stay true: it never rejects and never takes long, so
 * no socket holds the ledger's stream up; a socket that is gone is forgotten; whoever misses a push learns the same by
 * asking.
 */
import type { Payment } from "../domain/payment.ts";
import type { Log } from "../runtime/logger.ts";
import type { SendToSocket } from "../runtime/sockets.ts";
import type { SocketBook, Watcher } from "../store/socket-book.ts";
import type { SayPayment } from "./messages.ts";
import { subjectsOf } from "./subjects.ts";
import { within } from "./within.ts";
import type { Later } from "./within.ts";

/** How long one socket may take to take a message, milliseconds. */
const EACH_MS = 1_000;
/** How long one payment's sockets may take in all, looking them up and forgetting some included, milliseconds. */
const ALL_MS = 3_000;

export interface PushDeps {
  readonly sockets: Pick<SocketBook, "watching" | "forget">;
  readonly send: SendToSocket;
  readonly say: SayPayment;
  readonly log: Pick<Log, "warn">;
  readonly later: Later;
}

interface Pushed {
  readonly watcher: Watcher;
  readonly outcome: "sent" | "gone" | "failed";
}

const nameOf = (fault: unknown): string => (fault instanceof Error ? fault.name : "unknown");

const pushTo = async (deps: PushDeps, watcher: Watcher, text: string): Promise<Pushed> => {
  try {
    return { watcher, outcome: await within(deps.later, EACH_MS, deps.send(watcher.connection, text)) };
  } catch (fault) {
    deps.log.warn("live.not_pushed", { subject: watcher.subject, fault: nameOf(fault) });
    return { watcher, outcome: "failed" };
  }
};

const forgetGone = async ({ sockets }: PushDeps, pushed: readonly Pushed[]): Promise<void> => {
  const gone = pushed.filter(({ outcome }) => outcome === "gone").map(({ watcher }) => watcher);
  const subjects = [...new Set(gone.map(({ subject }) => subject))];
  await Promise.all(
    subjects.map((subject) =>
      sockets.forget(
        subject,
        gone.filter((watcher) => watcher.subject === subject),
      ),
    ),
  );
};

const pushToAll = async (deps: PushDeps, payment: Payment): Promise<void> => {
  const watchers = await deps.sockets.watching(subjectsOf(payment));
  if (watchers.length === 0) return;
  const text = deps.say(payment);
  await forgetGone(deps, await Promise.all(watchers.map((watcher) => pushTo(deps, watcher, text))));
};

/** Of a payment with one entry nobody has heard yet, but whoever asked for it and is answered: nobody is looked up. */
const isNew = ({ history }: Payment): boolean => history.length < 2;

/** Pushes a payment, as it is after a change, to everybody who watches it. */
export const createPush =
  (deps: PushDeps) =>
  async (payment: Payment): Promise<void> => {
    if (isNew(payment)) return;
    try {
      await within(deps.later, ALL_MS, pushToAll(deps, payment));
    } catch (fault) {
      deps.log.warn("live.not_pushed", { subject: payment.id, fault: nameOf(fault) });
    }
  };
