/**
 * What must outlive every deployment: the tables, the files, the key that seals them and the secrets. Kept apart from everything
 * else so that the rest can be replaced, or deleted, without touching a payment's history.
 */
import { CfnOutput, RemovalPolicy, Stack, Validations } from "aws-cdk-lib";
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
import type { Stage } from "./stage.ts";

/** The secrets, by what they are for. */
export const SECRETS = ["daraja", "signing", "pepper", "phoneKeys"] as const;
export type SecretKey = (typeof SECRETS)[number];

const attribute = (key: KeyAttribute): Attribute => ({
  name: key.name,
  type: key.type === "S" ? AttributeType.STRING : AttributeType.NUMBER,
});

/** Why a generated secret has no rotation schedule; each is one sentence about that secret alone. */
const NOT_ROTATED_BY_SCHEDULE: Readonly<Record<SecretKey, string>> = {
  daraja:
    "Safaricom issues these credentials and has no interface to change them; an operator replaces them in Safaricom's portal and stores them with the credentials command.",
  signing:
    "Rotated by the operator's command, which keeps the previous value so that callback addresses already given to Safaricom go on working; a schedule can't know when they have all been used.",
  pepper:
    "API keys are stored as keyed hashes; a new pepper is introduced beside the old one by the operator's command and the old one leaves when the last key made under it is replaced.",
  phoneKeys:
    "Phone numbers already on the ledger are found by keyed hash and opened with this key; a scheduled change would make them unfindable. The operator's command adds a sealing key and keeps the old.",
};

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
    this.key = this.#key();
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
    this.files = new FilesBucket(this, "Files", { stage: props.stage, key: this.key }).bucket;
    this.#outputs();
  }

  /** One key for data, secrets and notices. This account's alarms and schedules may seal their own messages with it. */
  #key(): Key {
    const key = new Key(this, "Key", {
      description: "Seals Malipo's tables, secrets, queues and notices.",
      enableKeyRotation: true,
      removalPolicy: this.#removalPolicy,
    });
    key.addToResourcePolicy(
      new PolicyStatement({
        sid: "NoticesOfThisAccount",
        principals: [new ServicePrincipal("cloudwatch.amazonaws.com"), new ServicePrincipal("events.amazonaws.com")],
        actions: ["kms:Decrypt", "kms:GenerateDataKey"],
        resources: ["*"],
        conditions: { StringEquals: { "aws:SourceAccount": this.account } },
      }),
    );
    return key;
  }

  #table(id: string, schema: TableSchema): Table {
    const lasting = schema.lasting && this.#removalPolicy === RemovalPolicy.RETAIN;
    const table = new Table(this, id, {
      partitionKey: attribute(schema.partitionKey),
      billingMode: BillingMode.PAY_PER_REQUEST,
      encryption: TableEncryption.CUSTOMER_MANAGED,
      encryptionKey: this.key,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: schema.lasting },
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
    if (!schema.lasting) {
      Validations.of(table).acknowledge({
        id: "AwsSolutions-DDB3",
        reason: `Everything in the ${schema.name} table expires within hours or days and can be rebuilt by the next request; restoring an old state of it would bring back leases and replies that no longer hold.`,
      });
    }
    return table;
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
    this.#rotatedByHand(secret, key);
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
    this.#rotatedByHand(secret, "daraja");
    return secret;
  }

  #rotatedByHand(secret: Secret, key: SecretKey): void {
    Validations.of(secret).acknowledge({ id: "AwsSolutions-SMG4", reason: NOT_ROTATED_BY_SCHEDULE[key] });
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
