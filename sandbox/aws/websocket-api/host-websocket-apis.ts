/**
 * Every WebSocket API of the template, ready to open sockets, after checking that each may invoke the functions behind it.
 * What must stay true: a socket is open only after its `$connect` route has said so.
 */
import type { IncomingMessage } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer } from "ws";
import type { RawData, WebSocket } from "ws";
import * as z from "zod";

import type { Functions } from "../../lambda/read-functions.ts";
import type { Deployment } from "../../template/deployment.ts";
import type { RequirePermission } from "../../template/permissions.ts";
import { createLimits } from "../rest-api/limits.ts";
import type { Limits } from "../rest-api/limits.ts";
import type { Connection, Connections } from "./connections.ts";
import { readWebSocketApis } from "./read-websocket-apis.ts";
import type { WebSocketApi } from "./read-websocket-apis.ts";
import { socketEvent } from "./socket-event.ts";
import type { Happening, Opening } from "./socket-event.ts";

/** API Gateway's limit for one frame. */
const MAX_FRAME_BYTES = 32 * 1024;

export type SocketHost = {
  /** Opens a socket for a request that asks to be upgraded, or refuses it. */
  open(request: IncomingMessage, socket: Duplex, head: Buffer): void;
};

export type SocketHostOptions = {
  readonly deployment: Deployment;
  readonly functions: Functions;
  readonly connections: Connections;
  readonly requirePermission: RequirePermission;
  readonly now: () => number;
  /** Told whether the function behind a route failed, each time it was asked. */
  readonly onAsked?: (api: WebSocketApi, isFault: boolean) => void;
};

const Result = z.object({ statusCode: z.number().int(), body: z.string().optional() });
type Result = z.infer<typeof Result>;

type Refusal = 401 | 403 | 404 | 429 | 500;

const refuse = (socket: Duplex, status: Refusal): void => {
  socket.end(`HTTP/1.1 ${status} Refused\r\nconnection: close\r\ncontent-length: 0\r\n\r\n`);
};

const textOf = (data: RawData): string =>
  (Array.isArray(data)
    ? Buffer.concat(data)
    : Buffer.from(data instanceof ArrayBuffer ? new Uint8Array(data) : data)
  ).toString("utf8");

const openingOf = ({ url = "/", rawHeaders }: IncomingMessage): Opening & { readonly path: string } => {
  const [path = "/", query = ""] = url.split("?");
  const headers = Array.from(
    { length: rawHeaders.length / 2 },
    (_unused, index) => [rawHeaders[2 * index] ?? "", rawHeaders[2 * index + 1] ?? ""] as const,
  );
  return { path, headers, query: new URLSearchParams(query) };
};

const mayInvoke = ({ deployment, requirePermission }: SocketHostOptions, api: WebSocketApi): void => {
  const { region, accountId } = deployment.place;
  for (const [key, { functionArn }] of api.routes)
    requirePermission({
      functionArn,
      principal: "apigateway.amazonaws.com",
      sourceArn: `arn:aws:execute-api:${region}:${accountId}:${api.id}/${api.stage}/${key}`,
    });
};

type Host = Pick<SocketHostOptions, "functions" | "connections" | "now"> & {
  readonly onAsked: NonNullable<SocketHostOptions["onAsked"]>;
  readonly apis: readonly WebSocketApi[];
  readonly limits: Limits;
  readonly server: WebSocketServer;
};

/** An API, and one socket of it. */
type Place = { readonly api: WebSocketApi; readonly connection: Connection };

/** Null when there is no such route, or its function failed. */
const tell = async (
  { functions, now, onAsked }: Host,
  { api, connection }: Place,
  happening: Happening,
): Promise<Result | null> => {
  const route = api.routes.get(happening.route);
  if (route === undefined) return null;
  const event = socketEvent({ api, connection, at: now() }, happening);
  const result = await functions.find(route.functionArn).invoke(event);
  const answer = result.ok ? (Result.safeParse(result.payload).data ?? null) : null;
  onAsked(api, answer === null || answer.statusCode >= 500);
  return answer;
};

const isThrottled = ({ limits }: Host, { id, throttle }: WebSocketApi): boolean =>
  throttle !== null && !limits.take(id, throttle);

/** What a socket is told when a message could not be dealt with, as API Gateway words it. */
const trouble = (connection: Connection, message: string): string =>
  JSON.stringify({ message, connectionId: connection.id });

const answerTo = async (host: Host, place: Place, body: string): Promise<string | null> => {
  if (isThrottled(host, place.api)) return trouble(place.connection, "Too Many Requests");
  const result = await tell(host, place, { route: "$default", body });
  if (result === null) return trouble(place.connection, "Internal server error");
  return place.api.routes.get("$default")?.answers === true ? (result.body ?? null) : null;
};

const hear = async (host: Host, place: Place, body: string): Promise<void> => {
  const { id } = place.connection;
  host.connections.spoke(id);
  const answer = await answerTo(host, place, body);
  if (answer !== null) host.connections.say(id, answer);
};

const welcome = (host: Host, place: Place, socket: WebSocket): void => {
  host.connections.add(place.connection, socket);
  socket.on("error", () => socket.terminate());
  socket.on("message", (data) => void hear(host, place, textOf(data)));
  socket.once("close", (code) => void tell(host, place, { route: "$disconnect", code }));
};

/** The socket that may be opened, or the status with which it is refused. */
const admit = async (host: Host, request: IncomingMessage): Promise<Place | Refusal> => {
  const { path, ...opening } = openingOf(request);
  const api = host.apis.find(({ stage }) => path === `/${stage}`);
  if (api === undefined) return 404;
  if (isThrottled(host, api)) return 429;
  const connection: Connection = {
    id: host.connections.name(),
    connectedAt: host.now(),
    sourceIp: (request.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    userAgent: request.headers["user-agent"] ?? "",
  };
  const result = await tell(host, { api, connection }, { route: "$connect", ...opening });
  if (result === null) return 500;
  if (result.statusCode >= 300) return result.statusCode === 401 ? 401 : 403;
  return { api, connection };
};

export const hostWebSocketApis = (options: SocketHostOptions): SocketHost => {
  const { deployment, functions, connections, now, onAsked = () => undefined } = options;
  const server = new WebSocketServer({ noServer: true, maxPayload: MAX_FRAME_BYTES, clientTracking: false });
  const apis = readWebSocketApis(deployment);
  for (const api of apis) mayInvoke(options, api);
  const host: Host = { functions, connections, now, onAsked, apis, limits: createLimits(now), server };

  const open = async (request: IncomingMessage, socket: Duplex, head: Buffer): Promise<void> => {
    const admitted = await admit(host, request);
    if (typeof admitted === "number") refuse(socket, admitted);
    else server.handleUpgrade(request, socket, head, (opened) => welcome(host, admitted, opened));
  };
  return {
    open(request, socket, head) {
      socket.on("error", () => socket.destroy());
      open(request, socket, head).catch(() => socket.destroy());
    },
  };
};
