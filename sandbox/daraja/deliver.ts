/**
 * Sends callbacks over the network. The local address is chosen per request, so a receiver on the same machine can be
 * shown a source it trusts (127.0.0.1) or one it does not (127.0.0.2). Every connection is new: a callback never dies
 * on a connection the other side had already closed.
 */
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { Deliver } from "./core/exchange.ts";

const CONNECTIONS_MAX = 128;

const httpAgent = (): HttpAgent => new HttpAgent({ keepAlive: false, maxTotalSockets: CONNECTIONS_MAX });
const httpsAgent = (): HttpsAgent => new HttpsAgent({ keepAlive: false, maxTotalSockets: CONNECTIONS_MAX });

/** A carrier for callbacks; at most 128 travel at once, the rest wait their turn. */
export const createDeliver = (): Deliver => {
  const agents = { http: httpAgent(), https: httpsAgent() };
  return ({ url, headers, body, sourceAddress, timeoutMs }) =>
    new Promise((resolve, reject) => {
      const secure = url.startsWith("https:");
      const request = (secure ? httpsRequest : httpRequest)(url, {
        method: "POST",
        agent: secure ? agents.https : agents.http,
        headers: { ...headers, "Content-Length": String(Buffer.byteLength(body)) },
        localAddress: sourceAddress,
        signal: AbortSignal.timeout(timeoutMs),
      });
      request.once("error", reject);
      request.once("response", (response) => {
        response.once("error", reject);
        response.resume();
        resolve({ status: response.statusCode ?? 0 });
      });
      request.end(body);
    });
};
