/**
 * The one public address of the sandbox: every REST API of the template behind it, each answering for the paths under its
 * own first segments, as behind a custom domain without a stage prefix. Sockets are opened at their API's stage, `/ws`. The
 * sandbox's own page is at `/`.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";

import type { RestApi } from "../aws/rest-api/model.ts";
import type { GatewayAnswer, GatewayRequest } from "../aws/rest-api/exchange.ts";
import type { HandleRequest } from "../aws/rest-api/rest-api.ts";
import type { SocketHost } from "../aws/websocket-api/host-websocket-apis.ts";
import { listen } from "../net/listen.ts";
import type { Listening } from "../net/listen.ts";
import { readBody } from "../net/read-body.ts";
import { compressed } from "./page-answer.ts";

/** API Gateway's limits. */
const MAX_BODY_BYTES = 10 * 1024 * 1024;
const MAX_HEADER_BYTES = 10_240;

export type Hosted = { readonly api: RestApi; readonly handle: HandleRequest };
/** Answers for files, the sandbox's own and the pages'; null when the path is not one of them. */
export type Pages = (path: string) => Promise<GatewayAnswer | null>;

export const startGateway = (
  port: number,
  { hosted, pages, sockets, now }: { hosted: readonly Hosted[]; pages: Pages; sockets: SocketHost; now: () => number },
): Promise<Listening> => {
  const find = apiFinder(hosted);
  const server = createServer({ maxHeaderSize: MAX_HEADER_BYTES }, (request, response) => {
    answerRequest(request, { find, pages, now }).then(
      (answer) => write(response, request, answer),
      () => response.destroy(),
    );
  });
  server.on("upgrade", (request, socket, head) => sockets.open(request, socket, head));
  return listen(server, port, "PORT");
};

type FindApi = (path: string) => Hosted | null;

const answerRequest = async (
  request: IncomingMessage,
  { find, pages, now }: { find: FindApi; pages: Pages; now: () => number },
): Promise<GatewayAnswer & { readonly requestId: string }> => {
  const requestId = randomUUID();
  const { path, query } = target(request);
  const page = request.method === "GET" || request.method === "HEAD" ? await pages(path) : null;
  if (page !== null) return { ...compressed(page, request.headers["accept-encoding"]), requestId };
  const api = find(path);
  if (api === null) return { status: 404, headers: [], body: Buffer.alloc(0), requestId };
  const read: GatewayRequest = {
    method: request.method ?? "GET",
    path,
    query,
    headers: headerPairs(request.rawHeaders),
    body: await readBody(request, MAX_BODY_BYTES),
    sourceIp: (request.socket.remoteAddress ?? "").replace(/^::ffff:/, ""),
    requestId,
    receivedAt: now(),
  };
  return { ...(await api.handle(read)), requestId };
};

/** Cut by hand: the URL parser would resolve `..` and hide from the functions what was really asked. */
const target = (request: IncomingMessage): { path: string; query: URLSearchParams } => {
  const [path = "/", ...query] = (request.url ?? "/").split("?");
  return { path, query: new URLSearchParams(query.join("?")) };
};

const headerPairs = (raw: readonly string[]): [string, string][] =>
  Array.from({ length: raw.length / 2 }, (_unused, index) => [raw[2 * index] ?? "", raw[2 * index + 1] ?? ""]);

/** The API that has the path's first segment; else the largest, which then says that there is no such path. */
const apiFinder = (hosted: readonly Hosted[]): FindApi => {
  const bySize = [...hosted].sort((a, b) => b.api.root.children.size - a.api.root.children.size);
  return (path) => {
    const first = path.split("/")[1] ?? "";
    return bySize.find(({ api }) => api.root.children.has(first)) ?? bySize[0] ?? null;
  };
};

const write = (
  response: ServerResponse,
  request: IncomingMessage,
  answer: GatewayAnswer & { readonly requestId: string },
): void => {
  response.statusCode = answer.status;
  const several = new Map<string, string[]>();
  for (const [name, value] of answer.headers) several.set(name, [...(several.get(name) ?? []), value]);
  for (const [name, values] of several) response.setHeader(name, values.length === 1 ? (values[0] ?? "") : values);
  response.setHeader("x-amzn-requestid", answer.requestId);
  if (answer.status !== 204) response.setHeader("content-length", answer.body.length);
  response.end(request.method === "HEAD" || answer.status === 204 ? undefined : answer.body);
};
