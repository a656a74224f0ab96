/**
 * WebSockets as API Gateway brings them: opened, spoken on, closed; and saying something on one from anywhere. What must
 * stay true: a token that came in the address goes no further than to whoever checks it; a fault refuses a socket, or is
 * answered on it, and tells nothing of itself.
 */
import {
  ApiGatewayManagementApiClient,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import type { APIGatewayProxyWebsocketEventV2, Context } from "aws-lambda";
import * as z from "zod";

/** Something that happened on a socket. */
export type SocketEvent =
  | { readonly happened: "opened"; readonly connection: string; readonly token: string | null }
  | { readonly happened: "said"; readonly connection: string; readonly text: string }
  | { readonly happened: "closed"; readonly connection: string };

/** To `opened`: whether it may stay open. To `said`: what is said back, null for nothing. */
export interface SocketReply {
  readonly status: 200 | 401 | 500;
  readonly text: string | null;
}

interface SocketDeps {
  /** Called once for each invocation, before anything else. */
  readonly begin: (context: Context) => void;
  /** Turns a fault into a reply that says nothing about it. Logs it. */
  readonly broken: (fault: unknown, event: SocketEvent) => SocketReply;
}

interface SocketResult {
  readonly statusCode: number;
  readonly body?: string;
}

const Query = z.object({ queryStringParameters: z.object({ token: z.string() }) });

const toEvent = (event: APIGatewayProxyWebsocketEventV2): SocketEvent => {
  const { connectionId: connection, eventType } = event.requestContext;
  switch (eventType) {
    case "CONNECT":
      return {
        happened: "opened",
        connection,
        token: Query.safeParse(event).data?.queryStringParameters.token ?? null,
      };
    case "MESSAGE":
      return { happened: "said", connection, text: event.body ?? "" };
    case "DISCONNECT":
      return { happened: "closed", connection };
  }
};

export type SocketHandler = (event: APIGatewayProxyWebsocketEventV2, context: Context) => Promise<SocketResult>;

/** A Lambda handler for a WebSocket API around `answer`. */
export const onSocket =
  (deps: SocketDeps) =>
  (answer: (event: SocketEvent) => Promise<SocketReply>): SocketHandler =>
  async (proxied, context) => {
    deps.begin(context);
    const event = toEvent(proxied);
    let reply: SocketReply;
    try {
      reply = await answer(event);
    } catch (fault) {
      reply = deps.broken(fault, event);
    }
    return { statusCode: reply.status, ...(reply.text === null ? {} : { body: reply.text }) };
  };

/** Says something on a socket. `gone`: nobody is there any more. Rejects when it is not known whether it was heard. */
export type SendToSocket = (connection: string, text: string) => Promise<"sent" | "gone">;

/** A push is worth a second: who misses it asks. */
const TIMEOUT_MS = 1_000;

/** `endpoint`: the API's own, as its clients have it or as CloudFormation tells it: `wss://` or `https://`. */
export const createSocketClient = (endpoint: string): ApiGatewayManagementApiClient =>
  new ApiGatewayManagementApiClient({
    endpoint: endpoint.replace(/^ws/, "http"),
    maxAttempts: 2,
    requestHandler: { connectionTimeout: 500, requestTimeout: TIMEOUT_MS, throwOnRequestTimeout: true },
  });

export const createSendToSocket =
  (client: () => Pick<ApiGatewayManagementApiClient, "send">): SendToSocket =>
  async (connection, text) => {
    try {
      const post = new PostToConnectionCommand({ ConnectionId: connection, Data: text });
      await client().send(post, { abortSignal: AbortSignal.timeout(TIMEOUT_MS) });
      return "sent";
    } catch (fault) {
      if (fault instanceof GoneException) return "gone";
      throw fault;
    }
  };
