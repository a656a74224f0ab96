/** What the generated operations have in common: their options, their key, and what comes back. */
import type { Client } from "openapi-fetch";
import type { paths } from "./schema.ts";

/** openapi-fetch, over a `fetch` that throws whatever is not a success. */
export type Http = Client<paths, "application/json">;

export interface CallOptions {
  /** Gives up the call, its repetitions included. What was sent may have arrived. */
  readonly signal?: AbortSignal;
}

export interface KeyedCallOptions extends CallOptions {
  /**
   * Names this request for ever: repeated under the same key it happens once. Best is what you keep anyway, such as the
   * order's number. Without one a new key is made, which keeps the client's own repetitions apart from your next call.
   */
  readonly idempotencyKey?: string;
}

export interface Calls {
  readonly key: (options: KeyedCallOptions) => { readonly "Idempotency-Key": string };
  readonly init: (options: CallOptions) => { readonly signal: AbortSignal | null };
  readonly answer: <T>(result: { readonly data?: T; readonly response: Response }) => T;
}

/** `newKey` makes a key that nobody used before. */
export const createCalls = (newKey: () => string): Calls => ({
  key: ({ idempotencyKey }) => ({ "Idempotency-Key": idempotencyKey ?? newKey() }),
  init: ({ signal }) => ({ signal: signal ?? null }),
  answer: ({ data, response }) => {
    if (data !== undefined) return data;
    throw new Error(
      `The API answered ${response.status} with nothing in it. Check that the client's version is the API's.`,
    );
  },
});
