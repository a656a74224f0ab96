/**
 * The real handlers, in this process: DynamoDB's own engine, a stand-in for Secrets Manager, the simulator, and everything
 * that is written to the output kept for searching. The environment is set before a handler is imported, as in Lambda.
 */
import { randomUUID } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { format } from "node:util";
import type { Context } from "aws-lambda";
import { inject, vi } from "vitest";
import { startSimulator } from "../../../sandbox/daraja/server.ts";
import { connect, makeTable } from "../store/database.ts";

/** Every secret there is, each with a text of its own to search for. */
export const SECRETS = {
  signing: "signing-secret-NEVER-IN-A-LOG-0123456789abcdef",
  pepper: "pepper-NEVER-IN-A-LOG-0123456789abcdef-0123456789",
  phoneKeys: "phone-keys-NEVER-IN-A-LOG-0123456789abcdef-012345",
  consumerSecret: "malipo",
  passkey: "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919",
} as const;

const SECRET_TEXTS: Readonly<Record<string, unknown>> = {
  signing: { current: SECRETS.signing },
  pepper: { current: SECRETS.pepper },
  phones: { current: SECRETS.phoneKeys },
  daraja: {
    transaction_type: "CustomerPayBillOnline",
    consumer_key: "malipo",
    consumer_secret: SECRETS.consumerSecret,
    shortcode: "174379",
    passkey: SECRETS.passkey,
  },
};

const startSecrets = async (): Promise<{ url: string; close: () => void }> => {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => (body += chunk.toString()));
    request.on("end", () => {
      const { SecretId } = JSON.parse(body) as { SecretId: string };
      response.setHeader("content-type", "application/x-amz-json-1.1");
      response.end(
        JSON.stringify({ ARN: SecretId, Name: SecretId, SecretString: JSON.stringify(SECRET_TEXTS[SecretId]) }),
      );
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => server.close() };
};

const CONSOLE = ["log", "info", "warn", "error", "debug"] as const;

/** Everything this process writes, instead of writing it; the console too, which the test runner has taken over. */
const captureOutput = () => {
  const lines: string[] = [];
  const streams = [process.stdout, process.stderr];
  const originals = streams.map((stream) => stream.write.bind(stream));
  const capture = (chunk: string | Uint8Array): boolean => {
    lines.push(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8"));
    return true;
  };
  for (const stream of streams) stream.write = capture;
  const told = (...said: unknown[]): void => void lines.push(format(...said));
  const spies = CONSOLE.map((method) => vi.spyOn(console, method).mockImplementation(told));
  return {
    lines,
    restore: () => {
      streams.forEach((stream, index) => (stream.write = originals[index]!));
      for (const spy of spies) spy.mockRestore();
    },
  };
};

export type LambdaHandler = (event: unknown, context: Context) => Promise<unknown>;

/** Starts it all and imports the handlers. */
export const startLambdaWorld = async () => {
  const client = connect();
  const tables = await Promise.all(
    (["transactions", "idempotency", "directory", "coordination"] as const).map((key) => makeTable(client, key)),
  );
  client.destroy();
  const [secrets, simulator] = [await startSecrets(), await startSimulator()];
  Object.assign(process.env, {
    AWS_REGION: "eu-west-1",
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
    AWS_LAMBDA_FUNCTION_NAME: "malipo-under-test",
    AWS_ENDPOINT_URL_DYNAMODB: inject("dynamoDbUrl"),
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.url,
    POWERTOOLS_LOG_LEVEL: "DEBUG",
    POWERTOOLS_SERVICE_NAME: "malipo",
    TRANSACTIONS_TABLE: tables[0],
    IDEMPOTENCY_TABLE: tables[1],
    DIRECTORY_TABLE: tables[2],
    COORDINATION_TABLE: tables[3],
    SIGNING_SECRET_ARN: "signing",
    PEPPER_SECRET_ARN: "pepper",
    PHONE_KEYS_SECRET_ARN: "phones",
    DARAJA_SECRET_ARN: "daraja",
    DARAJA_ENVIRONMENT: "sandbox",
    DARAJA_BASE_URL: simulator.url,
    CALLBACK_BASE_URL: "http://127.0.0.1:9",
    SAFARICOM_ADDRESSES: "127.0.0.1",
    LANES: JSON.stringify({ stk: 500, query: 500, bulk: 500, apartMs: 45 }),
    PROMPT_LIMITS: JSON.stringify({
      perWindow: 100,
      windowMs: 300_000,
      uncompletedInRow: 100,
      uncompletedWindowMs: 86_400_000,
      promptOpenMs: 120_000,
    }),
    SWEEP_INTERVAL_SECONDS: "1",
    ALLOWED_ORIGINS: "https://shop.example",
    STAGE: "test",
  });
  const load = async (module: Promise<{ handler: unknown }>): Promise<LambdaHandler> =>
    (await module).handler as LambdaHandler;
  const handlers = {
    start: await load(import("../../../functions/api/start-payment.lambda.ts")),
    payments: await load(import("../../../functions/api/read-payments.lambda.ts")),
    verify: await load(import("../../../functions/api/verify-payment.lambda.ts")),
    audit: await load(import("../../../functions/api/audit.lambda.ts")),
    meta: await load(import("../../../functions/api/meta.lambda.ts")),
    authorise: await load(import("../../../functions/api/authorise.lambda.ts")),
    callback: await load(import("../../../functions/callbacks/stk.lambda.ts")),
    sweep: await load(import("../../../functions/workers/sweep.lambda.ts")),
  };
  return {
    handlers,
    simulator,
    output: captureOutput(),
    close: async () => {
      secrets.close();
      await simulator.close();
    },
  };
};

export const context = (): Context =>
  ({
    awsRequestId: randomUUID(),
    functionName: "malipo-under-test",
    invokedFunctionArn: "arn:aws:lambda:eu-west-1:000000000000:function:malipo-under-test",
    memoryLimitInMB: "256",
    functionVersion: "$LATEST",
    getRemainingTimeInMillis: () => 45_000,
  }) as Context;
