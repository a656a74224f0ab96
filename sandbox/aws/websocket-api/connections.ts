/**
 * The open sockets, by the names that API Gateway would give them. What must stay true: nobody stays longer than two hours,
 * nor ten minutes without a word, by the sandbox's clock; what is said to somebody who has left is known to be lost.
 */
import { randomBytes } from "node:crypto";
import type { WebSocket } from "ws";

/** API Gateway's own limits, milliseconds. */
const IDLE_MS = 10 * 60_000;
const LONGEST_MS = 2 * 60 * 60_000;
const LOOK_MS = 5_000;
const GOING_AWAY = 1001;

export type Connection = {
  readonly id: string;
  readonly connectedAt: number;
  readonly sourceIp: string;
  readonly userAgent: string;
};

type Open = Connection & { readonly socket: WebSocket; spokenAt: number };

export type Connections = {
  /** A name for a socket that is about to be opened. */
  name(): string;
  add(connection: Connection, socket: WebSocket): void;
  /** Notes that something was said, by either side. */
  spoke(id: string): void;
  find(id: string): (Connection & { readonly lastActiveAt: number }) | null;
  /** False when nobody is there any more. */
  say(id: string, text: string): boolean;
  close(id: string): boolean;
  /** Breaks every connection without a word, as a network does; gives their number. */
  cut(): number;
  /** Closes whoever has been here for too long. */
  look(): void;
  end(): void;
};

export const createConnections = (now: () => number): Connections => {
  const open = new Map<string, Open>();
  const look = (): void => {
    for (const { socket, connectedAt, spokenAt } of open.values())
      if (now() - connectedAt >= LONGEST_MS || now() - spokenAt >= IDLE_MS) socket.close(GOING_AWAY, "Going away");
  };
  const timer = setInterval(look, LOOK_MS);
  timer.unref();
  const cut = (): number => {
    const all = [...open.values()];
    for (const { socket } of all) socket.terminate();
    return all.length;
  };
  return {
    // The sign at the end is one that addresses have to escape, as in API Gateway's names.
    name: () => `${randomBytes(11).toString("base64url")}=`,
    add(connection, socket) {
      open.set(connection.id, { ...connection, socket, spokenAt: connection.connectedAt });
      socket.once("close", () => open.delete(connection.id));
    },
    spoke(id) {
      const found = open.get(id);
      if (found !== undefined) found.spokenAt = now();
    },
    find(id) {
      const found = open.get(id);
      return found === undefined ? null : { ...found, lastActiveAt: found.spokenAt };
    },
    say(id, text) {
      const found = open.get(id);
      if (found === undefined || found.socket.readyState !== found.socket.OPEN) return false;
      found.socket.send(text);
      found.spokenAt = now();
      return true;
    },
    close(id) {
      const found = open.get(id);
      found?.socket.close(GOING_AWAY, "Going away");
      return found !== undefined;
    },
    cut,
    look,
    end() {
      clearInterval(timer);
      cut();
    },
  };
};
