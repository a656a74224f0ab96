/**
 * Sends one request as often as retry.ts allows, each time the same, Idempotency-Key included. What must stay true: an
 * answer counts once all of it is here; whoever gives up is obeyed at once; only a success gets past this module.
 */
import type { Clock } from "./clock.ts";
import { reasonOf } from "./clock.ts";
import { MalipoSilence, problemOf } from "./errors.ts";
import { isRepeatable, pauseBefore, retryAfterMs } from "./retry.ts";

export type Fetch = (request: Request) => Promise<Response>;

export interface SendDeps {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: () => number;
  /** How many times a request is sent again at most. */
  readonly retries: number;
  /** How long one try may take, in milliseconds. */
  readonly timeoutMs: number;
}

/** Runs `work` until it is done, its time is over, or `outer` is aborted, whether or not it heeds the signal it gets. */
const within = async <T>(
  timeoutMs: number,
  outer: AbortSignal,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> => {
  const limit = new AbortController();
  const stopped = new Promise<never>((_, reject) => {
    limit.signal.addEventListener("abort", () => reject(reasonOf(limit.signal)), { once: true });
  });
  const timer = setTimeout(() => limit.abort(new Error(`No answer came within ${timeoutMs} ms.`)), timeoutMs);
  const giveUp = (): void => limit.abort(outer.reason);
  outer.addEventListener("abort", giveUp, { once: true });
  if (outer.aborted) giveUp();
  try {
    return await Promise.race([work(limit.signal), stopped]);
  } finally {
    clearTimeout(timer);
    outer.removeEventListener("abort", giveUp);
  }
};

/** One try: the whole answer, or what kept it away. */
const attempt = async ({ fetch, timeoutMs }: SendDeps, request: Request): Promise<Response | Error> => {
  try {
    return await within(timeoutMs, request.signal, async (signal) => {
      const response = await fetch(new Request(request.clone(), { signal }));
      const body = await response.arrayBuffer();
      const { status, statusText, headers } = response;
      return new Response(body.byteLength === 0 ? null : body, { status, statusText, headers });
    });
  } catch (fault) {
    if (request.signal.aborted) throw reasonOf(request.signal);
    return fault instanceof Error ? fault : new Error("The request failed.", { cause: fault });
  }
};

/** A `fetch` that repeats what may be repeated. @throws MalipoProblem, MalipoSilence, or the signal's reason. */
export const createSend =
  (deps: SendDeps): Fetch =>
  async (request) => {
    const { clock, random, retries } = deps;
    const key = request.headers.get("idempotency-key");
    for (let before = 0; ; before += 1) {
      const answer = await attempt(deps, request);
      if (answer instanceof Response && answer.ok) return answer;
      const outcome =
        answer instanceof Response
          ? {
              kind: "answer" as const,
              status: answer.status,
              retryAfterMs: retryAfterMs(answer.headers.get("retry-after"), clock.now()),
            }
          : { kind: "silence" as const };
      const decided = { outcome, before, isRepeatable: isRepeatable(request), random: random() };
      const pause = before < retries ? pauseBefore(decided) : null;
      if (pause === null) {
        if (answer instanceof Response) throw await problemOf(answer, key);
        throw new MalipoSilence({ method: request.method, path: new URL(request.url).pathname, key }, answer);
      }
      await clock.sleep(pause, request.signal);
    }
  };
