/**
 * The whole gateway in this process: synthesises the CDK app and runs what it finds in the template. Nothing about Malipo
 * is known here but how to build its app and what to seed; everything else comes from the template.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { openAwsDoor } from "./aws/door/aws-door.ts";
import type { CallCounter } from "./aws/door/call-counter.ts";
import type { Faults } from "./aws/door/faults.ts";
import { createGuard } from "./aws/iam/guard.ts";
import type { Guard } from "./aws/iam/guard.ts";
import { keepIn, RECORD_VARIABLE } from "./aws/iam/record.ts";
import type { Metrics } from "./aws/metrics/metrics.ts";
import type { Mappings } from "./aws/mappings/read-mappings.ts";
import type { Queues } from "./aws/queues/queues.ts";
import type { Schedules } from "./aws/schedules/schedules.ts";
import type { SecretStore } from "./aws/secrets/secret-store.ts";
import type { Connections } from "./aws/websocket-api/connections.ts";
import { createTravelClock } from "./clock.ts";
import type { TravelClock } from "./clock.ts";
import { createClosing } from "./closing.ts";
import type { Closing } from "./closing.ts";
import { startControl } from "./control/control-server.ts";
import { startGateway } from "./gateway/gateway.ts";
import { createPages } from "./gateway/pages.ts";
import type { Functions } from "./lambda/read-functions.ts";
import { freePort } from "./net/ports.ts";
import { DEFAULT_SWEEP_SECONDS, startDaraja, startDatabase, startStateful } from "./parts.ts";
import type { SandboxOptions } from "./parts.ts";
import { registerAtDaraja } from "./register.ts";
import { seed } from "./seed.ts";
import { startStateless } from "./stateless.ts";
import { synthesise } from "./synthesise.ts";
import { readAssembly } from "./template/assembly.ts";
import { deploy } from "./template/deployment.ts";
import type { Deployment } from "./template/deployment.ts";

export type { SandboxOptions } from "./parts.ts";

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
  /** What holds functions to their roles. */
  readonly guard: Guard;
  readonly schedules: Schedules;
  /** What time it is here; it can be put forward. */
  readonly clock: TravelClock;
  /** What feeds functions from queues and streams. */
  readonly mappings: Mappings;
  /** Null when the template has no queue. */
  readonly queues: Queues | null;
  readonly secrets: SecretStore;
  /** What functions and services tell of themselves, and the alarms on it. */
  readonly metrics: Metrics;
  /** The open sockets. */
  readonly connections: Connections;
  close(): Promise<void>;
};

/** Pretended: close to Kenya, and an account that is nobody's. */
const REGION = "af-south-1";
const ACCOUNT_ID = "000000000000";

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
  const clock = createTravelClock();
  const door = closing.add(await openAwsDoor(), (opened) => opened.close());
  const database = startDatabase(options, closing);
  database.catch(() => undefined); // awaited below; a failure in the meantime must not end the process
  const simulatorUrl = await startDaraja(options, closing, clock);
  const port = options.port ?? 0;
  const url = `http://127.0.0.1:${port === 0 ? await freePort() : port}`;
  report("Synthesising the CDK app ...");
  const assembly = await synthesise({
    outdir: path.join(directory, "assembly"),
    darajaBaseUrl: options.darajaBaseUrl ?? simulatorUrl ?? "",
    callbackBaseUrl: url,
    sweepIntervalSeconds: options.sweepIntervalSeconds ?? DEFAULT_SWEEP_SECONDS,
    bulkPerSecond: options.bulkPerSecond,
  });
  const deployment = deploy(readAssembly(assembly), { region: REGION, accountId: ACCOUNT_ID, awsUrl: door.url });
  for (const { type, logicalId, reason } of deployment.notRun)
    options.onLog?.("template", `${type} ${logicalId} is not run: ${reason}`);
  report("Making tables, secrets and queues ...");
  const stateful = await startStateful({ options, closing, deployment, door, clock, dynamoDbUrl: await database });
  // Only now is it known what a table's stream is called, which roles name.
  const guard = createGuard(deployment, {
    onDenied: (sentence) => report(`DENIED  ${sentence}`),
    keep: keepIn(process.env[RECORD_VARIABLE]),
  });
  door.guard(guard.permission);
  report("Starting functions, schedules and the gateway ...");
  const running = await startStateless({ options, closing, deployment, directory, clock, guard, ...stateful });
  await seed({ deployment, ...stateful, usagePlans: running.hosted.usagePlans });
  const pages = createPages({ url, simulatorUrl, metrics: running.metrics });
  closing.add(
    await startGateway(Number(new URL(url).port), {
      hosted: running.hosted.hosted,
      pages,
      sockets: running.sockets,
      now: clock.now,
    }),
    (opened) => opened.close(),
  );
  const parts = { deployment, clock, calls: door.calls, faults: door.faults, guard, ...stateful, ...running };
  const control = closing.add(await startControl(options.controlPort ?? 0, parts), (opened) => opened.close());
  const darajaUrl = options.darajaBaseUrl ?? simulatorUrl;
  if (darajaUrl !== null) await registerAtDaraja({ deployment, ...stateful, darajaUrl, callbackBaseUrl: url, report });
  running.mappings.start();
  running.schedules.start();
  return { url, simulatorUrl, controlUrl: control.url, awsUrl: door.url, ...parts, close: () => closing.close() };
};
