/**
 * What runs and keeps nothing: functions, and whatever hands them events. Each part is started from the template and handed
 * to `closing`, last the ones that feed the others, so that these end first.
 */
import type { Buckets } from "./aws/buckets/buckets.ts";
import { startNotifications } from "./aws/buckets/notifications.ts";
import { readEventBus } from "./aws/events/event-bus.ts";
import type { Guard } from "./aws/iam/guard.ts";
import { createCheckpoints } from "./aws/mappings/checkpoints.ts";
import { readMappings } from "./aws/mappings/read-mappings.ts";
import type { Mappings, MappingsOptions } from "./aws/mappings/read-mappings.ts";
import { createMetrics } from "./aws/metrics/metrics.ts";
import type { Metrics } from "./aws/metrics/metrics.ts";
import { ofAnswer, ofInvocation, ofIterator, ofSocket } from "./aws/metrics/services.ts";
import type { Queues } from "./aws/queues/queues.ts";
import { hostRestApis } from "./aws/rest-api/host-rest-apis.ts";
import type { HostedApis } from "./aws/rest-api/host-rest-apis.ts";
import { readSchedules, timerOf } from "./aws/schedules/schedules.ts";
import type { Schedules } from "./aws/schedules/schedules.ts";
import { readRotations } from "./aws/secrets/read-rotations.ts";
import type { Rotations } from "./aws/secrets/rotations.ts";
import type { SecretStore } from "./aws/secrets/secret-store.ts";
import type { Connections } from "./aws/websocket-api/connections.ts";
import { hostWebSocketApis } from "./aws/websocket-api/host-websocket-apis.ts";
import type { SocketHost } from "./aws/websocket-api/host-websocket-apis.ts";
import type { TravelClock } from "./clock.ts";
import type { Closing } from "./closing.ts";
import { createAsyncInvoke } from "./lambda/async-invoke.ts";
import { compileInstance } from "./lambda/compile-instance.ts";
import { readFunctions } from "./lambda/read-functions.ts";
import type { Functions } from "./lambda/read-functions.ts";
import { createTargets } from "./lambda/targets.ts";
import type { Targets } from "./lambda/targets.ts";
import { dataFile, DEFAULT_SWEEP_SECONDS } from "./parts.ts";
import type { SandboxOptions } from "./parts.ts";
import type { Deployment } from "./template/deployment.ts";
import { permissionsOf } from "./template/permissions.ts";

/** Of one function, on one machine. */
const MAX_INSTANCES = 10;
/** The Lambda service waits one minute and two. */
const ASYNC_RETRY_DELAYS_MS = [1_000, 2_000] as const;

export type Stateless = {
  readonly functions: Functions;
  readonly schedules: Schedules;
  readonly mappings: Mappings;
  readonly hosted: HostedApis;
  readonly sockets: SocketHost;
  readonly metrics: Metrics;
};

export type StatelessOptions = {
  readonly options: SandboxOptions;
  readonly closing: Closing;
  readonly deployment: Deployment;
  /** Where generated files may lie. */
  readonly directory: string;
  readonly queues: Queues | null;
  readonly buckets: Buckets | null;
  readonly dynamoDbUrl: string;
  readonly secrets: SecretStore;
  readonly rotations: Rotations;
  readonly connections: Connections;
  readonly clock: TravelClock;
  /** Holds to its role what is done in a function's name; nothing when it is left out. */
  readonly guard?: Pick<Guard, "inNameOf">;
};

/** Nothing is fed to a function before `schedules` and `mappings` are started. */
export const startStateless = async (parts: StatelessOptions): Promise<Stateless> => {
  const { options, closing, deployment, buckets, dynamoDbUrl, clock } = parts;
  const { now } = clock;
  const inNameOf = inNamesOf(parts);
  const metrics = startMetrics(parts);
  const { functions, targets } = await startFunctions(parts, inNameOf, metrics);
  const requirePermission = permissionsOf(deployment);
  const bus = readEventBus({ deployment, targets, requirePermission, now });
  if (buckets !== null) startNotifications({ deployment, buckets, targets, bus, requirePermission, now });
  const schedules = readSchedules({
    deployment,
    fastestMs: (options.sweepIntervalSeconds ?? DEFAULT_SWEEP_SECONDS) * 1000,
    targets,
    requirePermission,
    others: readRotations({ ...parts, functions, requirePermission }),
    timer: timerOf(now),
  });
  closing.add(schedules, (started) => started.stop());
  clock.onTravel(() => schedules.wake());
  const mappings = await readMappings({
    deployment,
    functions,
    maxInstances: MAX_INSTANCES,
    dynamoDbUrl,
    checkpoints: createCheckpoints(dataFile(options, "checkpoints.json")),
    ...inNameOf,
    onTrouble: options.onLog ?? (() => undefined),
    onIteratorAge: (name, ms) => metrics.put(ofIterator(name, ms, now())),
  });
  closing.add(mappings, (started) => started.close());
  const hosted = timed(hostRestApis({ deployment, functions, requirePermission, now }), metrics, now);
  const sockets = hostWebSocketApis({
    deployment,
    functions,
    connections: parts.connections,
    requirePermission,
    now,
    onAsked: (api, isFault) => metrics.put(ofSocket(api, { isFault, at: now() })),
  });
  return { functions, schedules, mappings, hosted, sockets, metrics };
};

const startMetrics = ({ options, closing, deployment, queues, clock }: StatelessOptions): Metrics => {
  const metrics = createMetrics({
    deployment,
    now: clock.now,
    queues: () => queues?.look() ?? Promise.resolve([]),
    onTrouble: (sentence) => options.onLog?.("metrics", sentence),
  });
  clock.onTravel(() => metrics.arrived());
  return closing.add(metrics, (started) => started.close());
};

/** The same APIs, with a note of each answer. */
const timed = (apis: HostedApis, metrics: Metrics, now: () => number): HostedApis => ({
  ...apis,
  hosted: apis.hosted.map(({ api, handle }) => ({
    api,
    async handle(request) {
      const began = performance.now();
      const answer = await handle(request);
      metrics.put(ofAnswer({ api, status: answer.status, ms: performance.now() - began, at: now() }));
      return answer;
    },
  })),
});

/** What the service does in functions' names. */
type InNamesOf = Pick<MappingsOptions, "mayInNameOf" | "sendInNameOf">;

const inNamesOf = (parts: StatelessOptions): InNamesOf => {
  const mayInNameOf: Guard["inNameOf"] = (logicalId, what) => parts.guard?.inNameOf(logicalId, what) ?? null;
  return {
    mayInNameOf,
    async sendInNameOf(logicalId, arn, body) {
      const denied = mayInNameOf(logicalId, { action: "sqs:SendMessage", resource: arn });
      if (denied !== null) throw new Error(denied);
      await sendTo(parts, arn, body);
    },
  };
};

const sendTo = ({ queues }: StatelessOptions, arn: string, body: string): Promise<void> =>
  queues?.send(arn, body) ?? Promise.reject(new Error(`There is no queue ${arn}.`));

type StartedFunctions = { readonly functions: Functions; readonly targets: Targets };

const startFunctions = async (
  parts: StatelessOptions,
  inNameOf: InNamesOf,
  metrics: Metrics,
): Promise<StartedFunctions> => {
  const { options, closing, deployment, directory } = parts;
  const onLog = options.onLog ?? ((): void => undefined);
  const functions = readFunctions({
    deployment,
    instanceModule: await compileInstance(directory),
    host: options.processes === true ? "process" : "thread",
    maxInstances: MAX_INSTANCES,
    clock: parts.clock,
    onLog(name, text) {
      metrics.logged(text);
      onLog(name, text);
    },
    onInvoked: (functionName, result, ms) =>
      metrics.put(ofInvocation({ functionName, result, ms, at: parts.clock.now() })),
    mayInNameOf: inNameOf.mayInNameOf,
  });
  closing.add(functions, (started) => started.close());
  const asyncInvoke = createAsyncInvoke({ deployment, ...inNameOf, retryDelaysMs: ASYNC_RETRY_DELAYS_MS });
  closing.add(asyncInvoke, (started) => started.close());
  const queueArns = deployment.ofType("AWS::SQS::Queue").map((queue) => queue.attribute("Arn"));
  const sendToQueue = (arn: string, body: string): Promise<void> => sendTo(parts, arn, body);
  const targets = createTargets({ functions, asyncInvoke, queueArns, sendToQueue, onTrouble: onLog });
  return { functions, targets };
};
