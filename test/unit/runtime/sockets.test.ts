/** Sockets at the border: what API Gateway tells becomes one of three events, and a push says whether anybody was there. */
import { GoneException } from "@aws-sdk/client-apigatewaymanagementapi";
import type { PostToConnectionCommand } from "@aws-sdk/client-apigatewaymanagementapi";
import type { APIGatewayProxyWebsocketEventV2, Context } from "aws-lambda";
import { expect, test } from "vitest";
import { createSendToSocket, createSocketClient, onSocket } from "../../../functions/runtime/sockets.ts";
import type { SocketEvent, SocketReply } from "../../../functions/runtime/sockets.ts";

const proxied = (eventType: string, more: object = {}): APIGatewayProxyWebsocketEventV2 =>
  ({
    requestContext: { eventType, connectionId: "c=" },
    isBase64Encoded: false,
    ...more,
  }) as unknown as APIGatewayProxyWebsocketEventV2;
const context = {} as Context;

const handlerOf = (answer: (event: SocketEvent) => Promise<SocketReply>) => {
  const begun: Context[] = [];
  const faults: unknown[] = [];
  const begin = (invocation: Context): void => void begun.push(invocation);
  const broken = (fault: unknown): SocketReply => {
    faults.push(fault);
    return { status: 500, text: null };
  };
  return { handler: onSocket({ begin, broken })(answer), begun, faults };
};

test("opening, speaking and closing are told apart, and a token is whatever the address says", async () => {
  const events: SocketEvent[] = [];
  const { handler, begun } = handlerOf((event) => {
    events.push(event);
    return Promise.resolve({ status: 200, text: event.happened === "said" ? "heard" : null });
  });
  const query = { queryStringParameters: { token: "ct_1" } };
  expect(await handler(proxied("CONNECT", query), context)).toEqual({ statusCode: 200 });
  expect(await handler(proxied("CONNECT"), context)).toEqual({ statusCode: 200 });
  expect(await handler(proxied("CONNECT", { queryStringParameters: { other: "x" } }), context)).toEqual({
    statusCode: 200,
  });
  expect(await handler(proxied("MESSAGE", { body: "hello" }), context)).toEqual({ statusCode: 200, body: "heard" });
  await handler(proxied("MESSAGE"), context);
  await handler(proxied("DISCONNECT"), context);
  expect(events).toEqual([
    { happened: "opened", connection: "c=", token: "ct_1" },
    { happened: "opened", connection: "c=", token: null },
    { happened: "opened", connection: "c=", token: null },
    { happened: "said", connection: "c=", text: "hello" },
    { happened: "said", connection: "c=", text: "" },
    { happened: "closed", connection: "c=" },
  ]);
  expect(begun).toHaveLength(6);
});

test("a fault becomes the reply that was made for it", async () => {
  const fault = new Error("down");
  const { handler, faults } = handlerOf(() => Promise.reject(fault));
  expect(await handler(proxied("CONNECT"), context)).toEqual({ statusCode: 500 });
  expect(faults).toEqual([fault]);
});

const sending = (send: (command: PostToConnectionCommand) => Promise<unknown>) => createSendToSocket(() => ({ send }));

test("a push is sent, or nobody is there, or nobody knows", async () => {
  const said: unknown[] = [];
  const heard = sending(({ input }) => Promise.resolve(void said.push(input)));
  expect(await heard("c=", "news")).toBe("sent");
  expect(said).toEqual([{ ConnectionId: "c=", Data: "news" }]);
  const gone = new GoneException({ message: "Gone", $metadata: {} });
  expect(await sending(() => Promise.reject(gone))("c=", "news")).toBe("gone");
  await expect(sending(() => Promise.reject(new Error("forbidden")))("c=", "news")).rejects.toThrow("forbidden");
});

test.each([
  ["wss://api.execute-api.af-south-1.amazonaws.com/ws", "https:"],
  ["ws://127.0.0.1:9000/api/ws", "http:"],
])("sockets at %s are spoken on over %s", async (endpoint, protocol) => {
  const client = createSocketClient(endpoint);
  const found = await client.config.endpoint?.();
  expect(found).toMatchObject({ protocol, path: new URL(endpoint).pathname });
  client.destroy();
});
