/** What a client under test lives in: an API that answers from a list, and a clock that only its sleepers move. */
import type { Clock } from "../../../web/client/src/clock.ts";
import type { Fetch } from "../../../web/client/src/send.ts";

/** A clock that jumps to the end of each sleep at once, and remembers how long each was. */
export const jumpingClock = (start = 0): Clock & { readonly slept: number[] } => {
  let now = start;
  const slept: number[] = [];
  return {
    slept,
    now: () => now,
    sleep: (ms, signal) => {
      signal?.throwIfAborted();
      slept.push(ms);
      now += ms;
      return Promise.resolve();
    },
  };
};

export const json = (status: number, body: unknown, headers: Record<string, string> = {}): Response =>
  new Response(JSON.stringify(body), { status, headers: { "content-type": "application/json", ...headers } });

export const problem = (status: number, code: string, more: Record<string, unknown> = {}): Response =>
  json(status, {
    type: `/docs/errors/${code}`,
    title: "No",
    status,
    detail: "Not like this.",
    code,
    request_id: "req-1",
    ...more,
  });

/** Answers each request with the next of `answers`, the last one for ever; an Error is thrown. Keeps the requests. */
export const answering = (...answers: readonly (() => Response | Error)[]) => {
  const requests: Request[] = [];
  const fetch: Fetch = (request) => {
    requests.push(request.clone());
    const answer = answers[Math.min(requests.length, answers.length) - 1]!();
    return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
  };
  return { fetch, requests };
};

/** A payment as the API shows it. */
export const payment = (more: Record<string, unknown> = {}): Record<string, unknown> => ({
  id: "pay_1",
  object: "payment",
  status: "pending",
  stage: "awaiting_customer",
  amount: 100,
  receipt: null,
  ...more,
});
