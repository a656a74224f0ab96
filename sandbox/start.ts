/**
 * `npm start`: the whole gateway on one machine, until Ctrl-C.
 *
 * Variables: PORT (8080), SIMULATOR_PORT (8081), CONTROL_PORT (any), DARAJA_BASE_URL, DYNAMODB_URL,
 * SWEEP_INTERVAL_SECONDS (5), JAVA_HOME.
 * Arguments: --data DIR keeps tables, buckets and secrets, --processes runs each instance of a function in a process of its
 * own, --verbose prints what the functions log.
 */
import process from "node:process";
import { parseArgs } from "node:util";
import * as z from "zod";

import { CannotStart, javaProgram, requireJava, requireNode, requirePorts } from "./preflight.ts";
import type { SandboxOptions } from "./parts.ts";
import { startSandbox } from "./sandbox.ts";
import type { Sandbox } from "./sandbox.ts";

const Port = z.coerce.number().int().min(0).max(65_535);
const Environment = z.object({
  PORT: Port.default(8080),
  SIMULATOR_PORT: Port.default(8081),
  CONTROL_PORT: Port.default(0),
  DARAJA_BASE_URL: z.url().optional(),
  DYNAMODB_URL: z.url().optional(),
  SWEEP_INTERVAL_SECONDS: z.coerce.number().int().min(1).max(3600).default(5),
});

const say = (line: string): void => void process.stdout.write(`${line}\n`);

const readOptions = (): SandboxOptions => {
  const off = { type: "boolean", default: false } as const;
  const { values } = parseArgs({ options: { data: { type: "string" }, processes: off, verbose: off } });
  const environment = Environment.safeParse(process.env);
  if (!environment.success) throw new CannotStart(z.prettifyError(environment.error));
  const { PORT, SIMULATOR_PORT, CONTROL_PORT, DARAJA_BASE_URL, DYNAMODB_URL, SWEEP_INTERVAL_SECONDS } =
    environment.data;
  return {
    port: PORT,
    simulatorPort: SIMULATOR_PORT,
    controlPort: CONTROL_PORT,
    sweepIntervalSeconds: SWEEP_INTERVAL_SECONDS,
    java: javaProgram(process.env["JAVA_HOME"]),
    processes: values.processes,
    report: say,
    ...(DARAJA_BASE_URL === undefined ? {} : { darajaBaseUrl: DARAJA_BASE_URL.replace(/\/$/, "") }),
    ...(DYNAMODB_URL === undefined ? {} : { dynamoDbUrl: DYNAMODB_URL }),
    ...(values.data === undefined ? {} : { dataDirectory: values.data }),
    ...(values.verbose ? { onLog: (name: string, text: string) => say(`[${name}] ${text}`) } : {}),
  };
};

const check = async (options: SandboxOptions): Promise<void> => {
  requireNode(process.versions.node);
  await requirePorts({
    PORT: options.port ?? 0,
    ...(options.darajaBaseUrl === undefined ? { SIMULATOR_PORT: options.simulatorPort ?? 0 } : {}),
    CONTROL_PORT: options.controlPort ?? 0,
  });
  await requireJava(options.java ?? "java");
};

const announce = ({ url, simulatorUrl, controlUrl, dynamoDbUrl }: Sandbox, seconds: string): void => {
  say(`
ready in ${seconds} s

  API         ${url}/v1/payments     (${url}/v1/openapi.json)
  Health      ${url}/health
  Docs        ${url}/docs
  Overview    ${url}/
  Metrics     ${url}/metrics
  Handset     ${simulatorUrl === null ? "another Daraja server is in use" : `${simulatorUrl}/     a phone that rings`}
  Control     ${controlUrl}/metrics
  Tables      ${dynamoDbUrl}     DynamoDB Local

Ask a customer for 1,500 shillings (254700000000 pays after a second):

  curl ${url}/v1/payments \\
    -H "Authorization: Bearer sk_test_storefront" -H "Idempotency-Key: order-1001" \\
    -H "Content-Type: application/json" \\
    -d '{"amount":1500,"phone":"254700000000","reference":"INV-1001"}'

Pay somebody (254700000050 is paid after a second):

  curl ${url}/v1/payouts \\
    -H "Authorization: Bearer sk_test_finance" -H "Idempotency-Key: refund-1001" \\
    -H "Content-Type: application/json" \\
    -d '{"amount":1500,"phone":"254700000050","reference":"REFUND-1001"}'

Ctrl-C ends everything.`);
};

const STOP_WITHIN_MS = 15_000;

/** Ends in order, once: a terminal's Ctrl-C arrives both from the terminal and from npm. */
const stopOnSignal = (sandbox: Promise<Sandbox>): void => {
  const close = async (): Promise<void> => {
    setTimeout(() => fail("The sandbox did not end in time and was cut off."), STOP_WITHIN_MS).unref();
    await (await sandbox).close();
    process.exit(0);
  };
  let stopping: Promise<void> | null = null;
  const stop = (): void => {
    stopping ??= close().catch(fail);
  };
  process.on("SIGINT", stop);
  process.on("SIGTERM", stop);
};

const fail = (error: unknown): never => {
  const expected = error instanceof CannotStart || !(error instanceof Error);
  process.stderr.write(
    `${expected ? (error instanceof Error ? error.message : String(error)) : (error.stack ?? error.message)}\n`,
  );
  process.exit(1);
};

process.env["TZ"] = "UTC"; // as in Lambda
process.env["AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED"] = "true"; // the functions deploy on a newer runtime

try {
  const began = performance.now();
  const options = readOptions();
  await check(options);
  const sandbox = startSandbox(options);
  stopOnSignal(sandbox);
  announce(await sandbox, ((performance.now() - began) / 1000).toFixed(1));
} catch (error) {
  fail(error);
}
