/**
 * The simulator on a port: carries requests into the core and carries out what the core decides, be it an answer, a
 * late answer or a connection reset. No request body grows past its cap, no connection is held for ever.
 */
import { randomInt } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "./core/clock.ts";
import { htmlAnswer, type Answer, type IncomingRequest, type Outcome } from "./core/exchange.ts";
import { createSimulator, type Simulator, type SimulatorParts } from "./core/simulator.ts";
import { createCarrier } from "./deliver.ts";
import { createEventStream } from "./event-stream.ts";
import { readPageFiles } from "./page-files.ts";

export type SimulatorOptions = Partial<SimulatorParts> & {
  /** 0 picks a free port. */
  readonly port?: number;
  /** The address to listen on; the loopback unless told otherwise. */
  readonly host?: string;
};

export type RunningSimulator = {
  /** Base URL without a trailing slash: what a client takes for `https://sandbox.safaricom.co.ke`. */
  readonly url: string;
  readonly core: Simulator;
  /** Stops listening, cuts every connection, callbacks on their way included, and cancels every wait. */
  close(): Promise<void>;
};

const BODY_MAX_BYTES = 65_536;
const ANSWER_MAX_WAIT_MS = 180_000;

/** The machine's own clock. */
const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, run) {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
  },
};

const tooLarge = htmlAnswer(413, "<html><body><h1>413 Request Entity Too Large</h1></body></html>");
const broken = htmlAnswer(500, "<html><body><h1>500 Internal Server Error</h1></body></html>");

/** The body as text; null when it is over the cap. */
const readBody = async (request: IncomingMessage): Promise<string | null> => {
  if (Number(request.headers["content-length"] ?? 0) > BODY_MAX_BYTES) return null;
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!(chunk instanceof Buffer)) continue;
    size += chunk.length;
    if (size > BODY_MAX_BYTES) return null;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
};

const headersOf = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(", ") : (value ?? ""),
    ]),
  );

const carryOut = async (outcome: Outcome, response: ServerResponse): Promise<void> => {
  if (outcome.holdMs !== undefined) {
    const gone = new AbortController();
    response.once("close", () => gone.abort());
    await pause(outcome.holdMs, undefined, { signal: gone.signal }).catch(() => undefined);
  }
  if (outcome.kind === "reset") response.socket?.resetAndDestroy();
  else respond(outcome, response);
};

const respond = (answer: Answer, response: ServerResponse): void => {
  const body = answer.bytes ?? answer.body;
  const headers = { ...answer.headers, "content-length": Buffer.byteLength(body) };
  if (answer.reason === undefined) response.writeHead(answer.status, headers);
  else response.writeHead(answer.status, answer.reason, headers);
  response.end(body);
};

type Parts = {
  readonly core: Simulator;
  readonly pages: ReadonlyMap<string, Answer>;
  readonly events: ReturnType<typeof createEventStream>;
};

const servePage = ({ pages, events }: Parts, path: string, response: ServerResponse): boolean => {
  const page = pages.get(path);
  if (page !== undefined) respond(page, response);
  else if (path === "/simulator/events") events.open(response);
  else return false;
  return true;
};

const carryIn = async (parts: Parts, request: IncomingMessage, response: ServerResponse) => {
  const method = request.method ?? "GET";
  const path = request.url ?? "/";
  const [pathname = "/"] = path.split("?", 1);
  if (method === "GET" && servePage(parts, pathname, response)) return;
  response.setTimeout(ANSWER_MAX_WAIT_MS, () => request.socket.destroy());
  const body = await readBody(request);
  if (body === null) {
    response.once("finish", () => request.destroy());
    respond({ ...tooLarge, headers: { ...tooLarge.headers, connection: "close" } }, response);
    return;
  }
  const remoteAddress = request.socket.remoteAddress ?? "";
  const incoming: IncomingRequest = { method, path, headers: headersOf(request), body, remoteAddress };
  await carryOut(await parts.core.handle(incoming), response);
};

const listen = (server: Server, port: number, host: string): Promise<AddressInfo> =>
  new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, host, () => {
      const address = server.address();
      if (address === null || typeof address === "string") reject(new Error("The server has no TCP address."));
      else resolve(address);
    });
  });

/** Starts a simulator of its own; several may run side by side. Rejects with `EADDRINUSE` when the port is taken. */
export const startSimulator = async (options: SimulatorOptions = {}): Promise<RunningSimulator> => {
  const { port = 0, host = "127.0.0.1", ...parts } = options;
  const pages = await readPageFiles();
  const carrier = createCarrier();
  const clock = parts.clock ?? systemClock;
  const core = createSimulator({ clock, deliver: carrier.deliver, seed: randomInt(2 ** 32), ...parts });
  const events = createEventStream(core, clock);
  const server = createServer((request, response) => {
    carryIn({ core, pages, events }, request, response).catch(() => {
      if (request.destroyed || response.headersSent) response.destroy();
      else respond(broken, response);
    });
  });
  const address = await listen(server, port, host);
  return {
    url: `http://${address.family === "IPv6" ? `[${address.address}]` : address.address}:${address.port}`,
    core,
    close: () =>
      new Promise((resolve) => {
        core.stop();
        carrier.close();
        events.close();
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
};
