/**
 * One request to Daraja and what came back, in the three ways that matter for money: an answer, proof that the request
 * never left, or silence. What must stay true: silence is called proof only when no connection was ever made, and no
 * answer is read beyond its limit.
 */
import { BODY_LIMIT } from "./foreign-json.ts";
import type { HttpAnswer } from "./answers.ts";

/** The part of the global fetch that is needed. */
export type Fetch = (
  url: string,
  init: {
    readonly method: "GET" | "POST";
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly redirect: "manual";
    readonly signal: AbortSignal;
  },
) => Promise<Pick<Response, "status" | "body">>;

export interface DarajaRequest {
  readonly method: "GET" | "POST";
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** How long to wait for the whole answer, milliseconds. */
  readonly timeoutMs: number;
}

export type Exchange =
  | { readonly got: "answer"; readonly http: HttpAnswer }
  /** `sent: "no"` is proof that the request never left; `maybe` is not. `because` is a short code, safe to log. */
  | { readonly got: "nothing"; readonly sent: "no" | "maybe"; readonly because: string };

/** What a failed TLS handshake is called: the request is only written after it. */
const HANDSHAKE = /^(CERT_|ERR_TLS_|ERR_SSL_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_)/;

const text = (value: unknown, name: string): string | null => {
  if (typeof value !== "object" || value === null) return null;
  const found: unknown = Reflect.get(value, name);
  return typeof found === "string" ? found : null;
};

/** The reasons behind a failed fetch: its cause, or each attempt's when several addresses were tried. */
const reasons = (failed: unknown): readonly unknown[] => {
  const cause = failed instanceof Error ? failed.cause : null;
  return cause instanceof AggregateError ? cause.errors : [cause];
};

/** A connection that was never made carries the system call that failed: name look-up or connect. */
const neverConnected = (reason: unknown): boolean => {
  const call = text(reason, "syscall");
  const code = text(reason, "code") ?? "";
  return call === "connect" || call === "getaddrinfo" || code === "UND_ERR_CONNECT_TIMEOUT" || HANDSHAKE.test(code);
};

/** Tells proof from silence in what fetch rejected with (undici puts the system's error in `cause`). */
export const explainFailure = (failed: unknown): Extract<Exchange, { got: "nothing" }> => {
  const all = reasons(failed);
  const code = all.map((reason) => text(reason, "code")).find((found) => found !== null);
  const because = (code ?? text(failed, "name") ?? "failed").slice(0, 60);
  return { got: "nothing", sent: all.length > 0 && all.every(neverConnected) ? "no" : "maybe", because };
};

/** The body as text, at most BODY_LIMIT bytes of it; the rest is not waited for. */
const readCapped = async (body: Response["body"]): Promise<string> => {
  if (!body) return "";
  const decoder = new TextDecoder();
  let read = "";
  let bytes = 0;
  for await (const chunk of body) {
    if (!(chunk instanceof Uint8Array)) continue;
    read += decoder.decode(chunk.subarray(0, BODY_LIMIT - bytes), { stream: true });
    bytes += chunk.length;
    if (bytes >= BODY_LIMIT) break;
  }
  return read + decoder.decode();
};

/**
 * Sends one request; never rejects. Every request has a connection of its own: a Lambda that was frozen wakes up with
 * dead connections in its pool, and a push written to one of those would be neither sent nor known not to be.
 * Redirects are answers, not instructions.
 */
export const exchange = async (fetch: Fetch, request: DarajaRequest): Promise<Exchange> => {
  const { method, url, body, timeoutMs } = request;
  const headers = { ...request.headers, connection: "close" };
  const init = { method, headers, redirect: "manual", signal: AbortSignal.timeout(timeoutMs) } as const;
  try {
    const answer = await fetch(url, body === undefined ? init : { ...init, body });
    try {
      return { got: "answer", http: { status: answer.status, body: await readCapped(answer.body) } };
    } catch {
      return { got: "nothing", sent: "maybe", because: "answer_broke_off" };
    }
  } catch (failed) {
    return explainFailure(failed);
  }
};
