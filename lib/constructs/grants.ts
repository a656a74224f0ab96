/**
 * What a function may do to data, action by action. No wildcard in an action, and none in a resource but for the files
 * below one prefix: a function that reads can't write, and none can delete a transaction or a file. A table that holds
 * several kinds of items is open for the kinds that are named, and the key that seals things for the one thing that it
 * seals here. Nothing is given that no test uses (docs/adr/0026-permissions-held-by-running.md).
 */
import { Aws } from "aws-cdk-lib";
import { PolicyStatement } from "aws-cdk-lib/aws-iam";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import type { IRole } from "aws-cdk-lib/aws-iam";
import type { IKey } from "aws-cdk-lib/aws-kms";
import type { Bucket } from "aws-cdk-lib/aws-s3";
import type { Secret } from "aws-cdk-lib/aws-secretsmanager";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import type { FilePrefix } from "../function-spec.ts";

/**
 * What a role may do to a table's items. A transactional write needs the permission of each write in it; a batch of writes
 * has a permission of its own, which would also let delete, so it is given for what expires anyway and never for the
 * ledger: a transaction, once written, stays.
 */
export type TableAction =
  | "dynamodb:GetItem"
  | "dynamodb:BatchGetItem"
  | "dynamodb:PutItem"
  | "dynamodb:UpdateItem"
  | "dynamodb:DeleteItem"
  | "dynamodb:BatchWriteItem";

/** What a service tells the key about the thing that it opens, under the service's name for it. */
const TOLD_TO_THE_KEY = {
  dynamodb: "aws:dynamodb:tableName",
  secretsmanager: "SecretARN",
  sqs: "aws:sqs:arn",
  s3: "aws:s3:arn",
} as const;

/**
 * The use of the key through one service and for one thing only: nobody who stole a function's role can use it directly,
 * nor for anything else that is sealed with it.
 */
const grantKey = (
  role: IRole,
  options: {
    readonly key: IKey;
    readonly service: keyof typeof TOLD_TO_THE_KEY;
    readonly thing: string;
    readonly actions: readonly string[];
  },
): void => {
  const { key, service, thing, actions } = options;
  const via = { "kms:ViaService": `${service}.${Aws.REGION}.amazonaws.com` };
  const told = { [`kms:EncryptionContext:${TOLD_TO_THE_KEY[service]}`]: thing };
  const allow = (which: readonly string[], StringEquals: Readonly<Record<string, string>>): void => {
    if (which.length === 0) return;
    role.addToPrincipalPolicy(
      new PolicyStatement({ actions: [...which], resources: [key.keyArn], conditions: { StringEquals } }),
    );
  };
  const isLook = (action: string): boolean => action === LOOK;
  allow(
    actions.filter((action) => !isLook(action)),
    { ...via, ...told },
  );
  allow(actions.filter(isLook), via);
};

/** What a key is, without anything of what it seals: of nothing that it is told. */
const LOOK = "kms:DescribeKey";
const OPEN = ["kms:Decrypt"];
/** Who writes may be the one for whom a new data key is made, and it is proved by opening it. */
const SEAL = ["kms:Decrypt", "kms:GenerateDataKey"];

/**
 * What DynamoDB's guide lists as the least that a table's user needs of the table's key. Opening
 * is what it was seen to do in a caller's name; the rest it may do with the grant that it got with the table. Nobody has
 * promised that, and a ledger that can't be written is the worse mistake.
 */
const OPEN_TABLE = [...OPEN, LOOK];
const CHANGE_TABLE = [
  ...OPEN_TABLE,
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];
const READING: readonly TableAction[] = ["dynamodb:GetItem", "dynamodb:BatchGetItem"];

/** `keys`: what the keys of the items begin with that it may touch, each ending in a `*`; every item when left out. */
export interface TableGrant {
  readonly actions: readonly TableAction[];
  readonly keys?: readonly string[];
  readonly indexes?: readonly string[];
}

export const grantTable = (
  role: IRole,
  table: Table,
  { actions, keys, indexes = [], key }: TableGrant & { readonly key: IKey },
): void => {
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: [...actions],
      resources: [table.tableArn],
      ...(keys === undefined
        ? {}
        : { conditions: { "ForAllValues:StringLike": { "dynamodb:LeadingKeys": [...keys] } } }),
    }),
  );
  if (indexes.length > 0) {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ["dynamodb:Query"],
        resources: indexes.map((index) => `${table.tableArn}/index/${index}`),
      }),
    );
  }
  const isReader = actions.every((action) => READING.includes(action));
  grantKey(role, {
    key,
    service: "dynamodb",
    thing: table.tableName,
    actions: isReader ? OPEN_TABLE : CHANGE_TABLE,
  });
};

/** What the Lambda service does in the function's name to follow a stream. */
const FOLLOW = ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"];

export const grantStream = (role: IRole, table: Table, key: IKey): void => {
  if (table.tableStreamArn === undefined) throw new TypeError(`${table.node.path} has no stream to follow`);
  role.addToPrincipalPolicy(new PolicyStatement({ actions: FOLLOW, resources: [table.tableStreamArn] }));
  grantKey(role, { key, service: "dynamodb", thing: table.tableName, actions: OPEN_TABLE });
};

export const grantSecret = (role: IRole, secret: Secret, key: IKey): void => {
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [secret.secretArn] }),
  );
  grantKey(role, { key, service: "secretsmanager", thing: secret.secretArn, actions: OPEN });
};

/** What the four steps of a rotation take. Secrets Manager has a version's value sealed with a data key of its own. */
const ROTATE = [
  "secretsmanager:DescribeSecret",
  "secretsmanager:GetSecretValue",
  "secretsmanager:PutSecretValue",
  "secretsmanager:UpdateSecretVersionStage",
];

export const grantRotation = (role: IRole, secret: Secret, key: IKey): void => {
  role.addToPrincipalPolicy(new PolicyStatement({ actions: ROTATE, resources: [secret.secretArn] }));
  grantKey(role, { key, service: "secretsmanager", thing: secret.secretArn, actions: SEAL });
};

/** Sending, how many wait, and what the Lambda service does in the function's name when a queue runs it. */
const QUEUE_ACTIONS = {
  send: ["sqs:SendMessage"],
  look: ["sqs:GetQueueAttributes"],
  consume: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
} as const;
export type QueueUse = keyof typeof QUEUE_ACTIONS;

export const grantQueue = (
  role: IRole,
  queue: IQueue,
  { how, key }: { readonly how: QueueUse; readonly key: IKey },
): void => {
  role.addToPrincipalPolicy(new PolicyStatement({ actions: [...QUEUE_ACTIONS[how]], resources: [queue.queueArn] }));
  // How many wait is no secret of the key's.
  if (how === "look") return;
  grantKey(role, { key, service: "sqs", thing: queue.queueArn, actions: how === "send" ? SEAL : OPEN });
};

const FILE_ACTIONS = { read: ["s3:GetObject"], write: ["s3:PutObject"] } as const;

/** Only the days that are over are listed: what is below one prefix, by day. */
export const grantArchive = (
  role: IRole,
  bucket: Bucket,
  use: { readonly how: "append" | "root"; readonly key: IKey },
): void => {
  const allow = (actions: string[], resource: string): void => {
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [resource] }));
  };
  grantKey(role, { key: use.key, service: "s3", thing: bucket.bucketArn, actions: SEAL });
  if (use.how === "append") {
    allow(["s3:PutObject"], bucket.arnForObjects("entries/*"));
    return;
  }
  role.addToPrincipalPolicy(
    new PolicyStatement({
      actions: ["s3:ListBucket"],
      resources: [bucket.bucketArn],
      conditions: { StringLike: { "s3:prefix": ["entries/*", "roots/*"] } },
    }),
  );
  allow(["s3:GetObject"], bucket.arnForObjects("entries/*"));
  allow(["s3:GetObject", "s3:PutObject"], bucket.arnForObjects("roots/*"));
};

export const grantFiles = (
  role: IRole,
  bucket: Bucket,
  use: { readonly how: "read" | "write"; readonly prefix: FilePrefix; readonly key: IKey },
): void => {
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: [...FILE_ACTIONS[use.how]], resources: [bucket.arnForObjects(`${use.prefix}/*`)] }),
  );
  const actions = use.how === "read" ? OPEN : SEAL;
  grantKey(role, { key: use.key, service: "s3", thing: bucket.bucketArn, actions });
};
