/**
 * `@malipo/client`: the API in TypeScript. Runs in Node from version 20 on and in the browser; knows nothing of either
 * but fetch, streams, timers and, where there is one, WebSocket. What must stay true: an API key goes into one header of
 * requests to `baseUrl` and nowhere else, and never into an error.
 */
import createClient from "openapi-fetch";
import { createCalls } from "./calls.ts";
import { systemClock } from "./clock.ts";
import type { Clock } from "./clock.ts";
import { socketUrlOf, socketsHere } from "./live.ts";
import type { OpenSocket } from "./live.ts";
import { createOperations } from "./operations.ts";
import type { paths } from "./schema.ts";
import { createSend } from "./send.ts";
import type { Fetch } from "./send.ts";
import { waitForPayment } from "./wait-for-payment.ts";
import type { EndedPayment, WaitOptions } from "./wait-for-payment.ts";

export type { CallOptions, KeyedCallOptions } from "./calls.ts";
export type { Clock } from "./clock.ts";
export { MalipoProblem, MalipoSilence } from "./errors.ts";
export type { Problem } from "./errors.ts";
export type { OpenSocket, Socket } from "./live.ts";
export { each } from "./pages.ts";
export type { Page } from "./pages.ts";
export type { components, operations, paths } from "./schema.ts";
export type { Fetch } from "./send.ts";
export { PaymentStillPending } from "./wait-for-payment.ts";
export type { EndedPayment, Payment, WaitOptions } from "./wait-for-payment.ts";
export { WebhookRefused, verifyWebhook } from "./webhooks.ts";
export type { MalipoEvent, WebhookHeaders } from "./webhooks.ts";

/** A server's API key, or the token with which a browser may look at one payment or one checkout session. */
type Credential =
  | { readonly key: string; readonly clientToken?: never }
  | { readonly clientToken: string; readonly key?: never };

export type MalipoOptions = Credential & {
  /** Where the API is, such as `https://pay.example.co.ke`. */
  readonly baseUrl: string;
  /** Where its sockets are, when that is not `/ws` at the same place. */
  readonly socketUrl?: string;
  /** In place of the surrounding's own. */
  readonly fetch?: Fetch;
  /** In place of the surrounding's own WebSocket; null for none. */
  readonly openSocket?: OpenSocket | null;
  /** How many times a request is sent again at most, under the same Idempotency-Key; 3 when absent. */
  readonly retries?: number;
  /** How long one try may take, in milliseconds; 30 seconds when absent, which is as long as the API itself takes. */
  readonly timeoutMs?: number;
  readonly clock?: Clock;
  /** From 0 to 1, for the spread of pauses. */
  readonly random?: () => number;
};

/** A payment by its id, or as it came back: with the client token in it, its socket can be listened to. */
type PaymentToAwait = string | { readonly id: string; readonly client_token?: string };

const RETRIES = 3;
const TIMEOUT_MS = 30_000;

/** The API at `baseUrl`, as functions: every operation by its name in the documentation, and `waitForPayment`. */
export const createMalipo = (options: MalipoOptions) => {
  const { baseUrl, clock = systemClock, openSocket = socketsHere() } = options;
  const credential = options.key ?? options.clientToken;
  const send = createSend({
    fetch: options.fetch ?? ((request) => fetch(request)),
    clock,
    random: options.random ?? Math.random,
    retries: options.retries ?? RETRIES,
    timeoutMs: options.timeoutMs ?? TIMEOUT_MS,
  });
  const http = createClient<paths, "application/json">({
    baseUrl,
    fetch: send,
    headers: { authorization: `Bearer ${credential}` },
  });
  const operations = createOperations(
    http,
    createCalls(() => crypto.randomUUID()),
  );
  const socketOf = (token: string | undefined): string | null =>
    token === undefined ? null : `${options.socketUrl ?? socketUrlOf(baseUrl)}?token=${encodeURIComponent(token)}`;

  return {
    ...operations,
    /**
     * Waits until a payment has ended, well or not: by the API's socket where there is one, and by asking.
     * @throws PaymentStillPending when `timeoutMs` is over first, MalipoProblem when it can't be read at all
     */
    waitForPayment: (payment: PaymentToAwait, waiting: WaitOptions = {}): Promise<EndedPayment> => {
      const { id, client_token: token = options.clientToken } = typeof payment === "string" ? { id: payment } : payment;
      return waitForPayment(
        { read: operations.readPayment, clock, openSocket, socketUrl: socketOf(token) },
        id,
        waiting,
      );
    },
  };
};

export type Malipo = ReturnType<typeof createMalipo>;
