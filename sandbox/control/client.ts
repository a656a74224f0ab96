/** The control port from another process, typed: how tests look inside a sandbox that they did not start themselves. */
import * as z from "zod";

import type { CallCount, CallMatch } from "../aws/door/call-counter.ts";
import type { Fault } from "../aws/door/faults.ts";
import type { Denial } from "../aws/iam/guard.ts";
import type { InvokeResult as Result } from "../lambda/instance.ts";
import type { LogLine } from "../lambda/log-buffer.ts";
import {
  Alarms,
  CallCounts,
  Cut,
  Denials,
  Drawn,
  InvokeResult,
  Killed,
  Logs,
  Refused,
  Resources,
  Running,
  Time,
} from "./contract.ts";

export type SandboxControl = {
  /** Runs a function by its logical id, or the beginning of it, with `event`. */
  invoke(functionName: string, event: unknown, options?: { timeoutMs?: number }): Promise<Result>;
  logs(functionName: string): Promise<readonly LogLine[]>;
  /** AWS calls since the last reset, by caller, service and operation. */
  calls(): Promise<readonly CallCount[]>;
  resetCalls(): Promise<void>;
  /** Every alarm of the template, judged now. */
  alarms(): Promise<z.infer<typeof Alarms>>;
  /** The dashboard's graphs over the last hour, minute by minute. */
  graphs(): Promise<z.infer<typeof Drawn>>;
  inject(rule: { match?: CallMatch; fault: Fault; times?: number }): Promise<void>;
  clearFaults(): Promise<void>;
  /** Bodies of up to ten messages; they stay hidden for a minute. */
  messages(queue: string): Promise<readonly string[]>;
  /** Physical name by the beginning of a logical id, e.g. of a table. Throws when none or several fit. */
  nameOf(type: string, logicalId: string): Promise<string>;
  /** The logical ids of every resource of a type. */
  idsOf(type: string): Promise<readonly string[]>;
  /** What functions asked of AWS that their roles do not allow, each kind once. */
  denials(): Promise<readonly Denial[]>;
  /** How many invocations run or wait for an instance. */
  running(): Promise<number>;
  /** What time it is in the sandbox, epoch milliseconds. */
  now(): Promise<number>;
  /** Puts the clock forward by whole seconds; what becomes due runs, each schedule once. Gives the new time. */
  travel(seconds: number): Promise<number>;
  stopSchedules(): Promise<void>;
  startSchedules(): Promise<void>;
  /** Runs a schedule now, by its logical id or the beginning of it; resolves without waiting for its function. */
  runSchedule(name: string): Promise<void>;
  /** Nothing is delivered from queues and streams until the next start. */
  stopMappings(): Promise<void>;
  startMappings(): Promise<void>;
  /** Ends the instances of a function that run an invocation now, or `most` of them; resolves with their number. */
  killInstances(functionName: string, options?: { most?: number }): Promise<number>;
  /** Whether queues deliver every message twice from now on. */
  duplicateDeliveries(on: boolean): Promise<void>;
  /** Breaks every open socket, as a network does; gives their number. */
  cutSockets(): Promise<number>;
};

export const connectControl = (controlUrl: string): SandboxControl => {
  const ask = async <T>(schema: z.ZodType<T>, request: string, body?: unknown): Promise<T> => {
    const [method = "GET", path = "/"] = request.split(" ");
    const response = await fetch(`${controlUrl}${path}`, {
      method,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(`The sandbox refused ${request}: ${Refused.parse(answer).error}`);
    return schema.parse(answer);
  };
  const tell = async (request: string, body?: unknown): Promise<void> => {
    await ask(z.unknown(), request, body);
  };
  return {
    invoke: async (name, event, { timeoutMs } = {}) => {
      const result = await ask(InvokeResult, `POST /functions/${name}/invocations`, { event, timeout_ms: timeoutMs });
      if (result.ok) return result;
      const { trace = [], ...error } = result.error;
      return { ...result, error: { ...error, trace } };
    },
    logs: (name) => ask(Logs, `GET /functions/${name}/logs`),
    calls: () => ask(CallCounts, "GET /metrics"),
    alarms: () => ask(Alarms, "GET /alarms"),
    graphs: () => ask(Drawn, "GET /metrics/series"),
    resetCalls: () => tell("DELETE /metrics"),
    inject: (rule) => tell("POST /faults", rule),
    clearFaults: () => tell("DELETE /faults"),
    denials: () => ask(Denials, "GET /denials"),
    messages: (queue) => ask(z.array(z.string()), `GET /queues/${queue}/messages`),
    async nameOf(type, logicalId) {
      const resources = await ask(Resources, "GET /resources");
      const found = resources.filter((each) => each.type === type && each.logical_id.startsWith(logicalId));
      const [only] = found;
      if (only === undefined || found.length > 1)
        throw new Error(`${found.length} resources of ${type} fit "${logicalId}".`);
      return only.name;
    },
    async idsOf(type) {
      const resources = await ask(Resources, "GET /resources");
      return resources.filter((each) => each.type === type).map((each) => each.logical_id);
    },
    running: async () => (await ask(Running, "GET /running")).running,
    now: async () => Date.parse((await ask(Time, "GET /time")).now),
    travel: async (seconds) => Date.parse((await ask(Time, "POST /time", { seconds })).now),
    stopSchedules: () => tell("POST /schedules/stop"),
    startSchedules: () => tell("POST /schedules/start"),
    runSchedule: (name) => tell(`POST /schedules/${name}/runs`),
    stopMappings: () => tell("POST /mappings/stop"),
    startMappings: () => tell("POST /mappings/start"),
    killInstances: async (name, options = {}) => (await ask(Killed, `POST /functions/${name}/kills`, options)).killed,
    duplicateDeliveries: (on) => tell("PUT /mappings/deliveries", { doubled: on }),
    cutSockets: async () => (await ask(Cut, "POST /sockets/cut")).cut,
  };
};
