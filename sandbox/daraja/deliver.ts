/**
 * Sends callbacks over the network. The local address is chosen per request, so a receiver on the same machine can be
 * shown a source it trusts (127.0.0.1) or one it does not (127.0.0.2). Every connection is new: a callback never dies
 * on a connection the other side had already closed. However many wait for their turn, each has its whole time once it
 * travels: a slow receiver makes results late and loses none.
 */
import { Agent as HttpAgent, request as httpRequest, type ClientRequest, type IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Deliver } from "./core/exchange.ts";

const CONNECTIONS_MAX = 128;
const BODY_MAX_BYTES = 65_536;

/** The answer's body as text; what is longer than anybody answers is cut off. */
const readText = async (response: IncomingMessage): Promise<string> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of response) {
    if (!(chunk instanceof Buffer)) continue;
    chunks.push(chunk);
    size += chunk.length;
    if (size > BODY_MAX_BYTES) break;
  }
  return Buffer.concat(chunks).subarray(0, BODY_MAX_BYTES).toString("utf8");
};

/** Lets so many in at a time, in the order they came. */
const createTurnstile = (max: number) => {
  const waiting = new Set<() => void>();
  let inside = 0;
  return {
    enter(): Promise<void> {
      inside += 1;
      return inside <= max ? Promise.resolve() : new Promise((resolve) => waiting.add(resolve));
    },
    leave(): void {
      inside -= 1;
      const [next] = waiting;
      if (next === undefined) return;
      waiting.delete(next);
      next();
    },
  };
};

/** A carrier for callbacks: at most 128 travel at once, the rest wait their turn. `close` cuts all of them short. */
export const createCarrier = (): { deliver: Deliver; close: () => void } => {
  const agents = { http: new HttpAgent({ keepAlive: false }), https: new HttpsAgent({ keepAlive: false }) };
  const turnstile = createTurnstile(CONNECTIONS_MAX);
  const underWay = new Set<ClientRequest>();
  let closed = false;

  const travel: Deliver = ({ url, headers, body, sourceAddress, timeoutMs, wantsBody }) =>
    new Promise((resolve, reject) => {
      const secure = url.startsWith("https:");
      const request = (secure ? httpsRequest : httpRequest)(url, {
        method: "POST",
        agent: secure ? agents.https : agents.http,
        headers: { ...headers, "Content-Length": String(Buffer.byteLength(body)) },
        localAddress: sourceAddress,
        signal: AbortSignal.timeout(timeoutMs),
      });
      underWay.add(request);
      request.once("close", () => underWay.delete(request));
      request.on("error", reject);
      request.once("response", (response) => {
        response.on("error", reject);
        const status = response.statusCode ?? 0;
        if (wantsBody) {
          readText(response).then((text) => resolve({ status, body: text }), reject);
        } else {
          response.resume();
          resolve({ status });
        }
      });
      request.end(body);
    });

  return {
    async deliver(request, isObsolete) {
      await turnstile.enter();
      try {
        if (closed || isObsolete?.()) throw new Error("nobody waits for it any more");
        return await travel(request);
      } finally {
        turnstile.leave();
      }
    },
    close() {
      closed = true;
      for (const request of underWay) request.destroy();
    },
  };
};
