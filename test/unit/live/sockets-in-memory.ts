/** Sockets for the live tests: a book in memory, and sockets that hear, hang, fail or are gone. */
import { paymentView } from "../../../functions/api/payment-view.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import { sayPayment } from "../../../functions/live/messages.ts";
import type { Later } from "../../../functions/live/within.ts";
import type { SendToSocket } from "../../../functions/runtime/sockets.ts";
import type { SocketBook, Watcher } from "../../../functions/store/socket-book.ts";
import { samplePayment } from "../../../scripts/docs/sample-evidence.ts";

export const PAYMENT = `pay_${"0".repeat(26)}`;
export const SESSION = `cks_${"1".repeat(26)}`;

/** A payment that somebody, `by`, began, and that M-PESA has taken since. */
export const paymentBegunBy = (by: string, more: Partial<Payment> = {}): Payment => {
  const sample = samplePayment("pending");
  const entry = { at: 0, finding: "created", to: "initiated", source: "api", by, requestId: "r", facts: {} } as const;
  const first = { ...entry, exception: null, rawHash: null, digest: "d", previous: null } as const;
  const history = [first, { ...first, finding: "accepted", to: "pending", by: "daraja", previous: "d" } as const];
  return { ...sample, id: PAYMENT, history, ...more };
};

export const say = sayPayment(paymentView);

export const bookInMemory = (first: readonly Watcher[] = []) => {
  let watchers = [...first];
  const book: SocketBook = {
    join: (watcher) => Promise.resolve(void watchers.push(watcher)),
    find: (connection) => Promise.resolve(watchers.find((one) => one.connection === connection) ?? null),
    watching: (subjects) => Promise.resolve(watchers.filter(({ subject }) => subjects.includes(subject))),
    forget: (_subject, gone) => {
      watchers = watchers.filter((one) => !gone.some(({ connection }) => connection === one.connection));
      return Promise.resolve();
    },
  };
  return { book, names: () => watchers.map(({ connection }) => connection) };
};

/** What a socket does when something is said on it; one that is not named hears it. */
export type Behaviour = "gone" | "fails" | "hangs";

export const socketsThat = (behaviours: Readonly<Record<string, Behaviour>> = {}) => {
  const heard: { readonly connection: string; readonly text: string }[] = [];
  const send: SendToSocket = (connection, text) => {
    const behaviour = behaviours[connection];
    if (behaviour === "gone") return Promise.resolve("gone");
    if (behaviour === "fails") return Promise.reject(new Error("no way through"));
    if (behaviour === "hangs") return new Promise(() => undefined);
    heard.push({ connection, text });
    return Promise.resolve("sent");
  };
  return { send, heard };
};

/** A clock that runs what waits when it is told to. */
export const timers = () => {
  const waiting = new Set<{ readonly run: () => void; readonly ms: number }>();
  const later: Later = (run, ms) => {
    const timer = { run, ms };
    waiting.add(timer);
    return () => waiting.delete(timer);
  };
  /** Lets everything happen that needs no time, and then what waits for `ms` or less. */
  const pass = async (ms: number): Promise<void> => {
    await new Promise((resolve) => setImmediate(resolve));
    for (const timer of [...waiting].filter((one) => one.ms <= ms)) timer.run();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { later, pass, waiting };
};
