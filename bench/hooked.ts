/** A storefront's webhook receiver for the benchmarks: it notes when it was first told that a payment succeeded. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";
import { KEY } from "./rig.ts";

const Event = z.object({ type: z.string(), data: z.object({ object: z.object({ id: z.string() }) }) });
const Address = z.object({ port: z.number() });
const SUCCEEDED = "payment.succeeded";

export interface Hooked {
  /** When the first webhook about this payment's success arrived, milliseconds of this process. */
  readonly paidAt: (paymentId: string) => Promise<number>;
  readonly close: () => void;
}

const textOf = async (request: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  await once(request, "end");
  return Buffer.concat(chunks).toString();
};

const register = async (gateway: string, url: string): Promise<void> => {
  const answer = await fetch(`${gateway}/v1/webhook-endpoints`, {
    method: "POST",
    headers: { authorization: `Bearer ${KEY}`, "content-type": "application/json" },
    body: JSON.stringify({ url, events: [SUCCEEDED] }),
  });
  if (!answer.ok) throw new Error(`the webhook endpoint was answered ${answer.status}: ${await answer.text()}`);
};

/** Listens, and registers itself at the gateway. */
export const startHooked = async (gateway: string): Promise<Hooked> => {
  const waiting = new Map<string, { readonly at: Promise<number>; readonly tell: (at: number) => void }>();
  const of = (id: string) => {
    const known = waiting.get(id);
    if (known !== undefined) return known;
    let tell: (at: number) => void = () => undefined;
    const made = { at: new Promise<number>((resolve) => (tell = resolve)), tell: (at: number) => tell(at) };
    waiting.set(id, made);
    return made;
  };
  const take = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const at = performance.now();
    const event = Event.parse(JSON.parse(await textOf(request)));
    if (event.type === SUCCEEDED) of(event.data.object.id).tell(at);
    response.end("ok");
  };
  const server = createServer((request, response) => {
    take(request, response).catch(() => response.writeHead(400).end());
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  await register(gateway, `http://127.0.0.1:${Address.parse(server.address()).port}/hooks`);
  return {
    paidAt: (paymentId) => of(paymentId).at,
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  };
};
