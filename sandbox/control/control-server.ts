/**
 * The control port: counts, faults, logs, invocations, the clock. It is a port of its own, so that nothing of it can be
 * reached by a path of the gateway. Routes are listed in sandbox/README.md.
 */
import { createServer } from "node:http";
import type { IncomingMessage, ServerResponse } from "node:http";
import * as z from "zod";

import type { CallCounter } from "../aws/door/call-counter.ts";
import type { Faults } from "../aws/door/faults.ts";
import type { Guard } from "../aws/iam/guard.ts";
import { viewOfAlarm } from "../aws/metrics/alarm-view.ts";
import type { Metrics } from "../aws/metrics/metrics.ts";
import type { Mappings } from "../aws/mappings/read-mappings.ts";
import type { Queues } from "../aws/queues/queues.ts";
import type { Schedules } from "../aws/schedules/schedules.ts";
import type { Connections } from "../aws/websocket-api/connections.ts";
import type { TravelClock } from "../clock.ts";
import type { Functions } from "../lambda/read-functions.ts";
import { listen } from "../net/listen.ts";
import type { Listening } from "../net/listen.ts";
import { readBody } from "../net/read-body.ts";
import type { Deployment } from "../template/deployment.ts";
import { Deliveries, FaultRule, Invocation, Kill, Travel } from "./contract.ts";

const MAX_BODY_BYTES = 8 * 1024 * 1024;

export type Controlled = {
  readonly deployment: Deployment;
  readonly functions: Functions;
  readonly calls: CallCounter;
  readonly faults: Faults;
  readonly guard: Pick<Guard, "denials">;
  readonly schedules: Schedules;
  readonly clock: TravelClock;
  readonly mappings: Mappings;
  readonly queues: Queues | null;
  readonly connections: Pick<Connections, "cut">;
  readonly metrics: Pick<Metrics, "alarms" | "draw">;
};

type Input = { readonly name: string; readonly body: unknown };
type Route = (parts: Controlled, input: Input) => unknown;

/** In minutes. */
const HOUR = 60;

const done = { done: true };
const timeOf = ({ now }: TravelClock): { readonly now: string } => ({ now: new Date(now()).toISOString() });

/** `*` stands for one name in the path. */
const ROUTES: Readonly<Record<string, Route>> = {
  "GET /metrics": ({ calls }) => calls.counts(),
  "DELETE /metrics": ({ calls }) => {
    calls.reset();
    return done;
  },
  "GET /metrics/series": ({ metrics }) => metrics.draw(HOUR, 1),
  "GET /alarms": async ({ metrics }) => (await metrics.alarms()).map(viewOfAlarm),
  "POST /faults": ({ faults }, { body }) => {
    faults.inject(FaultRule.parse(body));
    return done;
  },
  "DELETE /faults": ({ faults }) => {
    faults.clear();
    return done;
  },
  "GET /denials": ({ guard }) => guard.denials(),
  "POST /functions/*/invocations": ({ functions }, { name, body }) => {
    const { event, timeout_ms: timeoutMs } = Invocation.parse(body);
    return functions.find(name).invoke(event, timeoutMs === undefined ? {} : { timeoutMs });
  },
  "POST /functions/*/kills": async ({ functions }, { name, body }) => ({
    killed: await functions.find(name).kill(Kill.parse(body).most),
  }),
  "GET /functions/*/logs": ({ functions }, { name }) => functions.find(name).logs(),
  "GET /queues/*/messages": ({ deployment, queues }, { name }) => {
    const queue = deployment.ofType("AWS::SQS::Queue").find(({ logicalId }) => logicalId.startsWith(name));
    if (queue === undefined || queues === null) throw new Error(`No queue is called "${name}".`);
    return queues.peek(queue.attribute("Arn"));
  },
  "GET /resources": ({ deployment }) =>
    deployment.resources.map(({ logicalId, type, ref }) => ({ logical_id: logicalId, type, name: ref })),
  "GET /running": ({ functions }) => ({ running: functions.all.reduce((sum, fn) => sum + fn.running(), 0) }),
  "GET /time": ({ clock }) => timeOf(clock),
  "POST /time": ({ clock }, { body }) => {
    clock.travel(Travel.parse(body).seconds * 1_000);
    return timeOf(clock);
  },
  "POST /schedules/stop": ({ schedules }) => {
    schedules.stop();
    return done;
  },
  "POST /schedules/start": ({ schedules }) => {
    schedules.start();
    return done;
  },
  "POST /schedules/*/runs": ({ schedules }, { name }) => {
    schedules.run(name);
    return done;
  },
  "POST /mappings/stop": ({ mappings }) => {
    mappings.stop();
    return done;
  },
  "POST /mappings/start": ({ mappings }) => {
    mappings.start();
    return done;
  },
  "POST /sockets/cut": ({ connections }) => ({ cut: connections.cut() }),
  "PUT /mappings/deliveries": ({ mappings }, { body }) => {
    mappings.doubleDeliveries(Deliveries.parse(body).doubled);
    return done;
  },
};

export const startControl = (port: number, parts: Controlled): Promise<Listening> => {
  const server = createServer((request, response) => {
    handle(request, parts).then(
      (answer) => write(response, 200, answer),
      (error: unknown) => write(response, 400, { error: sentenceOf(error) }),
    );
  });
  return listen(server, port, "CONTROL_PORT");
};

const handle = async (request: IncomingMessage, parts: Controlled): Promise<unknown> => {
  const [path = ""] = (request.url ?? "").split("?");
  const asked = `${request.method ?? ""} ${path}`;
  for (const [pattern, route] of Object.entries(ROUTES)) {
    const match = new RegExp(`^${pattern.replace("*", "([^/]+)")}$`).exec(asked);
    if (match === null) continue;
    const text = (await readBody(request, MAX_BODY_BYTES))?.toString("utf8") ?? "";
    const body: unknown = text === "" ? {} : JSON.parse(text);
    return await route(parts, { name: decodeURIComponent(match[1] ?? ""), body });
  }
  throw new Error(`There is no ${asked}. There are: ${Object.keys(ROUTES).join(", ")}.`);
};

const sentenceOf = (error: unknown): string => {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  return error instanceof Error ? error.message : String(error);
};

const write = (response: ServerResponse, status: number, body: unknown): void => {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(`${JSON.stringify(body)}\n`);
};
