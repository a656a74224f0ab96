/**
 * How soon a payer's page hears: from the moment at which a callback is sent to the gateway to the moment at which the
 * payment's socket says "succeeded", with two hundred sockets open. The callback's own write, the stream and the push are
 * all in it.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { setTimeout as wait } from "node:timers/promises";
import { WebSocket } from "ws";
import * as z from "zod";
import { startSandbox } from "../sandbox/sandbox.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
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
  const { client_token: token } = Started.parse(await json(`${url}/v1/payments`, { method: "POST", headers, body }));
  const socket = new WebSocket(`${url.replace("http", "ws")}/ws?token=${token}`);
  const paidAt = new Promise<number>((resolve) => {
    socket.on("message", (data: Buffer) => {
      const at = performance.now();
      if (Told.safeParse(JSON.parse(data.toString())).data?.payment.status === "succeeded") resolve(at);
    });
  });
  await once(socket, "open", { signal: patience() });
  return { reference, socket, paidAt };
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

/** Milliseconds from the callback's leaving: until it was answered, and until the socket's word. */
interface Latency {
  readonly answered: number;
  readonly told: number;
}

const timed = async (push: Push, { paidAt }: Listening): Promise<Latency> => {
  const sent = performance.now();
  await json(push.callback_url, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: callback(push),
  });
  const answered = performance.now() - sent;
  const late = wait(PATIENCE_MS, null, { ref: false }).then(() => {
    throw new Error("a socket was not told within a minute that its payment had succeeded");
  });
  return { answered, told: (await Promise.race([paidAt, late])) - sent };
};

const measure = async (sandbox: Sandbox): Promise<readonly Latency[]> => {
  const listening: Listening[] = [];
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
      if (one !== undefined) running.push(timed(push, one));
      await wait(APART_MS);
    }
    return await Promise.all(running);
  } finally {
    for (const { socket } of listening) socket.terminate();
  }
};

/** The value that so many of a hundred do not exceed. */
const percentile = (values: readonly number[], hundredth: number): number =>
  values.toSorted((a, b) => a - b)[Math.ceil((values.length * hundredth) / 100) - 1] ?? Number.NaN;

const inMs = (value: number): string => `${value.toFixed(0)} ms`;

/** Starts a sandbox of its own and measures in it. */
export const liveLines = async (): Promise<readonly Line[]> => {
  const sandbox = await startSandbox();
  try {
    const latencies = await measure(sandbox);
    const told = latencies.map((one) => one.told);
    const answered = percentile(
      latencies.map((one) => one.answered),
      50,
    );
    const what = `callback sent to push received, ${SOCKETS} sockets open, ${1_000 / APART_MS} callbacks a second`;
    return [
      plain(
        { section: "Live", what: `${what}, median` },
        inMs(percentile(told, 50)),
        `the callback itself was answered after ${inMs(answered)}, median`,
      ),
      atMost(
        {
          section: "Live",
          what: `${what}, 95th of 100`,
          note: `${PAID} payments; slowest ${inMs(Math.max(...told))}`,
        },
        { measured: percentile(told, 95), most: MOST_MS, show: inMs },
      ),
    ];
  } finally {
    await sandbox.close();
  }
};
