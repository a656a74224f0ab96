/**
 * The environment, and its only reader. Each function carries just the variables it uses, so a variable is read when it
 * is asked for; one that is missing or malformed stops the function with its name and never with its value.
 */
import * as z from "zod";

/** Every variable that the infrastructure may set. `lib` takes the names from here. */
export const ENV = {
  transactionsTable: "TRANSACTIONS_TABLE",
  idempotencyTable: "IDEMPOTENCY_TABLE",
  directoryTable: "DIRECTORY_TABLE",
  coordinationTable: "COORDINATION_TABLE",
  webhooksTable: "WEBHOOKS_TABLE",
  darajaSecret: "DARAJA_SECRET_ARN",
  signingSecret: "SIGNING_SECRET_ARN",
  pepperSecret: "PEPPER_SECRET_ARN",
  phoneKeysSecret: "PHONE_KEYS_SECRET_ARN",
  darajaEnvironment: "DARAJA_ENVIRONMENT",
  darajaBaseUrl: "DARAJA_BASE_URL",
  callbackBaseUrl: "CALLBACK_BASE_URL",
  safaricomAddresses: "SAFARICOM_ADDRESSES",
  lanes: "LANES",
  promptLimits: "PROMPT_LIMITS",
  sweepIntervalSeconds: "SWEEP_INTERVAL_SECONDS",
  payoutQueue: "PAYOUT_QUEUE_URL",
  batchQueue: "BATCH_QUEUE_URL",
  dayQueue: "DAY_QUEUE_URL",
  webhookQueue: "WEBHOOK_QUEUE_URL",
  webhookLoopback: "WEBHOOK_LOOPBACK",
  filesBucket: "FILES_BUCKET",
  archiveBucket: "ARCHIVE_BUCKET",
  payoutPolicy: "PAYOUT_POLICY",
  balanceIntervalSeconds: "BALANCE_INTERVAL_SECONDS",
  c2bValidation: "C2B_VALIDATION",
  checkoutBaseUrl: "CHECKOUT_BASE_URL",
  docsBaseUrl: "DOCS_BASE_URL",
  socketEndpoint: "SOCKET_ENDPOINT",
  allowedOrigins: "ALLOWED_ORIGINS",
  stage: "STAGE",
  service: "POWERTOOLS_SERVICE_NAME",
} as const;
export type EnvName = keyof typeof ENV;

const list = z.string().transform((text) =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== ""),
);
const json = <S extends z.ZodType>(schema: S) =>
  z
    .string()
    .transform((text, context) => {
      try {
        const value: unknown = JSON.parse(text);
        return value;
      } catch {
        context.addIssue({ code: "custom", message: "not JSON" });
        return z.NEVER;
      }
    })
    .pipe(schema);

const perSecond = z.number().positive().max(1000);
const positive = z.int().positive();

const text = z.string().min(1);

/** One variable: read when asked for, checked again only when its text has changed. */
const variable = <S extends z.ZodType>(name: string, schema: S) => {
  let known: { readonly from: string | undefined; readonly value: z.output<S> } | undefined;
  return (): z.output<S> => {
    const from = process.env[name];
    if (known && known.from === from) return known.value;
    const parsed = schema.safeParse(from);
    if (!parsed.success) throw new Error(`the environment variable ${name} is missing or malformed`);
    known = { from, value: parsed.data };
    return parsed.data;
  };
};

export const env = {
  transactionsTable: variable(ENV.transactionsTable, text),
  idempotencyTable: variable(ENV.idempotencyTable, text),
  directoryTable: variable(ENV.directoryTable, text),
  coordinationTable: variable(ENV.coordinationTable, text),
  webhooksTable: variable(ENV.webhooksTable, text),
  darajaSecret: variable(ENV.darajaSecret, text),
  signingSecret: variable(ENV.signingSecret, text),
  pepperSecret: variable(ENV.pepperSecret, text),
  phoneKeysSecret: variable(ENV.phoneKeysSecret, text),
  darajaEnvironment: variable(ENV.darajaEnvironment, z.enum(["sandbox", "production"])),
  darajaBaseUrl: variable(ENV.darajaBaseUrl, z.url().optional()),
  callbackBaseUrl: variable(ENV.callbackBaseUrl, z.url()),
  safaricomAddresses: variable(ENV.safaricomAddresses, list),
  /** Requests a second that Safaricom grants per lane, and how far apart two processes may be (see `Stage`). */
  lanes: variable(
    ENV.lanes,
    json(z.object({ stk: perSecond, query: perSecond, bulk: perSecond, apartMs: z.int().min(0).max(500) })),
  ),
  promptLimits: variable(
    ENV.promptLimits,
    json(
      z.object({
        perWindow: positive,
        windowMs: positive,
        uncompletedInRow: positive,
        uncompletedWindowMs: positive,
        promptOpenMs: positive,
      }),
    ),
  ),
  sweepIntervalSeconds: variable(ENV.sweepIntervalSeconds, z.coerce.number().int().min(1).max(3600)),
  payoutQueue: variable(ENV.payoutQueue, z.url()),
  batchQueue: variable(ENV.batchQueue, z.url()),
  dayQueue: variable(ENV.dayQueue, z.url()),
  webhookQueue: variable(ENV.webhookQueue, z.url()),
  /** Whether webhooks may go to this very machine, over plain HTTP. */
  webhookLoopback: variable(
    ENV.webhookLoopback,
    z.enum(["allowed", "refused"]).transform((word) => word === "allowed"),
  ),
  filesBucket: variable(ENV.filesBucket, text),
  archiveBucket: variable(ENV.archiveBucket, text),
  /** The stage's rules for payouts, in whole shillings. */
  payoutPolicy: variable(
    ENV.payoutPolicy,
    json(
      z.object({
        secondApprovalTotal: positive,
        secondApprovalSingle: positive,
        singleMaximum: positive,
        lowFloat: positive,
      }),
    ),
  ),
  /** What customers may pay from the phone's menu, in whole shillings. */
  c2bValidation: variable(
    ENV.c2bValidation,
    json(
      z.object({
        accept: z.enum(["all", "known_references"]),
        minimum: positive,
        maximum: positive,
        whenUnsure: z.enum(["accept", "reject"]),
      }),
    ),
  ),
  balanceIntervalSeconds: variable(ENV.balanceIntervalSeconds, z.coerce.number().int().min(1).max(86_400)),
  /** Where the checkout page is, without a slash at the end; absent until the stage has one. */
  checkoutBaseUrl: variable(ENV.checkoutBaseUrl, z.url().optional()),
  /** Where the documentation is, without a slash at the end; absent until the stage has an address for it. */
  docsBaseUrl: variable(ENV.docsBaseUrl, z.url().optional()),
  /** The WebSocket API with its stage, as its clients have it; whoever says something on a socket finds it there too. */
  socketEndpoint: variable(ENV.socketEndpoint, z.url()),
  allowedOrigins: variable(ENV.allowedOrigins, list.default([])),
  stage: variable(ENV.stage, text),
  /** What logs and counters are filed under. */
  service: variable(ENV.service, text),
} as const satisfies Record<EnvName, () => unknown>;
