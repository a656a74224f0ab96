/** A shop's webhook receiver on this machine: keeps what it was sent, and answers as it is told. */
import { createServer } from "node:http";
import type { IncomingHttpHeaders, ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import * as z from "zod";

export interface Received {
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly event: z.infer<typeof Event>;
}

const Event = z.object({
  id: z.string(),
  type: z.string(),
  created_at: z.string(),
  sequence: z.number(),
  data: z.object({ object: z.record(z.string(), z.unknown()) }),
});

export interface Receiver {
  readonly url: string;
  readonly received: readonly Received[];
  readonly close: () => Promise<void>;
}

/** `answer` is told how many requests came before this one. */
export const startReceiver = async (
  answer: (response: ServerResponse, before: number) => void = (response) => void response.end("ok"),
): Promise<Receiver> => {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const body = Buffer.concat(chunks).toString();
      received.push({ headers: request.headers, body, event: Event.parse(JSON.parse(body)) });
      answer(response, received.length - 1);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/hooks`,
    received,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
