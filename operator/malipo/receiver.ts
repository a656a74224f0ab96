/**
 * A place on this machine that webhooks can be sent to. What must stay true: it listens on the loopback address alone,
 * takes no more than a webhook can be, and hands the body on byte for byte.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { IncomingHttpHeaders, IncomingMessage, Server } from "node:http";

export interface Delivery {
  readonly body: Uint8Array;
  readonly headers: IncomingHttpHeaders;
}

export interface Receiver {
  readonly url: string;
  readonly close: () => Promise<void>;
}

/** `hear` says with which status a delivery is answered. */
export type OpenReceiver = (hear: (delivery: Delivery) => Promise<number>) => Promise<Receiver>;

const LARGEST_BODY = 1_048_576;

/** Null when there is more of it than any webhook has. */
const bodyOf = async (request: IncomingMessage): Promise<Uint8Array | null> => {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request) {
    if (!(chunk instanceof Uint8Array)) continue;
    size += chunk.byteLength;
    if (size > LARGEST_BODY) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
};

const portOf = (server: Server): number => {
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The receiver has no port.");
  return address.port;
};

/** Opens a receiver on a free port. */
export const openReceiver: OpenReceiver = async (hear) => {
  const server = createServer((request, response) => {
    const answer = async (): Promise<number> => {
      if (request.method !== "POST") return 405;
      const body = await bodyOf(request);
      return body === null ? 413 : hear({ body, headers: request.headers });
    };
    answer().then(
      (status) => response.writeHead(status).end(),
      () => response.writeHead(500).end(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${portOf(server)}/`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
