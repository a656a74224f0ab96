/**
 * The running gateway that everything is counted on: a sandbox of its own whose clock is stopped, and a storefront that
 * talks to it as any other does.
 */
import { randomInt, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import * as z from "zod";
import { functionEnvironment } from "../sandbox/lambda/environment.ts";
import { startSandbox } from "../sandbox/sandbox.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { describeTables } from "./touched.ts";
import type { Tables } from "./touched.ts";

/** The shortest that a stage takes: a payment that went silent is due half a second after it was created. */
const SWEEP_SECONDS = 1;
const PATIENCE_MS = 30_000;
const LOOK_MS = 25;

/** The shortcode of the simulator's paybill. */
const SHORTCODE = "174379";

/** Of the demo storefront that a fresh sandbox holds. */
export const KEY = "sk_test_storefront";

const Payment = z.object({ id: z.string(), status: z.string(), receipt: z.string().nullable() });
export type Payment = z.infer<typeof Payment>;

const Truth = z.object({
  data: z.array(z.object({ state: z.string(), callbacks: z.array(z.object({ status: z.int().nullable() })) })),
});
const SimulatorMetrics = z.object({ oauth_requests: z.int(), requests: z.record(z.string(), z.int()) });
const FunctionProperties = z.object({
  MemorySize: z.int(),
  Environment: z.object({ Variables: z.record(z.string(), z.string()) }),
});

/** How the logical id of the function of a construct begins; the rest is a hash. No other function's begins so. */
export const idOf = (functionName: string): string => `${functionName}Function`;

export interface Rig {
  readonly sandbox: Sandbox;
  readonly simulatorUrl: string;
  readonly dynamo: DynamoDBClient;
  readonly tables: Tables;
  /** Bytes that a function has logged so far, by its construct's id. */
  readonly logBytes: (functionName: string) => number;
  readonly memoryOf: (functionName: string) => number;
  /** What a function is told, with AWS and Daraja at another address. */
  readonly environmentOf: (functionName: string, url: string) => Readonly<Record<string, string>>;
  /** Every variable that any function is told: enough for each of them to be imported. */
  readonly everyVariable: () => Readonly<Record<string, string>>;
  close(): Promise<void>;
}

/** Starts everything, the engine included: on a shared one, another sandbox would work on the same tables. */
export const startRig = async (): Promise<Rig> => {
  const logged = new Map<string, number>();
  const sandbox = await startSandbox({
    sweepIntervalSeconds: SWEEP_SECONDS,
    onLog: (name, text) => logged.set(name, (logged.get(name) ?? 0) + Buffer.byteLength(text)),
  });
  sandbox.schedules.stop();
  // Without confirmations: a payment whose callback is lost stays silent, and what is counted is the push alone.
  await fetch(`${sandbox.simulatorUrl ?? ""}/simulator/c2b/urls/${SHORTCODE}`, { method: "DELETE" });
  const dynamo = new DynamoDBClient({
    endpoint: sandbox.dynamoDbUrl,
    region: sandbox.deployment.place.region,
    credentials: { accessKeyId: "sandbox", secretAccessKey: "sandbox" },
  });
  const named = (name: string) => {
    const found = sandbox.deployment
      .ofType("AWS::Lambda::Function")
      .filter(({ logicalId }) => logicalId.startsWith(idOf(name)));
    if (found[0] === undefined || found.length > 1) throw new Error(`${found.length} functions are called ${name}`);
    return found[0];
  };
  return {
    sandbox,
    simulatorUrl: sandbox.simulatorUrl ?? "",
    dynamo,
    tables: await describeTables(
      dynamo,
      sandbox.deployment.ofType("AWS::DynamoDB::Table").map(({ ref }) => ref),
    ),
    logBytes: (name) => logged.get(named(name).ref) ?? 0,
    memoryOf: (name) => named(name).properties(FunctionProperties).MemorySize,
    environmentOf: (name, url) => {
      const resource = named(name);
      const { MemorySize, Environment } = resource.properties(FunctionProperties);
      const label = { logicalId: "Bench", name: "bench", handler: "index.handler", runtime: "nodejs24.x" };
      const code = { memoryMegabytes: MemorySize, codeDirectory: "", variables: Environment.Variables };
      return {
        ...functionEnvironment({ ...label, ...code }, { ...sandbox.deployment.place, awsUrl: url }),
        DARAJA_BASE_URL: url,
      };
    },
    everyVariable: () =>
      sandbox.deployment
        .ofType("AWS::Lambda::Function")
        .reduce((all, resource) => ({ ...all, ...resource.properties(FunctionProperties).Environment.Variables }), {
          AWS_REGION: sandbox.deployment.place.region,
          AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
        }),
    close: async () => {
      dynamo.destroy();
      await sandbox.close();
    },
  };
};

const ask = async (url: string, init: RequestInit & { readonly wanted: number }): Promise<unknown> => {
  const { wanted, ...request } = init;
  const answer = await fetch(url, request);
  const text = await answer.text();
  if (answer.status !== wanted)
    throw new Error(`${request.method ?? "GET"} ${url} was answered ${answer.status}: ${text}`);
  return text === "" ? null : JSON.parse(text);
};

const api = (rig: Rig, method: string, path: string): Promise<unknown> =>
  ask(`${rig.sandbox.url}${path}`, { method, headers: { authorization: `Bearer ${KEY}` }, wanted: 200 });

/** A phone that nobody asked before and that answers only when it is told to. */
export const newPhone = (): string => `25479${String(randomInt(1e7)).padStart(7, "0")}`;

export interface Started {
  readonly payment: Payment;
  readonly phone: string;
  readonly reference: string;
}

export const start = async (rig: Rig, phone = newPhone()): Promise<Started> => {
  const reference = `INV-${randomUUID().slice(0, 8)}`;
  const answer = await ask(`${rig.sandbox.url}/v1/payments`, {
    method: "POST",
    headers: {
      authorization: `Bearer ${KEY}`,
      "content-type": "application/json",
      "idempotency-key": `order-${randomUUID()}`,
    },
    body: JSON.stringify({ amount: 1500, phone, reference, description: "Order 1001" }),
    wanted: 201,
  });
  return { payment: Payment.parse(answer), phone, reference };
};

export const poll = async (rig: Rig, id: string): Promise<Payment> =>
  Payment.parse(await api(rig, "GET", `/v1/payments/${id}`));

export const verify = async (rig: Rig, id: string): Promise<Payment> =>
  Payment.parse(await api(rig, "POST", `/v1/payments/${id}/verify`));

const tell = (rig: Rig, path: string, { body, wanted }: { body: unknown; wanted: number }): Promise<unknown> =>
  ask(`${rig.simulatorUrl}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
    wanted,
  });

const truth = async (rig: Rig, reference: string) => {
  const url = `${rig.simulatorUrl}/simulator/transactions?reference=${encodeURIComponent(reference)}`;
  return Truth.parse(await ask(url, { wanted: 200 })).data[0];
};

/** Looks until `seen` is true. Rejects after half a minute. */
export const until = async (what: string, seen: () => Promise<boolean>): Promise<void> => {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_MS) {
    if (await seen()) return;
    await wait(LOOK_MS);
  }
  throw new Error(`${what}: it did not come to that within half a minute`);
};

/** The payer types the PIN. Resolves once M-PESA has taken the money. */
export const pay = async (rig: Rig, { phone, reference }: Started): Promise<void> => {
  await tell(rig, `/simulator/handsets/${phone}/answer`, { body: { action: "pay" }, wanted: 200 });
  await until("the payer pays", async () => (await truth(rig, reference))?.state === "paid");
};

/** Resolves once the gateway has acknowledged the callback. */
export const calledBack = (rig: Rig, { reference }: Started): Promise<void> =>
  until("the callback is acknowledged", async () =>
    ((await truth(rig, reference))?.callbacks ?? []).some(({ status }) => status === 200),
  );

/** A phone that pays and whose callback never comes. */
export const silentPhone = async (rig: Rig): Promise<string> => {
  const msisdn = newPhone();
  await tell(rig, "/simulator/faults", {
    body: { match: { msisdn }, fault: { callback: { drop: true } } },
    wanted: 201,
  });
  return msisdn;
};

/** Calls that reached Daraja, by path. */
export const darajaCalls = async (rig: Rig) =>
  SimulatorMetrics.parse(await ask(`${rig.simulatorUrl}/simulator/metrics`, { wanted: 200 }));
