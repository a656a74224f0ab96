/**
 * Server-Sent Events for the handset page: first everything it needs to draw itself, then each change. Everything but a
 * push comes by the thousand, so those changes are gathered and sent twice a second, the newest alone. A watcher that
 * does not read is let go instead of being buffered for.
 */
import type { ServerResponse } from "node:http";
import type { Clock } from "./core/clock.ts";
import { PROMPT_MS } from "./core/pushes.ts";
import type { Simulator } from "./core/simulator.ts";
import type { TransactionView } from "./core/transactions.ts";

const WATCHERS_MAX = 200;
const BACKLOG_MAX_BYTES = 1_048_576;
const GATHERING_MS = 500;
const GATHERED_MAX = 50;

type Gathered = Exclude<TransactionView, { kind: "stk_push" }>;

const idOf = (transaction: Gathered): string =>
  transaction.kind === "c2b" ? transaction.transaction_id : transaction.originator_conversation_id;

/** Collects what changed, and hands it on at most once in `GATHERING_MS`: each transaction once, as it is by then. */
const createGatherer = (clock: Pick<Clock, "after">, handOn: (transactions: readonly Gathered[]) => void) => {
  const gathered = new Map<string, Gathered>();
  let cancel: (() => void) | null = null;
  const flush = (): void => {
    cancel = null;
    handOn([...gathered.values()]);
    gathered.clear();
  };
  return {
    add(transaction: Gathered): void {
      const id = idOf(transaction);
      gathered.delete(id);
      gathered.set(id, transaction);
      const [oldest] = gathered.keys();
      if (gathered.size > GATHERED_MAX && oldest !== undefined) gathered.delete(oldest);
      cancel ??= clock.after(GATHERING_MS, flush);
    },
    forget(): void {
      cancel?.();
      cancel = null;
      gathered.clear();
    },
  };
};

export const createEventStream = (
  simulator: Pick<Simulator, "watch" | "recent">,
  clock: Pick<Clock, "now" | "after">,
) => {
  const streams = new Set<ServerResponse>();

  const send = (stream: ServerResponse, type: string, data: unknown): void => {
    stream.write(`event: ${type}\ndata: ${JSON.stringify({ now: new Date(clock.now()).toISOString(), data })}\n\n`);
    if (stream.writableLength > BACKLOG_MAX_BYTES) stream.destroy();
  };
  const sendToAll = (type: string, data: unknown): void => {
    for (const stream of streams) send(stream, type, data);
  };

  const snapshot = (stream: ServerResponse): void =>
    send(stream, "snapshot", { transactions: simulator.recent(), prompt_seconds: PROMPT_MS / 1000 });

  const gatherer = createGatherer(clock, (changed) => sendToAll("transactions", changed));

  const stopWatching = simulator.watch((event) => {
    if (event.type === "reset") {
      gatherer.forget();
      for (const stream of streams) snapshot(stream);
    } else if (event.transaction.kind === "stk_push") {
      sendToAll("transaction", event.transaction);
    } else if (streams.size > 0) {
      gatherer.add(event.transaction);
    }
  });

  return {
    /** Keeps the response open and feeds it. */
    open(response: ServerResponse): void {
      if (streams.size >= WATCHERS_MAX) {
        response.writeHead(503, { "content-type": "text/plain" }).end("Too many pages are watching. Close some.\n");
        return;
      }
      response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
      streams.add(response);
      response.once("close", () => streams.delete(response));
      snapshot(response);
    },
    close(): void {
      stopWatching();
      gatherer.forget();
      for (const stream of streams) stream.end();
    },
  };
};
