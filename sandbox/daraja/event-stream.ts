/**
 * Server-Sent Events for the handset page: first everything it needs to draw itself, then each change. A watcher that
 * does not read is let go instead of being buffered for.
 */
import type { ServerResponse } from "node:http";
import type { Clock } from "./core/clock.ts";
import { PROMPT_MS } from "./core/pushes.ts";
import type { Simulator } from "./core/simulator.ts";

const WATCHERS_MAX = 200;
const BACKLOG_MAX_BYTES = 1_048_576;

export const createEventStream = (simulator: Pick<Simulator, "watch" | "recent">, clock: Pick<Clock, "now">) => {
  const streams = new Set<ServerResponse>();

  const send = (stream: ServerResponse, type: string, data: unknown): void => {
    stream.write(`event: ${type}\ndata: ${JSON.stringify({ now: new Date(clock.now()).toISOString(), data })}\n\n`);
    if (stream.writableLength > BACKLOG_MAX_BYTES) stream.destroy();
  };

  const snapshot = (stream: ServerResponse): void =>
    send(stream, "snapshot", { transactions: simulator.recent(), prompt_seconds: PROMPT_MS / 1000 });

  const stopWatching = simulator.watch((event) => {
    for (const stream of streams) {
      if (event.type === "reset") snapshot(stream);
      else send(stream, "transaction", event.transaction);
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
      for (const stream of streams) stream.end();
    },
  };
};
