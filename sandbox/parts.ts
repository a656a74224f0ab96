/**
 * The sandbox's parts that keep something, each handed to `closing`, so that whatever was started ends. What keeps nothing
 * is in stateless.ts; both are assembled in sandbox.ts.
 */
import { randomUUID } from "node:crypto";
import { mkdirSync } from "node:fs";
import path from "node:path";

import { startBuckets } from "./aws/buckets/buckets.ts";
import type { Buckets } from "./aws/buckets/buckets.ts";
import { createTables } from "./aws/dynamodb/create-tables.ts";
import { startDynamoDbLocal } from "./aws/dynamodb/dynamodb-local.ts";
import type { AwsDoor } from "./aws/door/aws-door.ts";
import { startQueues } from "./aws/queues/queues.ts";
import type { Queues } from "./aws/queues/queues.ts";
import { timerOf } from "./aws/schedules/schedules.ts";
import { createSecrets } from "./aws/secrets/create-secrets.ts";
import { createRotations } from "./aws/secrets/rotations.ts";
import type { Rotations } from "./aws/secrets/rotations.ts";
import { createSecretStore } from "./aws/secrets/secret-store.ts";
import type { SecretStore } from "./aws/secrets/secret-store.ts";
import { createSecretsService } from "./aws/secrets/secrets-service.ts";
import { createConnections } from "./aws/websocket-api/connections.ts";
import type { Connections } from "./aws/websocket-api/connections.ts";
import { startManagement } from "./aws/websocket-api/management.ts";
import type { TravelClock } from "./clock.ts";
import type { Closing } from "./closing.ts";
import { startSimulator } from "./daraja/server.ts";
import type { Deployment } from "./template/deployment.ts";

export type SandboxOptions = {
  /** Ports; 0 or nothing means any. */
  readonly port?: number;
  readonly simulatorPort?: number;
  readonly controlPort?: number;
  /** Another Daraja server in the simulator's place, which is then not started. */
  readonly darajaBaseUrl?: string;
  readonly sweepIntervalSeconds?: number;
  /** Payouts that the gateway sends a second at most; nothing means the stage's own. */
  readonly bulkPerSecond?: number;
  /** Runs each instance of a function in a process of its own, which a kill ends as a failing host does. Dearer. */
  readonly processes?: boolean;
  /** Where tables, buckets, secrets and the positions in streams outlive the process. */
  readonly dataDirectory?: string;
  /** A DynamoDB Local that runs already; it is used and not ended. */
  readonly dynamoDbUrl?: string;
  readonly java?: string;
  /** Told of progress, one line at a time. */
  readonly report?: (line: string) => void;
  /** Told of every line that a function logs. */
  readonly onLog?: (functionName: string, text: string) => void;
};

export const DEFAULT_SWEEP_SECONDS = 5;
/** The service takes longer. */
const ROTATION_RETRY_DELAYS_MS = [1_000, 2_000] as const;

/** Null when nothing outlives the process. */
export const dataFile = ({ dataDirectory }: SandboxOptions, name: string): string | null =>
  dataDirectory === undefined ? null : path.resolve(dataDirectory, name);

/** Begins at once, so that the engine starts while the app is synthesised. */
export const startDatabase = async (options: SandboxOptions, closing: Closing): Promise<string> => {
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

/** M-PESA lives in the same time as everybody else. */
export const startDaraja = async (
  options: SandboxOptions,
  closing: Closing,
  clock: TravelClock,
): Promise<string | null> => {
  if (options.darajaBaseUrl !== undefined) return null;
  const simulator = await startSimulator({ port: options.simulatorPort ?? 0, clock: timerOf(clock.now) });
  return closing.add(simulator, (started) => started.close()).url;
};

export type Stateful = {
  readonly secrets: SecretStore;
  readonly rotations: Rotations;
  readonly queues: Queues | null;
  readonly buckets: Buckets | null;
  readonly dynamoDbUrl: string;
  readonly connections: Connections;
};

export const startStateful = async (parts: {
  options: SandboxOptions;
  closing: Closing;
  deployment: Deployment;
  door: AwsDoor;
  dynamoDbUrl: string;
  clock: TravelClock;
}): Promise<Stateful> => {
  const { options, closing, deployment, door, dynamoDbUrl, clock } = parts;
  await createTables(deployment, dynamoDbUrl);
  door.connect("dynamodb", { forwardTo: dynamoDbUrl });
  const file = dataFile(options, "secrets.json");
  const secrets = createSecretStore({ now: clock.now, newId: randomUUID, ...(file === null ? {} : { file }) });
  createSecrets(deployment, secrets);
  const rotations = createRotations({
    store: secrets,
    onTrouble: options.onLog ?? (() => undefined),
    retryDelaysMs: ROTATION_RETRY_DELAYS_MS,
  });
  door.connect("secretsmanager", { answer: createSecretsService({ store: secrets, newId: randomUUID, rotations }) });
  const queues = await startQueues(deployment);
  if (queues !== null) {
    closing.add(queues, (started) => started.close());
    door.connect("sqs", { forwardTo: queues.url, rewrite: queues.rewrite });
  }
  const buckets = await startBuckets({ deployment, now: clock.now, keepIn: dataFile(options, "buckets") });
  if (buckets !== null) {
    closing.add(buckets, (started) => started.close());
    door.connect("s3", { forwardTo: buckets.url });
  }
  const connections = closing.add(createConnections(clock.now), (opened) => opened.end());
  clock.onTravel(() => connections.look());
  const management = closing.add(await startManagement(connections), (opened) => opened.close());
  door.connect("execute-api", { forwardTo: management.url });
  return { secrets, rotations, queues, buckets, dynamoDbUrl, connections };
};
