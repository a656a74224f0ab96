/**
 * What is sealed under a key of the template, and what a service asks of that key in its caller's name. The context is
 * what the service tells the key about the thing, and what a policy can hold it to. Sources: the chapters on encryption in
 * the developer guides of DynamoDB, SQS, Secrets Manager and S3.
 */
import * as z from "zod";

import type { Deployment } from "../../template/deployment.ts";
import type { Need } from "./simulate.ts";

type Seal = { readonly keyArn: string; readonly context: Readonly<Record<string, string>> };

/** What of the key is needed for an action on this thing; nothing when it is not sealed under one. */
export type KeyNeeds = (action: string, resource: string) => readonly Need[];

const OPEN_TABLE = ["kms:Decrypt", "kms:DescribeKey"];
const CHANGE_TABLE = [
  ...OPEN_TABLE,
  "kms:Encrypt",
  "kms:GenerateDataKey",
  "kms:GenerateDataKeyWithoutPlaintext",
  "kms:ReEncryptFrom",
  "kms:ReEncryptTo",
];

/**
 * By action on the sealed thing. Of DynamoDB all that its guide lists for a table's users, which is more than it was seen
 * to ask for. A queue's sender may have to make a data key and proves it by opening it. Under a bucket key S3 makes one or
 * opens the one it made.
 */
const ASKED_OF_THE_KEY: Readonly<Record<string, readonly string[]>> = {
  "dynamodb:GetItem": OPEN_TABLE,
  "dynamodb:BatchGetItem": OPEN_TABLE,
  "dynamodb:Query": OPEN_TABLE,
  "dynamodb:Scan": OPEN_TABLE,
  "dynamodb:PutItem": CHANGE_TABLE,
  "dynamodb:UpdateItem": CHANGE_TABLE,
  "dynamodb:DeleteItem": CHANGE_TABLE,
  "dynamodb:BatchWriteItem": CHANGE_TABLE,
  "dynamodb:ConditionCheckItem": OPEN_TABLE,
  "dynamodb:GetRecords": OPEN_TABLE,
  "sqs:SendMessage": ["kms:Decrypt", "kms:GenerateDataKey"],
  "sqs:ReceiveMessage": ["kms:Decrypt"],
  "secretsmanager:GetSecretValue": ["kms:Decrypt"],
  "secretsmanager:PutSecretValue": ["kms:Decrypt", "kms:GenerateDataKey"],
  "s3:GetObject": ["kms:Decrypt"],
  "s3:PutObject": ["kms:Decrypt", "kms:GenerateDataKey"],
};

const Table = z.object({ SSESpecification: z.object({ KMSMasterKeyId: z.string().optional() }).optional() });
const Queue = z.object({ KmsMasterKeyId: z.string().optional() });
const Secret = z.object({ KmsKeyId: z.string().optional() });
const Bucket = z.object({
  BucketEncryption: z
    .object({
      ServerSideEncryptionConfiguration: z.array(
        z.object({
          BucketKeyEnabled: z.boolean().default(false),
          ServerSideEncryptionByDefault: z.object({ KMSMasterKeyID: z.string().optional() }).optional(),
        }),
      ),
    })
    .optional(),
});

/** Reads what is sealed from the template. */
export const readSeals = (deployment: Deployment): KeyNeeds => {
  const { region } = deployment.place;
  const find = sealsOf(deployment);
  return (action, resource) => {
    const seal = find(resource);
    if (seal === null) return [];
    const [service = ""] = action.split(":");
    const via = { "kms:ViaService": `${service}.${region}.amazonaws.com` };
    // Looking at a key opens nothing, so there is nothing to tell it.
    const contextOf = (asked: string) => (asked === "kms:DescribeKey" ? via : { ...seal.context, ...via });
    return (ASKED_OF_THE_KEY[action] ?? []).map((asked) => ({
      action: asked,
      resource: seal.keyArn,
      context: contextOf(asked),
    }));
  };
};

const sealsOf = (deployment: Deployment): ((resource: string) => Seal | null) => {
  const keys = new Map(
    deployment.ofType("AWS::KMS::Key").flatMap((key) => [
      [key.ref, key.attribute("Arn")],
      [key.attribute("Arn"), key.attribute("Arn")],
    ]),
  );
  const seals = new Map<string, Seal>();
  const seal = (arn: string, key: string | undefined, told: Readonly<Record<string, string>>): void => {
    const keyArn = keys.get(key ?? "");
    const context = Object.fromEntries(
      Object.entries(told).map(([name, value]) => [`kms:EncryptionContext:${name}`, value]),
    );
    if (keyArn !== undefined) seals.set(wholeOf(arn), { keyArn, context });
  };
  for (const table of deployment.ofType("AWS::DynamoDB::Table"))
    seal(table.attribute("Arn"), table.properties(Table).SSESpecification?.KMSMasterKeyId, {
      "aws:dynamodb:tableName": table.ref,
    });
  for (const queue of deployment.ofType("AWS::SQS::Queue"))
    seal(queue.attribute("Arn"), queue.properties(Queue).KmsMasterKeyId, { "aws:sqs:arn": queue.attribute("Arn") });
  for (const secret of deployment.ofType("AWS::SecretsManager::Secret"))
    seal(secret.ref, secret.properties(Secret).KmsKeyId, { SecretARN: secret.ref });
  const ofObjects = new Set<string>();
  for (const bucket of deployment.ofType("AWS::S3::Bucket")) {
    const arn = bucket.attribute("Arn");
    const [rule] = bucket.properties(Bucket).BucketEncryption?.ServerSideEncryptionConfiguration ?? [];
    seal(arn, rule?.ServerSideEncryptionByDefault?.KMSMasterKeyID, { "aws:s3:arn": arn });
    if (rule?.BucketKeyEnabled !== true) ofObjects.add(arn);
  }
  return (resource) => {
    const thing = wholeOf(resource);
    const found = seals.get(thing);
    if (found === undefined || !ofObjects.has(thing)) return found ?? null;
    return { ...found, context: { "kms:EncryptionContext:aws:s3:arn": resource } };
  };
};

/** The table of an index or stream, the bucket of an object; anything else is whole. */
const wholeOf = (arn: string): string => {
  if (arn.startsWith("arn:aws:s3:::")) return arn.split("/")[0] ?? arn;
  // By its name, because the engine's streams say another region than their tables.
  return /:(table\/[^/]+)/.exec(arn)?.[1] ?? arn;
};
