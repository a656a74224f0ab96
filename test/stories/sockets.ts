/**
 * A browser that watches a payment in the stories: it asks for the state whenever it is connected, and connects again when
 * it is cut off, because other stories cut all sockets.
 */
import { inject, onTestFinished } from "vitest";
import { WebSocket } from "ws";
import type { PaymentBody } from "./storefront.ts";
import { until } from "./storefront.ts";

export interface Told {
  readonly type: string;
  readonly payment?: PaymentBody;
  readonly sequence?: number;
}

/** Where sockets are opened. */
export const socketUrl = (token: string | null): string => {
  const url = `${inject("gatewayUrl").replace("http", "ws")}/ws`;
  return token === null ? url : `${url}?token=${encodeURIComponent(token)}`;
};

export interface Watching {
  /** All that was told so far. */
  readonly told: readonly Told[];
  /** Waits until something was told that `is` it. */
  readonly hears: (is: (told: Told) => boolean) => Promise<Told>;
  readonly say: (text: string) => void;
  /** How often it was connected. */
  readonly opened: () => number;
}

/** Watches what `token` is about until the test is over. */
export const watchLive = (token: string): Watching => {
  const told: Told[] = [];
  let isOver = false;
  let opened = 0;
  let socket: WebSocket;
  const begin = (): void => {
    socket = new WebSocket(socketUrl(token));
    socket.on("open", () => {
      opened += 1;
      socket.send(JSON.stringify({ action: "state" }));
    });
    socket.on("message", (data: Buffer) => told.push(JSON.parse(data.toString()) as Told));
    socket.on("error", () => undefined);
    socket.on("close", () => {
      if (!isOver) setTimeout(begin, 100);
    });
  };
  begin();
  onTestFinished(() => {
    isOver = true;
    socket.terminate();
  });
  return {
    told,
    hears: async (is) =>
      (await until(
        () => Promise.resolve(told.find(is)),
        (found) => found !== undefined,
      ))!,
    say: (text) => {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    opened: () => opened,
  };
};

/** With which status a socket is refused; null when it is let in. */
export const refusal = (url: string): Promise<number | null> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(url);
    socket.once("unexpected-response", (request, { statusCode = 0 }) => {
      request.destroy();
      resolve(statusCode);
    });
    socket.once("open", () => {
      socket.terminate();
      resolve(null);
    });
    socket.once("error", reject);
  });
