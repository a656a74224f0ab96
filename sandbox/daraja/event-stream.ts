/**
 * Server-Sent Events for the handset page: first everything it needs to draw itself, then each change. Payouts come by
 * the thousand, so their changes are gathered and sent twice a second, the newest alone. A watcher that does not
 * read is let go instead of being buffered for.
 */
import type { ServerResponse } from "node:http";
import type { Clock } from "./core/clock.ts";
import type { PayoutView } from "./core/payout.ts";
import { PROMPT_MS } from "./core/pushes.ts";
import type { Simulator } from "./core/simulator.ts";

const WATCHERS_MAX = 200;
const BACKLOG_MAX_BYTES = 1_048_576;
const GATHERING_MS = 500;
const GATHERED_MAX = 50;

/** Collects what changed, and hands it on at most once in `GATHERING_MS`: each payout once, as it is by then. */
const createGatherer = (clock: Pick<Clock, "after">, handOn: (payouts: readonly PayoutView[]) => void) => {
  const gathered = new Map<string, PayoutView>();
  let cancel: (() => void) | null = null;
  const flush = (): void => {
    cancel = null;
    handOn([...gathered.values()]);
    gathered.clear();
  };
  return {
    add(payout: PayoutView): void {
      gathered.delete(payout.originator_conversation_id);
      gathered.set(payout.originator_conversation_id, payout);
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

  const payouts = createGatherer(clock, (changed) => sendToAll("payouts", changed));

  const stopWatching = simulator.watch((event) => {
    if (event.type === "reset") {
      payouts.forget();
      for (const stream of streams) snapshot(stream);
    } else if (event.transaction.kind === "stk_push") {
      sendToAll("transaction", event.transaction);
    } else if (streams.size > 0) {
      payouts.add(event.transaction);
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
      payouts.forget();
      for (const stream of streams) stream.end();
    },
  };
};
