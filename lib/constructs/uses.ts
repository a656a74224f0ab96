/**
 * Grant and variable together. Each method lets the function use one thing and tells it the thing's name, under the
 * name that `functions/runtime/env.ts` reads it by.
 */
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { IRole } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import { ENV } from "../../functions/runtime/env.ts";
import type { EnvName } from "../../functions/runtime/env.ts";
import type { TableKey } from "../../functions/store/table.ts";
import type { SecretKey } from "../data-stack.ts";
import type { FunctionUses } from "../functions.ts";
import type { Stage } from "../stages.ts";
import { grantSecret, grantTable } from "./grants.ts";
import type { TableUse } from "./grants.ts";

const TABLE_VARIABLE = {
  transactions: "transactionsTable",
  idempotency: "idempotencyTable",
  directory: "directoryTable",
  coordination: "coordinationTable",
} as const satisfies Record<TableKey, EnvName>;

const SECRET_VARIABLE = {
  daraja: "darajaSecret",
  signing: "signingSecret",
  pepper: "pepperSecret",
  phoneKeys: "phoneKeysSecret",
} as const satisfies Record<SecretKey, EnvName>;

/** What there is to use. */
export interface Resources {
  readonly key: IKey;
  readonly tables: Readonly<Record<TableKey, Table>>;
  readonly secrets: Readonly<Record<SecretKey, Secret>>;
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
      this.table("transactions", resources, { how: access === "read" ? "read" : "ledger", indexes });
    }
    if (uses.idempotency !== undefined) this.table("idempotency", resources, { how: "cache" });
    if (uses.directory !== undefined) this.table("directory", resources, { how: "lookup" });
    if (uses.coordination === "readWrite") this.table("coordination", resources, { how: "shared" });
    for (const key of uses.secrets) this.secret(key, resources);
    if (uses.daraja !== undefined) this.daraja(uses.daraja, resources);
    for (const setting of uses.settings) this.setting(setting);
  }

  table(key: TableKey, from: Resources, use: { readonly how: TableUse; readonly indexes?: readonly string[] }): void {
    grantTable(this.#role, from.tables[key], { how: use.how, indexes: use.indexes ?? [], key: from.key });
    this.#set(TABLE_VARIABLE[key], from.tables[key].tableName);
  }

  secret(key: SecretKey, from: Resources): void {
    grantSecret(this.#role, from.secrets[key], from.key);
    this.#set(SECRET_VARIABLE[key], from.secrets[key].secretArn);
  }

  /** `ask` questions only, or `push` as well, which needs an address to be called back at. */
  daraja(how: "ask" | "push", from: Resources): void {
    this.secret("daraja", from);
    this.#set("darajaEnvironment", this.#stage.darajaEnvironment);
    this.#set("lanes", JSON.stringify(this.#stage.lanes));
    if (this.#stage.darajaBaseUrl !== null) this.#set("darajaBaseUrl", this.#stage.darajaBaseUrl);
    if (how === "push") this.#set("callbackBaseUrl", from.callbackBaseUrl);
  }

  setting(name: FunctionUses["settings"][number]): void {
    const values = {
      promptLimits: JSON.stringify(this.#stage.promptLimits),
      safaricomAddresses: this.#stage.safaricomAddresses.join(","),
      sweepIntervalSeconds: String(this.#stage.sweepIntervalSeconds),
      allowedOrigins: this.#stage.allowedOrigins.join(","),
    };
    this.#set(name, values[name]);
  }

  /** The stage's name; every function knows it. */
  stage(): void {
    this.#set("stage", this.#stage.name);
  }

  #set(name: EnvName, value: string): void {
    this.#lambda.addEnvironment(ENV[name], value);
  }
}
