/** What API Gateway tells a function of a socket: the proxy event of WebSocket APIs. */
import { randomUUID } from "node:crypto";

import type { Connection } from "./connections.ts";
import type { WebSocketApi } from "./read-websocket-apis.ts";

export type Opening = {
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly query: URLSearchParams;
};

export type Happening =
  | ({ readonly route: "$connect" } & Opening)
  | { readonly route: "$default"; readonly body: string }
  | { readonly route: "$disconnect"; readonly code: number };

const EVENT_TYPES = { $connect: "CONNECT", $default: "MESSAGE", $disconnect: "DISCONNECT" } as const;

const lists = (pairs: Iterable<readonly [string, string]>): Record<string, string[]> => {
  const all: Record<string, string[]> = {};
  for (const [name, value] of pairs) all[name] = [...(all[name] ?? []), value];
  return all;
};

/** The last of several values, as everywhere in API Gateway. */
const singles = (several: Readonly<Record<string, readonly string[]>>): Record<string, string> =>
  Object.fromEntries(Object.entries(several).map(([name, values]) => [name, values.at(-1) ?? ""]));

const openingParts = ({ headers, query }: Opening): object => {
  const [several, asked] = [lists(headers), lists(query)];
  return {
    headers: singles(several),
    multiValueHeaders: several,
    ...(query.size === 0 ? {} : { queryStringParameters: singles(asked), multiValueQueryStringParameters: asked }),
  };
};

/** `at`: epoch milliseconds. */
export const socketEvent = (
  { api, connection, at }: { readonly api: WebSocketApi; readonly connection: Connection; readonly at: number },
  happening: Happening,
): object => {
  const requestId = randomUUID();
  return {
    ...(happening.route === "$connect" ? openingParts(happening) : {}),
    ...(happening.route === "$default" ? { body: happening.body } : {}),
    requestContext: {
      routeKey: happening.route,
      eventType: EVENT_TYPES[happening.route],
      ...(happening.route === "$disconnect" ? { disconnectStatusCode: happening.code, disconnectReason: "" } : {}),
      ...(happening.route === "$default" ? { messageId: requestId } : {}),
      requestId,
      extendedRequestId: requestId,
      requestTime: new Date(at).toUTCString(),
      requestTimeEpoch: at,
      messageDirection: "IN",
      stage: api.stage,
      apiId: api.id,
      domainName: `${api.id}.execute-api.sandbox`,
      connectionId: connection.id,
      connectedAt: connection.connectedAt,
      identity: { sourceIp: connection.sourceIp, userAgent: connection.userAgent },
    },
    isBase64Encoded: false,
  };
};
