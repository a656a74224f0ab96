/** The small app, running: what the runner's own tests ask their questions of. */
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { openAwsDoor } from "../../../../sandbox/aws/door/aws-door.ts";
import type { AwsDoor } from "../../../../sandbox/aws/door/aws-door.ts";
import { createTables } from "../../../../sandbox/aws/dynamodb/create-tables.ts";
import { startQueues } from "../../../../sandbox/aws/queues/queues.ts";
import type { Queues } from "../../../../sandbox/aws/queues/queues.ts";
import { hostRestApis } from "../../../../sandbox/aws/rest-api/host-rest-apis.ts";
import type { HostedApis } from "../../../../sandbox/aws/rest-api/host-rest-apis.ts";
import { createSecrets } from "../../../../sandbox/aws/secrets/create-secrets.ts";
import { createRotations } from "../../../../sandbox/aws/secrets/rotations.ts";
import { createSecretStore } from "../../../../sandbox/aws/secrets/secret-store.ts";
import { createSecretsService } from "../../../../sandbox/aws/secrets/secrets-service.ts";
import { createConnections } from "../../../../sandbox/aws/websocket-api/connections.ts";
import type { Connections } from "../../../../sandbox/aws/websocket-api/connections.ts";
import { hostWebSocketApis } from "../../../../sandbox/aws/websocket-api/host-websocket-apis.ts";
import { startManagement } from "../../../../sandbox/aws/websocket-api/management.ts";
import { createTravelClock } from "../../../../sandbox/clock.ts";
import { createClosing } from "../../../../sandbox/closing.ts";
import { startGateway } from "../../../../sandbox/gateway/gateway.ts";
import { compileInstance } from "../../../../sandbox/lambda/compile-instance.ts";
import { readFunctions } from "../../../../sandbox/lambda/read-functions.ts";
import type { Functions } from "../../../../sandbox/lambda/read-functions.ts";
import { readAssembly } from "../../../../sandbox/template/assembly.ts";
import { deploy } from "../../../../sandbox/template/deployment.ts";
import type { Deployment } from "../../../../sandbox/template/deployment.ts";
import { permissionsOf } from "../../../../sandbox/template/permissions.ts";
import { smallApp } from "./small-app.ts";
import type { SmallApp } from "./small-app.ts";

export type SmallSandbox = {
  readonly url: string;
  readonly door: AwsDoor;
  readonly deployment: Deployment;
  readonly functions: Functions;
  readonly queues: Queues;
  readonly connections: Connections;
  /** The app after `change`, as it would stand in an account. */
  deployed(change: (app: SmallApp) => void): Deployment;
  hosted(deployment: Deployment): HostedApis;
  close(): Promise<void>;
};

/** Synthesises the small app and runs it with everything of the sandbox but Malipo. */
export const startSmallSandbox = async (dynamoDbUrl: string): Promise<SmallSandbox> => {
  const closing = createClosing();
  const newDirectory = (): string =>
    closing.add(mkdtempSync(path.join(tmpdir(), "malipo-small-")), (made) => rmSync(made, { recursive: true }));
  const door = closing.add(await openAwsDoor(), (opened) => opened.close());
  const deployed = (change: (app: SmallApp) => void): Deployment => {
    const made = smallApp(newDirectory());
    change(made);
    const place = { region: "af-south-1", accountId: "000000000000", awsUrl: door.url };
    return deploy(readAssembly(made.app.synth().directory), place);
  };
  const deployment = deployed(() => undefined);
  await createTables(deployment, dynamoDbUrl);
  door.connect("dynamodb", { forwardTo: dynamoDbUrl });
  const store = createSecretStore({ now: Date.now, newId: randomUUID });
  createSecrets(deployment, store);
  door.connect("secretsmanager", {
    answer: createSecretsService({
      store,
      newId: randomUUID,
      rotations: createRotations({ store, retryDelaysMs: [], onTrouble: () => undefined }),
    }),
  });
  const queues = closing.add((await startQueues(deployment))!, (started) => started.close());
  door.connect("sqs", { forwardTo: queues.url, rewrite: queues.rewrite });
  const functions = readFunctions({
    deployment,
    instanceModule: await compileInstance(newDirectory()),
    host: "thread",
    maxInstances: 4,
    clock: createTravelClock(),
    onLog: () => undefined,
    mayInNameOf: () => null,
  });
  closing.add(functions, (started) => started.close());
  const hosted = (of: Deployment): HostedApis =>
    hostRestApis({ deployment: of, functions, requirePermission: permissionsOf(of), now: Date.now });
  const connections = closing.add(createConnections(Date.now), (opened) => opened.end());
  const management = closing.add(await startManagement(connections), (opened) => opened.close());
  door.connect("execute-api", { forwardTo: management.url });
  const gateway = await startGateway(0, {
    hosted: hosted(deployment).hosted,
    pages: () => Promise.resolve(null),
    sockets: hostWebSocketApis({
      deployment,
      functions,
      connections,
      requirePermission: permissionsOf(deployment),
      now: Date.now,
    }),
    now: Date.now,
  });
  closing.add(gateway, (started) => started.close());
  const parts = { url: gateway.url, door, deployment, functions, queues, connections, deployed, hosted };
  return { ...parts, close: () => closing.close() };
};
