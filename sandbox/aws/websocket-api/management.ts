/**
 * The management endpoint of WebSocket APIs, behind the AWS door: says something on an open socket, looks at it, closes it.
 * Whoever has left is answered with `GoneException`, as API Gateway does.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

import { listen } from "../../net/listen.ts";
import type { Listening } from "../../net/listen.ts";
import { readBody } from "../../net/read-body.ts";
import type { Connections } from "./connections.ts";
import { socketTarget } from "./socket-target.ts";

/** API Gateway's limit for one message. */
const MAX_MESSAGE_BYTES = 128 * 1024;

type Answer = { readonly status: number; readonly body?: object; readonly error?: string };

const GONE: Answer = { status: 410, error: "GoneException", body: { message: "Gone" } };

const manage = async (connections: Connections, request: IncomingMessage): Promise<Answer> => {
  const target = socketTarget(request.url ?? "/");
  if (target === null) return { status: 404, error: "NotFoundException" };
  switch (request.method) {
    case "POST": {
      const body = await readBody(request, MAX_MESSAGE_BYTES);
      if (body === null) return { status: 413, error: "PayloadTooLargeException" };
      return connections.say(target.connection, body.toString("utf8")) ? { status: 200 } : GONE;
    }
    case "GET": {
      const found = connections.find(target.connection);
      if (found === null) return GONE;
      const time = (at: number): string => new Date(at).toISOString();
      const identity = { sourceIp: found.sourceIp, userAgent: found.userAgent };
      const body = { connectedAt: time(found.connectedAt), lastActiveAt: time(found.lastActiveAt), identity };
      return { status: 200, body };
    }
    case "DELETE":
      return connections.close(target.connection) ? { status: 204 } : GONE;
    default:
      return { status: 405, error: "BadRequestException" };
  }
};

const write = (response: ServerResponse, { status, body, error }: Answer): void => {
  response.writeHead(status, {
    "content-type": "application/json",
    ...(error === undefined ? {} : { "x-amzn-errortype": error }),
  });
  response.end(body === undefined ? undefined : JSON.stringify(body));
};

export const startManagement = (connections: Connections): Promise<Listening> => {
  const server = createServer((request, response) => {
    manage(connections, request).then(
      (answer) => write(response, answer),
      () => response.destroy(),
    );
  });
  return listen(server, 0);
};
