/**
 * The API's WebSocket, as a bell: it rings when a payment changed, and what changed is then read. What must stay true: a
 * socket that fails, closes or never opens costs nothing but speed, because whoever waits also asks on its own.
 */

/** The part of a WebSocket that is needed here; the browser's, Node's (from version 22 on) and `ws`'s fit. */
export interface Socket {
  addEventListener(type: "open" | "close" | "error", listener: () => void): void;
  addEventListener(type: "message", listener: (event: { readonly data: unknown }) => void): void;
  send(text: string): void;
  close(): void;
}

export type OpenSocket = (url: string) => Socket;

export interface Bell {
  /** Whether somebody is there who would ring. */
  readonly isLive: () => boolean;
  readonly stop: () => void;
}

const SILENT: Bell = { isLive: () => false, stop: () => undefined };

const isSocket = (value: unknown): value is Socket =>
  typeof value === "object" &&
  value !== null &&
  ["addEventListener", "send", "close"].every((name) => typeof Reflect.get(value, name) === "function");

/** How this surrounding opens sockets; null when it can't. */
export const socketsHere = (): OpenSocket | null => {
  const WebSocketHere: unknown = Reflect.get(globalThis, "WebSocket");
  if (typeof WebSocketHere !== "function") return null;
  return (url) => {
    const socket: unknown = Reflect.construct(WebSocketHere, [url]);
    if (isSocket(socket)) return socket;
    throw new TypeError("The WebSocket of this surrounding is none.");
  };
};

/** Where an API at `baseUrl` has its sockets, unless it says otherwise: the same place, `/ws`. */
export const socketUrlOf = (baseUrl: string): string => {
  const url = new URL("ws", baseUrl.endsWith("/") ? baseUrl : `${baseUrl}/`);
  url.protocol = url.protocol === "http:" ? "ws:" : "wss:";
  return url.href;
};

const isNews = (message: unknown): boolean => {
  if (typeof message !== "string") return false;
  try {
    const said: unknown = JSON.parse(message);
    return typeof said === "object" && said !== null && Reflect.get(said, "type") === "payment.updated";
  } catch {
    return false;
  }
};

/** Rings when the token's payment changed, once when the socket opens, and when it is cut. `open` null: never. */
export const listen = (open: OpenSocket | null, url: string, ring: () => void): Bell => {
  if (open === null) return SILENT;
  let isLive = false;
  try {
    const socket = open(url);
    const fall = (): void => {
      // Whoever trusted it asks on its own from now on, and at once.
      if (isLive) ring();
      isLive = false;
    };
    socket.addEventListener("open", () => {
      isLive = true;
      // What happened before it was open is told in answer to this.
      socket.send(JSON.stringify({ action: "state" }));
    });
    socket.addEventListener("message", ({ data }) => {
      if (isNews(data)) ring();
    });
    socket.addEventListener("error", fall);
    socket.addEventListener("close", fall);
    return {
      isLive: () => isLive,
      stop: () => socket.close(),
    };
  } catch {
    return SILENT;
  }
};
