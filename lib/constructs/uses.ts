/**
 * Grant and variable together. Each method lets the function use one thing and tells it the thing's name, under the
 * name that `functions/runtime/env.ts` reads it by.
 */
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { IRole } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { ENV } from "../../functions/runtime/env.ts";
import type { EnvName } from "../../functions/runtime/env.ts";
import type { TableKey } from "../../functions/store/table.ts";
import type { SecretKey } from "../data-stack.ts";
import { FILE_PREFIXES, QUEUES } from "../function-spec.ts";
import type { FunctionUses, QueueKey, RotatedSecret } from "../function-spec.ts";
import type { PayoutRules } from "../payout-rules.ts";
import type { Stage } from "../stage.ts";
import { grantArchive, grantFiles, grantQueue, grantRotation, grantSecret, grantTable } from "./grants.ts";
import type { QueueUse, TableGrant } from "./grants.ts";
import {
  COORDINATION_USE,
  DIRECTORY_USE,
  IDEMPOTENCY_USE,
  REACH_USE,
  REACHED,
  TOKEN_USE,
  TRANSACTIONS_ACTION,
  WEBHOOKS_USE,
} from "./table-uses.ts";

const TABLE_VARIABLE = {
  transactions: "transactionsTable",
  idempotency: "idempotencyTable",
  directory: "directoryTable",
  coordination: "coordinationTable",
  webhooks: "webhooksTable",
} as const satisfies Record<TableKey, EnvName>;

const SECRET_VARIABLE = {
  daraja: "darajaSecret",
  signing: "signingSecret",
  pepper: "pepperSecret",
  phoneKeys: "phoneKeysSecret",
} as const satisfies Record<SecretKey, EnvName>;

const QUEUE_VARIABLE = {
  payouts: "payoutQueue",
  batches: "batchQueue",
  days: "dayQueue",
  webhooks: "webhookQueue",
} as const satisfies Record<QueueKey, EnvName>;

/** What it takes to say something on payers' open sockets. */
interface OpenSockets {
  readonly endpoint: string;
  /** All of them, to speak on. */
  readonly arn: string;
}

/** What there is to use. */
export interface Resources {
  readonly key: IKey;
  readonly tables: Readonly<Record<TableKey, Table>>;
  readonly secrets: Readonly<Record<SecretKey, Secret>>;
  readonly files: Bucket;
  readonly archive: Bucket;
  readonly queues: Readonly<Record<QueueKey, IQueue>>;
  readonly sockets: OpenSockets;
  /** Base of every address that Daraja calls back, without a slash at the end. */
  readonly callbackBaseUrl: string;
}

export class Uses {
  readonly #lambda: LambdaFunction;
  readonly #role: IRole;
  readonly #stage: Stage;

  constructor(lambda: LambdaFunction, role: IRole, stage: Stage) {
    this.#lambda = lambda;
    this.#role = role;
    this.#stage = stage;
  }

  /** Everything that a function's entry in `FUNCTIONS` lists. */
  all(uses: FunctionUses, resources: Resources): void {
    if (uses.transactions !== undefined) {
      const { access, indexes } = uses.transactions;
      this.table("transactions", resources, { actions: access.map((use) => TRANSACTIONS_ACTION[use]), indexes });
    }
    if (uses.idempotency !== undefined) this.table("idempotency", resources, IDEMPOTENCY_USE);
    if (uses.directory !== undefined)
      for (const grant of DIRECTORY_USE[uses.directory]) this.table("directory", resources, grant);
    for (const use of uses.coordination ?? []) this.table("coordination", resources, COORDINATION_USE[use]);
    if (uses.webhooks !== undefined) this.table("webhooks", resources, WEBHOOKS_USE[uses.webhooks]);
    for (const key of uses.secrets) this.secret(key, resources);
    for (const key of uses.rotates ?? []) this.rotation(key, resources);
    if (uses.daraja !== undefined) this.daraja(uses.daraja, resources);
    if (uses.files !== undefined) this.files(uses.files, resources);
    if (uses.archive !== undefined) this.archive(uses.archive, resources);
    if (uses.sockets !== undefined) this.sockets(resources);
    for (const key of QUEUES) for (const how of uses.queues?.[key] ?? []) this.queue(key, resources, how);
    if (uses.reach !== undefined) this.reach(resources);
    for (const setting of uses.settings) this.setting(setting);
  }

  /** Whether all tables and queues answer, and when the shared token ends. */
  reach(from: Resources): void {
    for (const key of REACHED) this.table(key, from, REACH_USE);
    this.table("coordination", from, TOKEN_USE);
    for (const key of QUEUES) this.queue(key, from, "look");
  }

  table(key: TableKey, from: Resources, grant: TableGrant): void {
    grantTable(this.#role, from.tables[key], { ...grant, key: from.key });
    this.#set(TABLE_VARIABLE[key], from.tables[key].tableName);
  }

  secret(key: SecretKey, from: Resources): void {
    grantSecret(this.#role, from.secrets[key], from.key);
    this.#set(SECRET_VARIABLE[key], from.secrets[key].secretArn);
  }

  rotation(key: RotatedSecret, from: Resources): void {
    grantRotation(this.#role, from.secrets[key], from.key);
    this.#set(SECRET_VARIABLE[key], from.secrets[key].secretArn);
  }

  /** The credentials alone, or what it takes to call Daraja as well, and to be called back. */
  daraja(how: NonNullable<FunctionUses["daraja"]>, from: Resources): void {
    this.secret("daraja", from);
    if (how === "credentials") return;
    this.#set("darajaEnvironment", this.#stage.darajaEnvironment);
    if (how === "watch") return;
    this.#set("lanes", JSON.stringify({ ...this.#stage.lanes, apartMs: this.#stage.apartMs }));
    if (this.#stage.darajaBaseUrl !== null) this.#set("darajaBaseUrl", this.#stage.darajaBaseUrl);
    if (how !== "ask") this.#set("callbackBaseUrl", from.callbackBaseUrl);
  }

  files({ read, write }: NonNullable<FunctionUses["files"]>, { files, key }: Resources): void {
    for (const prefix of FILE_PREFIXES) {
      if (read.includes(prefix)) grantFiles(this.#role, files, { how: "read", prefix, key });
      if (write.includes(prefix)) grantFiles(this.#role, files, { how: "write", prefix, key });
    }
    this.#set("filesBucket", files.bucketName);
  }

  archive(how: NonNullable<FunctionUses["archive"]>, { archive, key }: Resources): void {
    grantArchive(this.#role, archive, { how, key });
    this.#set("archiveBucket", archive.bucketName);
  }

  sockets({ sockets }: Resources): void {
    this.#role.addToPrincipalPolicy(
      new PolicyStatement({ actions: ["execute-api:ManageConnections"], resources: [sockets.arn] }),
    );
    this.#set("socketEndpoint", sockets.endpoint);
  }

  queue(key: QueueKey, from: Resources, how: QueueUse): void {
    grantQueue(this.#role, from.queues[key], { how, key: from.key });
    this.#set(QUEUE_VARIABLE[key], from.queues[key].queueUrl);
  }

  setting(name: FunctionUses["settings"][number]): void {
    const { checkoutBaseUrl, docsBaseUrl } = this.#stage;
    // Who answers storefronts also says where its problems are explained.
    if (name === "allowedOrigins" && docsBaseUrl !== null) this.#set("docsBaseUrl", docsBaseUrl);
    if (name === "checkoutBaseUrl") {
      if (checkoutBaseUrl !== null) this.#set(name, checkoutBaseUrl);
      return;
    }
    const values = {
      promptLimits: JSON.stringify(this.#stage.promptLimits),
      safaricomAddresses: this.#stage.safaricomAddresses.join(","),
      sweepIntervalSeconds: String(this.#stage.sweepIntervalSeconds),
      allowedOrigins: this.#stage.allowedOrigins.join(","),
      payoutPolicy: JSON.stringify(this.#payoutPolicy()),
      balanceIntervalSeconds: String(this.#stage.payouts.balanceIntervalSeconds),
      c2bValidation: JSON.stringify(this.#stage.c2bValidation),
      webhookLoopback: this.#stage.webhookLoopback ? "allowed" : "refused",
    };
    this.#set(name, values[name]);
  }

  #payoutPolicy(): Pick<PayoutRules, "secondApprovalTotal" | "secondApprovalSingle" | "singleMaximum" | "lowFloat"> {
    const { secondApprovalTotal, secondApprovalSingle, singleMaximum, lowFloat } = this.#stage.payouts;
    return { secondApprovalTotal, secondApprovalSingle, singleMaximum, lowFloat };
  }

  /** The stage's name; every function knows it. */
  stage(): void {
    this.#set("stage", this.#stage.name);
  }

  #set(name: EnvName, value: string): void {
    this.#lambda.addEnvironment(ENV[name], value);
  }
}
