/** Sockets as API Gateway has them: opened by a function, answered by it, spoken on from elsewhere, and ended in time. */
import {
  ApiGatewayManagementApiClient,
  DeleteConnectionCommand,
  GetConnectionCommand,
  GoneException,
  PostToConnectionCommand,
} from "@aws-sdk/client-apigatewaymanagementapi";
import { CfnApi, CfnIntegration, CfnRoute, CfnRouteResponse, CfnStage } from "aws-cdk-lib/aws-apigatewayv2";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Function as Lambda } from "aws-cdk-lib/aws-lambda";
import type { Stack } from "aws-cdk-lib";
import { afterAll, beforeAll, expect, onTestFinished, test } from "vitest";
import { WebSocket } from "ws";

import { startGateway } from "../../../../sandbox/gateway/gateway.ts";
import { runApp } from "./run-app.ts";
import type { RunningApp } from "./run-app.ts";

/** Lets in who says `?token=good`, says back what it was told, and fails when it is asked to. */
const ECHO = `
export const handler = async ({ requestContext, queryStringParameters, body }) => {
  const { eventType, connectionId } = requestContext;
  if (eventType === "CONNECT") return { statusCode: queryStringParameters?.token === "good" ? 200 : 401 };
  if (eventType === "DISCONNECT") { console.log("left " + connectionId); return { statusCode: 200 }; }
  if (body === "fail") throw new Error("not today");
  return { statusCode: 200, body: JSON.stringify({ heard: body, connectionId }) };
};`;

const socketApi = (stack: Stack, lambda: Lambda): void => {
  const api = new CfnApi(stack, "Sockets", {
    name: "sockets",
    protocolType: "WEBSOCKET",
    routeSelectionExpression: "$request.body.action",
  });
  const integration = new CfnIntegration(stack, "Echoing", {
    apiId: api.ref,
    integrationType: "AWS_PROXY",
    integrationUri: `arn:aws:apigateway:${stack.region}:lambda:path/2015-03-31/functions/${lambda.functionArn}/invocations`,
  });
  for (const [id, routeKey] of Object.entries({ In: "$connect", Out: "$disconnect", Said: "$default" })) {
    const route = new CfnRoute(stack, id, {
      apiId: api.ref,
      routeKey,
      target: `integrations/${integration.ref}`,
      ...(id === "Said" ? { routeResponseSelectionExpression: "$default" } : {}),
    });
    if (id === "Said")
      new CfnRouteResponse(stack, "Answer", { apiId: api.ref, routeId: route.ref, routeResponseKey: "$default" });
  }
  lambda.addPermission("Sockets", {
    principal: new ServicePrincipal("apigateway.amazonaws.com"),
    sourceArn: `arn:aws:execute-api:${stack.region}:${stack.account}:${api.ref}/live/*`,
  });
  new CfnStage(stack, "Live", { apiId: api.ref, stageName: "live", autoDeploy: true });
};

let app: RunningApp;
let url: string;
let close: () => Promise<void>;

beforeAll(async () => {
  app = await runApp((stack, lambda) => socketApi(stack, lambda("Echo", ECHO)));
  const pages = (): Promise<null> => Promise.resolve(null);
  const gateway = await startGateway(0, { hosted: [], pages, sockets: app.sockets, now: app.clock.now });
  url = gateway.url.replace("http", "ws");
  close = () => gateway.close();
});
afterAll(async () => {
  await close();
  await app.close();
});

interface Opened {
  readonly socket: WebSocket;
  readonly heard: () => Promise<string>;
  readonly closed: Promise<number>;
}

const open = async (): Promise<Opened> => {
  const socket = new WebSocket(`${url}/live?token=good`);
  onTestFinished(() => socket.terminate());
  const waiting: ((text: string) => void)[] = [];
  const texts: string[] = [];
  socket.on("message", (data: Buffer) => {
    const next = waiting.shift();
    if (next) next(data.toString());
    else texts.push(data.toString());
  });
  const closed = new Promise<number>((resolve) => socket.once("close", resolve));
  await new Promise((resolve, reject) => socket.once("open", resolve).once("error", reject));
  return {
    socket,
    closed,
    heard: () => {
      const text = texts.shift();
      return text === undefined ? new Promise((resolve) => waiting.push(resolve)) : Promise.resolve(text);
    },
  };
};

const nameOf = async ({ socket, heard }: Opened): Promise<string> => {
  socket.send("who am I");
  return (JSON.parse(await heard()) as { connectionId: string }).connectionId;
};

const refusal = (address: string): Promise<number | undefined> =>
  new Promise((resolve, reject) => {
    const socket = new WebSocket(address);
    socket.once("unexpected-response", (request, { statusCode }) => {
      request.destroy();
      resolve(statusCode);
    });
    socket.once("open", () => reject(new Error("it was let in")));
    socket.once("error", () => undefined);
  });

const manager = (): ApiGatewayManagementApiClient => {
  const api = app.deployment.ofType("AWS::ApiGatewayV2::Api")[0]!;
  const client = new ApiGatewayManagementApiClient({
    endpoint: `${api.attribute("ApiEndpoint").replace("ws", "http")}/live`,
    region: "af-south-1",
    credentials: { accessKeyId: "test", secretAccessKey: "x" },
  });
  onTestFinished(() => client.destroy());
  return client;
};

test("a socket is open only if the function behind $connect says so, and only at the API's stage", async () => {
  expect(await refusal(`${url}/live?token=bad`)).toBe(401);
  expect(await refusal(`${url}/live`)).toBe(401);
  expect(await refusal(`${url}/elsewhere?token=good`)).toBe(404);
});

test("what the function answers to a message comes back, and a fault says nothing of itself", async () => {
  const opened = await open();
  opened.socket.send("hello");
  expect(JSON.parse(await opened.heard())).toMatchObject({ heard: "hello" });
  opened.socket.send("fail");
  expect(JSON.parse(await opened.heard())).toMatchObject({ message: "Internal server error" });
});

test("somebody else says something on a socket, looks at it, and closes it; then it is gone", async () => {
  const opened = await open();
  const ConnectionId = await nameOf(opened);
  const client = manager();
  await client.send(new PostToConnectionCommand({ ConnectionId, Data: "from elsewhere" }));
  expect(await opened.heard()).toBe("from elsewhere");
  const { Identity, ConnectedAt } = await client.send(new GetConnectionCommand({ ConnectionId }));
  expect(Identity?.SourceIp).toBe("127.0.0.1");
  expect(ConnectedAt).toBeInstanceOf(Date);
  await client.send(new DeleteConnectionCommand({ ConnectionId }));
  expect(await opened.closed).toBe(1001);
  const late = client.send(new PostToConnectionCommand({ ConnectionId, Data: "too late" }));
  await expect(late).rejects.toBeInstanceOf(GoneException);
  expect(app.door.calls.counts()).toContainEqual(
    expect.objectContaining({ service: "execute-api", operation: "PostToConnection" }),
  );
});

test("the function is told when a socket is closed, by whomever", async () => {
  const opened = await open();
  const id = await nameOf(opened);
  opened.socket.close();
  await expect
    .poll(
      () =>
        app.functions
          .find("Echo")
          .logs()
          .map(({ text }) => text),
      { timeout: 10_000 },
    )
    .toContain(`left ${id}`);
});

test("a message of more than 32 KB ends the socket", async () => {
  const opened = await open();
  opened.socket.send("x".repeat(32 * 1024 + 1));
  expect(await opened.closed).toBe(1009);
});

test("ten silent minutes end a socket, and two hours end every one", async () => {
  const [silent, talking] = [await open(), await open()];
  await nameOf(silent);
  app.clock.travel(9 * 60_000);
  await nameOf(talking);
  app.clock.travel(60_000);
  expect(await silent.closed).toBe(1001);
  for (let minutes = 10; minutes < 120; minutes += 5) {
    app.clock.travel(5 * 60_000);
    if (minutes < 115) await nameOf(talking);
  }
  expect(await talking.closed).toBe(1001);
});

test("all sockets can be cut at once, without a word", async () => {
  const opened = await Promise.all([open(), open()]);
  expect(app.connections.cut()).toBeGreaterThanOrEqual(2);
  expect(await Promise.all(opened.map(({ closed }) => closed))).toEqual([1006, 1006]);
});
