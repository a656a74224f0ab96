/**
 * The whole gateway in this process: synthesises the CDK app and runs what it finds in the template. Nothing about Malipo
 * is known here but how to build its app and what to seed; everything else comes from the template.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { createTables } from "./aws/dynamodb/create-tables.ts";
import { startDynamoDbLocal } from "./aws/dynamodb/dynamodb-local.ts";
import type { AwsDoor } from "./aws/door/aws-door.ts";
import { openAwsDoor } from "./aws/door/aws-door.ts";
import type { CallCounter } from "./aws/door/call-counter.ts";
import type { Faults } from "./aws/door/faults.ts";
import { startQueues } from "./aws/queues/queues.ts";
import type { Queues } from "./aws/queues/queues.ts";
import { hostRestApis } from "./aws/rest-api/host-rest-apis.ts";
import { readSchedules } from "./aws/schedules/schedules.ts";
import type { Schedules } from "./aws/schedules/schedules.ts";
import { createSecrets } from "./aws/secrets/create-secrets.ts";
import { createSecretStore } from "./aws/secrets/secret-store.ts";
import type { SecretStore } from "./aws/secrets/secret-store.ts";
import { createSecretsService } from "./aws/secrets/secrets-service.ts";
import { createClosing } from "./closing.ts";
import type { Closing } from "./closing.ts";
import { startControl } from "./control/control-server.ts";
import { startSimulator } from "./daraja/server.ts";
import { startGateway } from "./gateway/gateway.ts";
import { createPages } from "./gateway/pages.ts";
import { createAsyncInvoke } from "./lambda/async-invoke.ts";
import { compileInstance } from "./lambda/compile-instance.ts";
import { readFunctions } from "./lambda/read-functions.ts";
import type { Functions } from "./lambda/read-functions.ts";
import { freePort } from "./net/ports.ts";
import { seed } from "./seed.ts";
import { synthesise } from "./synthesise.ts";
import { readAssembly } from "./template/assembly.ts";
import { deploy } from "./template/deployment.ts";
import type { Deployment } from "./template/deployment.ts";
import { permissionsOf } from "./template/permissions.ts";

export type SandboxOptions = {
  /** Ports; 0 or nothing means any. */
  readonly port?: number;
  readonly simulatorPort?: number;
  readonly controlPort?: number;
  /** Another Daraja server in the simulator's place, which is then not started. */
  readonly darajaBaseUrl?: string;
  readonly sweepIntervalSeconds?: number;
  /** Where tables and secrets outlive the process. */
  readonly dataDirectory?: string;
  /** A DynamoDB Local that runs already; it is used and not ended. */
  readonly dynamoDbUrl?: string;
  readonly java?: string;
  /** Told of progress, one line at a time. */
  readonly report?: (line: string) => void;
  /** Told of every line that a function logs. */
  readonly onLog?: (functionName: string, text: string) => void;
};

export type Sandbox = {
  /** The gateway: API, callbacks, the sandbox's page. */
  readonly url: string;
  /** Null when another Daraja server was given. */
  readonly simulatorUrl: string | null;
  readonly controlUrl: string;
  /** The AWS door: counted and open to faults. */
  readonly awsUrl: string;
  /** The engine itself: not counted. */
  readonly dynamoDbUrl: string;
  readonly deployment: Deployment;
  readonly functions: Functions;
  readonly calls: CallCounter;
  readonly faults: Faults;
  readonly schedules: Schedules;
  /** Null when the template has no queue. */
  readonly queues: Queues | null;
  readonly secrets: SecretStore;
  close(): Promise<void>;
};

/** Pretended: close to Kenya, and an account that is nobody's. */
const REGION = "af-south-1";
const ACCOUNT_ID = "000000000000";
const DEFAULT_SWEEP_SECONDS = 5;
const MAX_INSTANCES = 10;
/** The Lambda service waits one minute and two. */
const ASYNC_RETRY_DELAYS_MS = [1_000, 2_000] as const;

/** Starts everything and resolves when it answers. When a part can't start, the others are ended and the reason thrown. */
export const startSandbox = async (options: SandboxOptions = {}): Promise<Sandbox> => {
  const closing = createClosing();
  try {
    return await assemble(options, closing);
  } catch (error) {
    await closing.close();
    throw error;
  }
};

const assemble = async (options: SandboxOptions, closing: Closing): Promise<Sandbox> => {
  const report = options.report ?? (() => undefined);
  const directory = closing.add(mkdtempSync(path.join(tmpdir(), "malipo-sandbox-")), (made) =>
    rmSync(made, { recursive: true, force: true }),
  );
  const door = closing.add(await openAwsDoor(), (opened) => opened.close());
  const database = startDatabase(options, closing);
  database.catch(() => undefined); // awaited below; a failure in the meantime must not end the process
  const simulatorUrl = await startDaraja(options, closing);
  const port = options.port ?? 0;
  const url = `http://127.0.0.1:${port === 0 ? await freePort() : port}`;
  report("Synthesising the CDK app ...");
  const assembly = await synthesise({
    outdir: path.join(directory, "assembly"),
    darajaBaseUrl: options.darajaBaseUrl ?? simulatorUrl ?? "",
    callbackBaseUrl: url,
    sweepIntervalSeconds: options.sweepIntervalSeconds ?? DEFAULT_SWEEP_SECONDS,
  });
  const deployment = deploy(readAssembly(assembly), { region: REGION, accountId: ACCOUNT_ID, awsUrl: door.url });
  for (const { type, logicalId, reason } of deployment.notRun)
    options.onLog?.("template", `${type} ${logicalId} is not run: ${reason}`);
  report("Making tables, secrets and queues ...");
  const stateful = await startStateful({ options, closing, deployment, door, dynamoDbUrl: await database });
  report("Starting functions, schedules and the gateway ...");
  const running = await startStateless({ options, closing, deployment, directory, queues: stateful.queues });
  await seed({ deployment, ...stateful, usagePlans: running.hosted.usagePlans });
  const pages = createPages({ url, simulatorUrl });
  closing.add(await startGateway(Number(new URL(url).port), { hosted: running.hosted.hosted, pages }), (opened) =>
    opened.close(),
  );
  const parts = { deployment, calls: door.calls, faults: door.faults, ...stateful, ...running };
  const control = closing.add(await startControl(options.controlPort ?? 0, parts), (opened) => opened.close());
  running.schedules.start();
  return { url, simulatorUrl, controlUrl: control.url, awsUrl: door.url, ...parts, close: () => closing.close() };
};

/** Begins at once, so that the engine starts while the app is synthesised. */
const startDatabase = async (options: SandboxOptions, closing: Closing): Promise<string> => {
  if (options.dynamoDbUrl !== undefined) return options.dynamoDbUrl;
  const storage =
    options.dataDirectory === undefined ? {} : { dataDirectory: path.resolve(options.dataDirectory, "dynamodb") };
  if (storage.dataDirectory !== undefined) mkdirSync(storage.dataDirectory, { recursive: true });
  const starting = startDynamoDbLocal({ ...storage, ...(options.java === undefined ? {} : { java: options.java }) });
  closing.add({ starting }, async (engine) => {
    await (await engine.starting.catch(() => null))?.close();
  });
  return (await starting).url;
};

const startDaraja = async (options: SandboxOptions, closing: Closing): Promise<string | null> => {
  if (options.darajaBaseUrl !== undefined) return null;
  const simulator = await startSimulator({ port: options.simulatorPort ?? 0 });
  return closing.add(simulator, (started) => started.close()).url;
};

type Stateful = { readonly secrets: SecretStore; readonly queues: Queues | null; readonly dynamoDbUrl: string };

const startStateful = async (parts: {
  options: SandboxOptions;
  closing: Closing;
  deployment: Deployment;
  door: AwsDoor;
  dynamoDbUrl: string;
}): Promise<Stateful> => {
  const { options, closing, deployment, door, dynamoDbUrl } = parts;
  await createTables(deployment, dynamoDbUrl);
  door.connect("dynamodb", { forwardTo: dynamoDbUrl });
  const file = options.dataDirectory === undefined ? {} : { file: path.resolve(options.dataDirectory, "secrets.json") };
  const secrets = createSecretStore({ now: Date.now, newId: randomUUID, ...file });
  createSecrets(deployment, secrets);
  door.connect("secretsmanager", { answer: createSecretsService(secrets, randomUUID) });
  const queues = await startQueues(deployment);
  if (queues !== null) {
    closing.add(queues, (started) => started.close());
    door.connect("sqs", { forwardTo: queues.url, rewrite: queues.rewrite });
  }
  return { secrets, queues, dynamoDbUrl };
};

const startStateless = async (parts: {
  options: SandboxOptions;
  closing: Closing;
  deployment: Deployment;
  directory: string;
  queues: Queues | null;
}): Promise<{ functions: Functions; schedules: Schedules; hosted: ReturnType<typeof hostRestApis> }> => {
  const { options, closing, deployment, directory, queues } = parts;
  const requirePermission = permissionsOf(deployment);
  const functions = readFunctions({
    deployment,
    instanceModule: await compileInstance(directory),
    maxInstances: MAX_INSTANCES,
    onLog: options.onLog ?? (() => undefined),
  });
  closing.add(functions, (started) => started.close());
  const asyncInvoke = createAsyncInvoke({
    deployment,
    send: (arn, body) => queues?.send(arn, body) ?? Promise.reject(new Error(`There is no queue ${arn}.`)),
    retryDelaysMs: ASYNC_RETRY_DELAYS_MS,
  });
  closing.add(asyncInvoke, (started) => started.close());
  const schedules = readSchedules({
    deployment,
    fastestMs: (options.sweepIntervalSeconds ?? DEFAULT_SWEEP_SECONDS) * 1000,
    fire: (arn, event) => void asyncInvoke.send(functions.find(arn), event),
    requirePermission,
  });
  closing.add(schedules, (started) => started.stop());
  return { functions, schedules, hosted: hostRestApis({ deployment, functions, requirePermission, now: Date.now }) };
};
