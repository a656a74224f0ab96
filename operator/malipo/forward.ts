/** Passes a webhook on, as it came: the same body and the same headers, so that the receiver can check the signature. */
import type { Clock } from "../../web/client/src/malipo.ts";
import type { Delivery } from "./receiver.ts";

/** What became of it at its target; `status` null when no answer came. */
export interface Forwarded {
  readonly status: number | null;
  /** Why no answer came, in one word of Node's; null when one did. */
  readonly because: string | null;
  readonly tookMs: number;
}

/** They belong to one connection and not to the message (RFC 9110, 7.6.1); `fetch` sets its own. */
const OF_THE_CONNECTION: ReadonlySet<string> = new Set([
  "connection",
  "content-length",
  "expect",
  "host",
  "keep-alive",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
]);

/** About as long as Malipo itself waits for an answer. */
const TIMEOUT_MS = 10_000;

const wordFor = (fault: unknown): string => {
  const cause = fault instanceof Error ? (fault.cause ?? fault) : fault;
  if (cause instanceof Error && "code" in cause && typeof cause.code === "string") return cause.code;
  return cause instanceof Error ? cause.name : "unknown";
};

/** Sends it once. Never rejects. */
export const forward = async (
  { fetch, clock }: { readonly fetch: typeof globalThis.fetch; readonly clock: Clock },
  target: URL,
  { body, headers }: Delivery,
): Promise<Forwarded> => {
  const began = clock.now();
  const passed = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (OF_THE_CONNECTION.has(name)) continue;
    for (const each of typeof value === "string" ? [value] : (value ?? [])) passed.append(name, each);
  }
  const done = (status: number | null, because: string | null): Forwarded => ({
    status,
    because,
    tookMs: clock.now() - began,
  });
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const answer = await fetch(target, { method: "POST", headers: passed, body, redirect: "manual", signal });
    await answer.body?.cancel();
    return done(answer.status, null);
  } catch (fault) {
    return done(null, wordFor(fault));
  }
};
