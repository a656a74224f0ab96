/**
 * What a function may do to data, action by action. No wildcard in an action, and none in a resource but for the files
 * below one prefix: a function that reads can't write, and none can delete a transaction or a file.
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
 * Each way of using a table. A transactional write needs the permission of each write in it; a batch of writes has a
 * permission of its own, which would also let delete, so it is given for what expires anyway and never for the ledger:
 * a transaction, once written, stays.
 */
const TABLE_ACTIONS = {
  lookup: ["dynamodb:GetItem"],
  read: ["dynamodb:GetItem", "dynamodb:BatchGetItem"],
  ledger: ["dynamodb:GetItem", "dynamodb:BatchGetItem", "dynamodb:PutItem", "dynamodb:UpdateItem"],
  shared: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
  overwritten: ["dynamodb:PutItem"],
  added: ["dynamodb:GetItem", "dynamodb:PutItem"],
  remembered: ["dynamodb:BatchGetItem", "dynamodb:BatchWriteItem"],
  cache: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:UpdateItem", "dynamodb:DeleteItem"],
} as const;
export type TableUse = keyof typeof TABLE_ACTIONS;

/** What DynamoDB asks of the key in the caller's name when it opens, and when it changes, a sealed table. */
const OPEN_TABLE = ["kms:Decrypt", "kms:DescribeKey"];
const CHANGE_TABLE = [
  ...OPEN_TABLE,
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

/** The use of the key through one service only; nobody who stole a function's role can use it directly. */
export const keyThrough = (options: {
  readonly key: IKey;
  readonly service: "dynamodb" | "secretsmanager" | "sqs" | "s3";
  readonly actions: string[];
}): PolicyStatement =>
  new PolicyStatement({
    actions: options.actions,
    resources: [options.key.keyArn],
    conditions: {
      StringEquals: { "kms:ViaService": `${options.service}.${Aws.REGION}.amazonaws.com` },
    },
  });

export const grantTable = (
  role: IRole,
  table: Table,
  use: { readonly how: TableUse; readonly indexes: readonly string[]; readonly key: IKey },
): void => {
  role.addToPrincipalPolicy(new PolicyStatement({ actions: [...TABLE_ACTIONS[use.how]], resources: [table.tableArn] }));
  if (use.indexes.length > 0) {
    role.addToPrincipalPolicy(
      new PolicyStatement({
        actions: ["dynamodb:Query"],
        resources: use.indexes.map((index) => `${table.tableArn}/index/${index}`),
      }),
    );
  }
  const actions = use.how === "read" || use.how === "lookup" ? OPEN_TABLE : CHANGE_TABLE;
  role.addToPrincipalPolicy(keyThrough({ key: use.key, service: "dynamodb", actions }));
};

export const grantSecret = (role: IRole, secret: Secret, key: IKey): void => {
  role.addToPrincipalPolicy(
    new PolicyStatement({ actions: ["secretsmanager:GetSecretValue"], resources: [secret.secretArn] }),
  );
  role.addToPrincipalPolicy(keyThrough({ key, service: "secretsmanager", actions: ["kms:Decrypt"] }));
};

/** Sending, and what the Lambda service does in the function's name when a queue runs it. */
const QUEUE_ACTIONS = {
  send: ["sqs:SendMessage"],
  consume: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
} as const;
export type QueueUse = keyof typeof QUEUE_ACTIONS;

/** SQS opens a queue's data key for whoever reads, and for whoever sends may have to make a new one. */
const QUEUE_KEY_ACTIONS = { send: ["kms:Decrypt", "kms:GenerateDataKey"], consume: ["kms:Decrypt"] } as const;

export const grantQueue = (
  role: IRole,
  queue: IQueue,
  { how, key }: { readonly how: QueueUse; readonly key: IKey },
): void => {
  role.addToPrincipalPolicy(new PolicyStatement({ actions: [...QUEUE_ACTIONS[how]], resources: [queue.queueArn] }));
  role.addToPrincipalPolicy(keyThrough({ key, service: "sqs", actions: [...QUEUE_KEY_ACTIONS[how]] }));
};

/** A large file is written in parts, and opening the key again is what joins them. */
const FILE_ACTIONS = { read: ["s3:GetObject"], write: ["s3:PutObject", "s3:AbortMultipartUpload"] } as const;
const FILE_KEY_ACTIONS = { read: ["kms:Decrypt"], write: ["kms:Decrypt", "kms:GenerateDataKey"] } as const;

/** `list` is the whole bucket's, which holds nothing but the archive. */
export const grantArchive = (
  role: IRole,
  bucket: Bucket,
  use: { readonly how: "append" | "root"; readonly key: IKey },
): void => {
  const allow = (actions: string[], resource: string): void => {
    role.addToPrincipalPolicy(new PolicyStatement({ actions, resources: [resource] }));
  };
  const actions = ["kms:Decrypt", "kms:GenerateDataKey"];
  role.addToPrincipalPolicy(keyThrough({ key: use.key, service: "s3", actions }));
  if (use.how === "append") {
    allow(["s3:PutObject"], bucket.arnForObjects("entries/*"));
    return;
  }
  allow(["s3:ListBucket"], bucket.bucketArn);
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
  role.addToPrincipalPolicy(keyThrough({ key: use.key, service: "s3", actions: [...FILE_KEY_ACTIONS[use.how]] }));
};
