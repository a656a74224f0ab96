/**
 * The two calls that the page makes, as outcomes instead of faults, and its socket. What must stay true: the token goes into
 * a header, and into the socket's address, which no log of ours holds; an answer that never came says nothing about what happened, so the page asks before it offers anything.
 */
import type { Socket } from "./live.ts";
import { readSession } from "./session.ts";
import type { Session } from "./session.ts";

/** The id of the session, or of the payment, and its token, as the link has them. */
export interface Link {
  readonly id: string;
  readonly token: string;
}

export type Answer =
  /** `serverNow`: the server's clock when it answered, epoch milliseconds. */
  | { readonly answer: "session"; readonly session: Session; readonly serverNow: number }
  /** The link opens nothing: cut short, forged, or long over. */
  | { readonly answer: "no_such_link" }
  /** The API said no, and why. `retryAt` in epoch milliseconds. */
  | { readonly answer: "refused"; readonly code: string; readonly retryAt: number | null }
  /** No answer, or none that can be read: nobody knows what came of it. */
  | { readonly answer: "silence" };

export interface Api {
  readonly look: () => Promise<Answer>;
  /** Asks this phone to pay, or shows the payment that is being made already. */
  readonly pay: (phone: string) => Promise<Answer>;
  /** A new socket, on which it is said when something changed. */
  readonly open: () => Socket;
}

const TIMEOUT_MS = 30_000;

/** `/checkout/cks_...#ct_...`; null when a part is missing. */
export const readLink = (path: string, hash: string): Link | null => {
  const id = /^\/checkout\/((?:cks|pay)_[0-9a-z]{26})\/?$/.exec(path)?.[1];
  const token = /^#(ct_[A-Za-z0-9_.-]{1,200})$/.exec(hash)?.[1];
  return id === undefined || token === undefined ? null : { id, token };
};

const field = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

const read = async (response: Response): Promise<Answer> => {
  const body: unknown = await response.json();
  const serverNow = Date.parse(response.headers.get("date") ?? "") || Date.now();
  if (response.ok) {
    const session = readSession(body);
    return session === null ? { answer: "silence" } : { answer: "session", session, serverNow };
  }
  if ([401, 403, 404].includes(response.status)) return { answer: "no_such_link" };
  const code = field(body, "code");
  if (typeof code !== "string") return { answer: "silence" };
  const retryAt = Date.parse(String(field(body, "retry_at")));
  return { answer: "refused", code, retryAt: Number.isNaN(retryAt) ? null : retryAt };
};

/** The API behind the page's own address. */
export const connect = (link: Link, send: typeof fetch, open: (path: string) => Socket): Api => {
  const path = `/v1/checkout-sessions/${link.id}`;
  const call = async (method: "GET" | "POST", address: string, body?: string): Promise<Answer> => {
    try {
      return await read(
        await send(address, {
          method,
          headers: {
            authorization: `Bearer ${link.token}`,
            ...(body === undefined ? {} : { "content-type": "application/json" }),
          },
          ...(body === undefined ? {} : { body }),
          signal: AbortSignal.timeout(TIMEOUT_MS),
        }),
      );
    } catch {
      return { answer: "silence" };
    }
  };
  return {
    look: () => call("GET", path),
    pay: (phone) => call("POST", `${path}/payments`, JSON.stringify({ phone })),
    open: () => open(`/ws?token=${link.token}`),
  };
};
