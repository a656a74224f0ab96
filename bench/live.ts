/**
 * How soon those outside hear: from the moment at which a callback is sent to the gateway to the moment at which the
 * payment's socket says "succeeded", and at which the storefront's webhook arrives, with two hundred sockets open. The
 * callback's own write, the stream, the push, the queue and the request are all in it.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";
import * as z from "zod";
import { startSandbox } from "../sandbox/sandbox.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { startHooked } from "./hooked.ts";
import type { Hooked } from "./hooked.ts";
import { atMost, plain } from "./line.ts";
import type { Line } from "./line.ts";
import { KEY, newPhone } from "./rig.ts";

const SOCKETS = 200;
/** Of these so many are paid, the last that were opened: their prompts are still out then. */
const PAID = 60;
/** Between two callbacks, milliseconds. */
const APART_MS = 100;
const AT_ONCE = 10;
const PATIENCE_MS = 60_000;
const MOST_MS = 500;

const Started = z.object({ id: z.string(), client_token: z.string() });
const Pushes = z.object({
  data: z.tuple([
    z.object({
      callback_url: z.url(),
      merchant_request_id: z.string(),
      checkout_request_id: z.string(),
      msisdn: z.string(),
      amount: z.number(),
    }),
  ]),
});
type Push = z.infer<typeof Pushes>["data"][0];
const Told = z.object({ payment: z.object({ status: z.string() }) });

interface Listening {
  readonly id: string;
  readonly reference: string;
  readonly socket: WebSocket;
  /** When it was told that the payment succeeded, milliseconds of this process. */
  readonly paidAt: Promise<number>;
}

const patience = (): AbortSignal => AbortSignal.timeout(PATIENCE_MS);

const json = async (url: string, init: RequestInit = {}): Promise<unknown> => {
  const answer = await fetch(url, { ...init, signal: patience() });
  if (!answer.ok) throw new Error(`${url} was answered ${answer.status}: ${await answer.text()}`);
  return answer.json();
};

const listen = async ({ url }: Sandbox): Promise<Listening> => {
  const reference = `LIV-${randomUUID().slice(0, 8)}`;
  const headers = {
    authorization: `Bearer ${KEY}`,
    "content-type": "application/json",
    "idempotency-key": reference,
  };
  const body = JSON.stringify({ amount: 1500, phone: newPhone(), reference });
  const { id, client_token: token } = Started.parse(
    await json(`${url}/v1/payments`, { method: "POST", headers, body }),
  );
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws?token=${token}`);
  const paidAt = new Promise<number>((resolve) => {
    socket.on("message", (data: Buffer) => {
      const at = performance.now();
      if (Told.safeParse(JSON.parse(data.toString())).data?.payment.status === "succeeded") resolve(at);
    });
  });
  await once(socket, "open", { signal: patience() });
  return { id, reference, socket, paidAt };
};

const callback = (push: Push): string =>
  JSON.stringify({
    Body: {
      stkCallback: {
        MerchantRequestID: push.merchant_request_id,
        CheckoutRequestID: push.checkout_request_id,
        ResultCode: 0,
        ResultDesc: "The service request is processed successfully.",
        CallbackMetadata: {
          Item: [
            { Name: "Amount", Value: push.amount },
            { Name: "MpesaReceiptNumber", Value: `UKL${randomUUID().replaceAll("-", "").slice(0, 7).toUpperCase()}` },
            { Name: "TransactionDate", Value: 20261121170000 },
            { Name: "PhoneNumber", Value: Number(push.msisdn) },
          ],
        },
      },
    },
  });

/** Milliseconds from the callback's leaving: until it was answered, until the socket's word, and until the webhook. */
interface Latency {
  readonly answered: number;
  readonly told: number;
  readonly hooked: number;
}

/** What comes of it, or a failure that says what did not come. */
const inTime = <T>(coming: Promise<T>, what: string): Promise<T> => {
  const late = wait(PATIENCE_MS, null, { ref: false }).then((): never => {
    throw new Error(`${what} did not hear within a minute that its payment had succeeded`);
  });
  return Promise.race([coming, late]);
};

const timed = async (push: Push, { id, paidAt }: Listening, hooked: Hooked): Promise<Latency> => {
  const sent = performance.now();
  await json(push.callback_url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: callback(push),
  });
  const answered = performance.now() - sent;
  const [told, webhook] = await Promise.all([inTime(paidAt, "a socket"), inTime(hooked.paidAt(id), "a webhook")]);
  return { answered, told: told - sent, hooked: webhook - sent };
};

const measure = async (sandbox: Sandbox): Promise<readonly Latency[]> => {
  const listening: Listening[] = [];
  const hooked = await startHooked(sandbox.url);
  try {
    while (listening.length < SOCKETS)
      listening.push(...(await Promise.all(Array.from({ length: AT_ONCE }, () => listen(sandbox)))));
    const paid = listening.slice(-PAID);
    const transactions = `${sandbox.simulatorUrl ?? ""}/simulator/transactions?reference=`;
    const pushes = await Promise.all(
      paid.map(async ({ reference }) => Pushes.parse(await json(transactions + reference)).data[0]),
    );
    const running: Promise<Latency>[] = [];
    for (const [index, push] of pushes.entries()) {
      const one = paid[index];
      if (one !== undefined) running.push(timed(push, one, hooked));
      await wait(APART_MS);
    }
    return await Promise.all(running);
  } finally {
    for (const { socket } of listening) socket.terminate();
    hooked.close();
  }
};

/** The value that so many of a hundred do not exceed. */
const percentile = (values: readonly number[], hundredth: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil((values.length * hundredth) / 100) - 1] ?? Number.NaN;

const inMs = (value: number): string => `${value.toFixed(0)} ms`;

/** The two lines of one way to hear of it. */
const linesOf = (what: string, values: readonly number[], note: string): readonly Line[] => {
  const under = `callback sent to ${what} received, ${SOCKETS} sockets open, ${1_000 / APART_MS} callbacks a second`;
  const slowest = `${PAID} payments; slowest ${inMs(Math.max(...values))}`;
  return [
    plain({ section: "Live", what: `${under}, median` }, inMs(percentile(values, 50)), note),
    atMost(
      { section: "Live", what: `${under}, 95th of 100`, note: slowest },
      { measured: percentile(values, 95), most: MOST_MS, show: inMs },
    ),
  ];
};

/** Starts a sandbox of its own and measures in it. */
export const liveLines = async (): Promise<readonly Line[]> => {
  const sandbox = await startSandbox();
  try {
    const latencies = await measure(sandbox);
    const of = (pick: (one: Latency) => number): readonly number[] => latencies.map(pick);
    const answered = inMs(
      percentile(
        of((one) => one.answered),
        50,
      ),
    );
    return [
      ...linesOf(
        "push",
        of((one) => one.told),
        `the callback itself was answered after ${answered}, median`,
      ),
      ...linesOf(
        "first webhook",
        of((one) => one.hooked),
        "its delivery is kept before it is sent",
      ),
    ];
  } finally {
    await sandbox.close();
  }
};
