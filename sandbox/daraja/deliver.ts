/**
 * Sends callbacks over the network. The local address is chosen per request, so a receiver on the same machine can be
 * shown a source it trusts (127.0.0.1) or one it does not (127.0.0.2). Every connection is new: a callback never dies
 * on a connection the other side had already closed.
 */
import { Agent as HttpAgent, request as httpRequest, type ClientRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Deliver } from "./core/exchange.ts";

const CONNECTIONS_MAX = 128;

const httpAgent = (): HttpAgent => new HttpAgent({ keepAlive: false, maxTotalSockets: CONNECTIONS_MAX });
const httpsAgent = (): HttpsAgent => new HttpsAgent({ keepAlive: false, maxTotalSockets: CONNECTIONS_MAX });

/** A carrier for callbacks: at most 128 travel at once, the rest wait their turn. `close` cuts all of them short. */
export const createCarrier = (): { deliver: Deliver; close: () => void } => {
  const agents = { http: httpAgent(), https: httpsAgent() };
  const underWay = new Set<ClientRequest>();
  const deliver: Deliver = ({ url, headers, body, sourceAddress, timeoutMs }) =>
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
        response.resume();
        resolve({ status: response.statusCode ?? 0 });
      });
      request.end(body);
    });
  return {
    deliver,
    close() {
      for (const request of underWay) request.destroy();
    },
  };
};
