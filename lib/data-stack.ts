/**
 * What must outlive every deployment: the tables and their backups, the files, the key that seals them and the secrets. Kept apart from everything
 * else so that the rest can be replaced, or deleted, without touching a payment's history.
 */
import { CfnOutput, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AttributeType,
  BillingMode,
  ProjectionType,
  StreamViewType,
  Table,
  TableEncryption,
} from "aws-cdk-lib/aws-dynamodb";
import type { Attribute } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Key } from "aws-cdk-lib/aws-kms";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import { CfnSecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { App, StackProps } from "aws-cdk-lib";
import { TABLES } from "../functions/store/table.ts";
import type { KeyAttribute, TableKey, TableSchema } from "../functions/store/table.ts";
import { ArchiveBucket } from "./constructs/archive-bucket.ts";
import { FilesBucket } from "./constructs/files-bucket.ts";
import { allowSealedLogs } from "./constructs/sealed-logs.ts";
import { TableBackups } from "./constructs/table-backups.ts";
import type { Stage } from "./stage.ts";

/** The secrets, by what they are for. */
export const SECRETS = ["daraja", "signing", "pepper", "phoneKeys"] as const;
export type SecretKey = (typeof SECRETS)[number];

/** How far back a table can be restored to any second. What expires by itself does not live on for long in this either. */
const LASTING_DAYS = 35;
const PASSING_DAYS = 1;

const attribute = (key: KeyAttribute): Attribute => ({
  name: key.name,
  type: key.type === "S" ? AttributeType.STRING : AttributeType.NUMBER,
});

const DESCRIPTIONS: Readonly<Record<SecretKey, string>> = {
  daraja: "Daraja credentials of the shortcode. Empty until an operator stores them: npm run credentials -- put",
  signing: "Signs callback addresses and the browser's client tokens.",
  pepper: "Keys the hashes of API keys.",
  phoneKeys: "Keys the hashes and the seals of phone numbers.",
};

export class DataStack extends Stack {
  readonly key: Key;
  readonly tables: Readonly<Record<TableKey, Table>>;
  readonly secrets: Readonly<Record<SecretKey, Secret>>;
  readonly files: Bucket;
  /** What can't be changed: see archive-bucket.ts. */
  readonly archive: Bucket;
  readonly #removalPolicy: RemovalPolicy;

  constructor(app: App, id: string, props: StackProps & { readonly stage: Stage }) {
    super(app, id, { ...props, terminationProtection: props.stage.retained });
    this.#removalPolicy = props.stage.retained ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY;
    this.key = this.#key(props.stage);
    this.tables = {
      transactions: this.#table("Transactions", TABLES.transactions),
      idempotency: this.#table("Idempotency", TABLES.idempotency),
      directory: this.#table("Directory", TABLES.directory),
      coordination: this.#table("Coordination", TABLES.coordination),
      webhooks: this.#table("Webhooks", TABLES.webhooks),
    };
    this.secrets = {
      daraja: this.#darajaSecret(),
      signing: this.#generatedSecret("SigningSecret", "signing"),
      pepper: this.#generatedSecret("PepperSecret", "pepper"),
      phoneKeys: this.#generatedSecret("PhoneKeysSecret", "phoneKeys"),
    };
    this.archive = new ArchiveBucket(this, "Archive", { stage: props.stage, key: this.key }).bucket;
    this.#backups(props.stage);
    this.files = new FilesBucket(this, "Files", { stage: props.stage, key: this.key }).bucket;
    this.#outputs();
  }

  /** One key for data, secrets, logs and notices. This account's alarms and schedules may seal their own messages with it. */
  #key({ name }: Stage): Key {
    const key = new Key(this, "Key", {
      description: "Seals Malipo's tables, secrets, queues, logs and notices.",
      enableKeyRotation: true,
      removalPolicy: this.#removalPolicy,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: "NoticesOfThisAccount",
        principals: ["cloudwatch", "events", "sns"].map((service) => new ServicePrincipal(`${service}.amazonaws.com`)),
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: ["*"],
        conditions: { StringEquals: { "aws:SourceAccount": this.account } },
      }),
    );
    // As CloudFormation calls those of the other stacks, and as the firewall wants its own to be called.
    allowSealedLogs(key, [`Malipo*-${name}-`, `aws-waf-logs-malipo-${name}-`]);
    return key;
  }

  #table(id: string, schema: TableSchema): Table {
    const lasting = schema.lasting && this.#removalPolicy === RemovalPolicy.RETAIN;
    const table = new Table(this, id, {
      partitionKey: attribute(schema.partitionKey),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: {
        pointInTimeRecoveryEnabled: true,
        recoveryPeriodInDays: schema.lasting ? LASTING_DAYS : PASSING_DAYS,
      },
      deletionProtection: lasting,
      removalPolicy: schema.lasting ? this.#removalPolicy : RemovalPolicy.DESTROY,
      ...(schema.ttl === null ? {} : { timeToLiveAttribute: schema.ttl }),
      ...(schema.stream === null ? {} : { stream: StreamViewType.NEW_AND_OLD_IMAGES }),
    });
    for (const index of schema.indexes) {
      table.addGlobalSecondaryIndex({
        indexName: index.name,
        partitionKey: attribute(index.partitionKey),
        ...(index.sortKey === null ? {} : { sortKey: attribute(index.sortKey) }),
        projectionType: ProjectionType.KEYS_ONLY,
      });
    }
    return table;
  }

  #backups(stage: Stage): void {
    const tables = (lasting: boolean): readonly Table[] =>
      (["transactions", "idempotency", "directory", "coordination", "webhooks"] as const)
        .filter((name) => TABLES[name].lasting === lasting)
        .map((name) => this.tables[name]);
    new TableBackups(this, "Backups", { stage, key: this.key, lasting: tables(true), passing: tables(false) });
  }

  #generatedSecret(id: string, key: SecretKey): Secret {
    const secret = new Secret(this, id, {
      description: DESCRIPTIONS[key],
      encryptionKey: this.key,
      removalPolicy: this.#removalPolicy,
      generateSecretString: {
        secretStringTemplate: "{}",
        generateStringKey: "current",
        passwordLength: 64,
        excludePunctuation: true,
      },
    });
    return secret;
  }

  /**
   * Created without any value, so that there is nothing to mistake for a credential: reading it fails until an operator
   * has stored one, and no later deployment ever writes over what was stored.
   */
  #darajaSecret(): Secret {
    const secret = new Secret(this, "DarajaSecret", {
      description: DESCRIPTIONS.daraja,
      encryptionKey: this.key,
      removalPolicy: this.#removalPolicy,
    });
    const resource = secret.node.defaultChild;
    if (CfnSecret.isCfnResource(resource)) resource.addPropertyDeletionOverride("GenerateSecretString");
    return secret;
  }

  /** What the operator's commands ask for. Names, never values. */
  #outputs(): void {
    new CfnOutput(this, "DarajaSecretArn", { value: this.secrets.daraja.secretArn });
    new CfnOutput(this, "SigningSecretArn", { value: this.secrets.signing.secretArn });
    new CfnOutput(this, "PepperSecretArn", { value: this.secrets.pepper.secretArn });
    new CfnOutput(this, "PhoneKeysSecretArn", { value: this.secrets.phoneKeys.secretArn });
    new CfnOutput(this, "TransactionsTableName", { value: this.tables.transactions.tableName });
    new CfnOutput(this, "ArchiveBucketName", { value: this.archive.bucketName });
    new CfnOutput(this, "DirectoryTableName", { value: this.tables.directory.tableName });
    new CfnOutput(this, "CoordinationTableName", { value: this.tables.coordination.tableName });
  }
}
