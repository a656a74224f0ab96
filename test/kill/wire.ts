/**
 * How a careful client talks to a gateway that is being killed: it asks again, with the same Idempotency-Key, until there
 * is an answer that means something. What must stay true: nothing that was asked is given up before the end.
 */
import { setTimeout as wait } from "node:timers/promises";

export interface Answer {
  readonly status: number;
  /** Null when the answer had no JSON in it. */
  readonly body: Record<string, unknown> | null;
}

export interface Asked {
  readonly method: "GET" | "POST";
  readonly path: string;
  /** The API key. */
  readonly key: string;
  readonly idempotencyKey?: string;
  readonly body?: unknown;
}

export interface Wire {
  /** The first answer that is no interruption. Rejects when there is none in ten minutes. */
  readonly ask: (asked: Asked) => Promise<Answer>;
  /** How many tries were cut off or answered with "try again" so far. */
  readonly interrupted: () => number;
}

/** Far longer than a dead gateway takes to be back on a busy machine. */
const PATIENCE_MS = 600_000;
const TRY_MS = 35_000;
const FIRST_PAUSE_MS = 300;
const LONGEST_PAUSE_MS = 5_000;

const once = async (url: string, { method, path, key, idempotencyKey, body }: Asked): Promise<Answer | null> => {
  try {
    const response = await fetch(`${url}${path}`, {
      method,
      headers: {
        authorization: `Bearer ${key}`,
        ...(body === undefined ? {} : { "content-type": "application/json" }),
        ...(idempotencyKey === undefined ? {} : { "idempotency-key": idempotencyKey }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(TRY_MS),
    });
    const text = await response.text();
    const isJson = /json/.test(response.headers.get("content-type") ?? "");
    return { status: response.status, body: isJson ? (JSON.parse(text) as Record<string, unknown>) : null };
  } catch {
    return null;
  }
};

/** What a client may take for its answer: not a gateway that broke, and not one that asks to slow down. */
const isAnswer = ({ status, body }: Answer): boolean =>
  status < 500 && !(status === 429 && body?.["code"] === "rate_limit_exceeded") && !(status === 429 && body === null);

export const createWire = (url: string): Wire => {
  let interrupted = 0;
  return {
    interrupted: () => interrupted,
    async ask(asked) {
      const end = Date.now() + PATIENCE_MS;
      for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(2 * pauseMs, LONGEST_PAUSE_MS)) {
        const answer = await once(url, asked);
        if (answer !== null && isAnswer(answer)) return answer;
        interrupted += 1;
        if (Date.now() > end)
          throw new Error(`${asked.method} ${asked.path} had no answer: ${JSON.stringify(answer ?? "cut off")}`);
        await wait(pauseMs);
      }
    },
  };
};
