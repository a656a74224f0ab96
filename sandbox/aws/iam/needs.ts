/**
 * Which permissions a call needs: an action and what it is done to, as the service itself would ask IAM. What is not
 * known here needs the permission of its own name on everything, so it is refused until somebody teaches it.
 */
import * as z from "zod";

import type { Place } from "../../template/physical.ts";
import type { Asked } from "../door/aws-door.ts";
import { s3Target } from "../door/s3-operation.ts";
import { socketTarget } from "../websocket-api/socket-target.ts";

export type Need = {
  /** Such as `dynamodb:GetItem`. */
  readonly action: string;
  /** An ARN, without wildcards. */
  readonly resource: string;
};

/** Everything that must be allowed for the call to be. */
export const needsOf = ({ call, url, body }: Asked, place: Place): readonly Need[] => {
  switch (call.service) {
    case "dynamodb":
      return ofDynamoDb(call.operation, Tables.parse(JSON.parse(body)), place);
    case "sqs":
      return [{ action: sqsAction(call.operation), resource: queueArn(Queue.parse(JSON.parse(body)).QueueUrl, place) }];
    case "secretsmanager": {
      const { SecretId } = Secret.parse(JSON.parse(body));
      return [{ action: `secretsmanager:${call.operation}`, resource: SecretId }];
    }
    case "s3":
      return [ofS3(call.operation, url)];
    case "execute-api":
      return [ofSocket(call.operation, url, place)];
  }
};

const Named = z.looseObject({ TableName: z.string() });
const Tables = z.looseObject({
  TableName: z.string().optional(),
  IndexName: z.string().optional(),
  /** Of BatchGetItem and BatchWriteItem, by table. */
  RequestItems: z.record(z.string(), z.unknown()).default({}),
  /** Of TransactGetItems and TransactWriteItems, each by what is done. */
  TransactItems: z.array(z.record(z.string(), Named)).default([]),
});
const Queue = z.looseObject({ QueueUrl: z.string() });
const Secret = z.looseObject({ SecretId: z.string() });

const ofDynamoDb = (operation: string, input: z.infer<typeof Tables>, place: Place): readonly Need[] => {
  const arn = (table: string): string => `arn:aws:dynamodb:${place.region}:${place.accountId}:table/${table}`;
  const parts = input.TransactItems.flatMap((item) =>
    Object.entries(item).map(([what, { TableName }]) => ({ action: transacted(what), resource: arn(TableName) })),
  );
  if (parts.length > 0) return parts;
  const index = input.IndexName === undefined ? "" : `/index/${input.IndexName}`;
  const named = input.TableName === undefined ? [] : [`${input.TableName}${index}`];
  const needs = [...named, ...Object.keys(input.RequestItems)].map((table) => ({
    action: `dynamodb:${operation}`,
    resource: arn(table),
  }));
  return needs.length > 0 ? needs : [{ action: `dynamodb:${operation}`, resource: arn("*") }];
};

/** `Put`, `Update`, `Delete`, `Get` need the permission of the plain call; a condition has one of its own. */
const transacted = (what: string): string => `dynamodb:${what}Item`;

/** A batch of messages needs what one message does. */
const sqsAction = (operation: string): string => `sqs:${operation.replace(/Batch$/, "")}`;

const queueArn = (url: string, { region, accountId }: Place): string =>
  `arn:aws:sqs:${region}:${accountId}:${url.split("/").at(-1) ?? ""}`;

const SOCKET_METHODS: Readonly<Record<string, string>> = { GetConnection: "GET", DeleteConnection: "DELETE" };

const ofSocket = (operation: string, url: string, { region, accountId }: Place): Need => {
  const { api = "*", stage = "*", connection = "*" } = socketTarget(url) ?? {};
  const socket = `${stage}/${SOCKET_METHODS[operation] ?? "POST"}/@connections/${connection}`;
  return {
    action: "execute-api:ManageConnections",
    resource: `arn:aws:execute-api:${region}:${accountId}:${api}/${socket}`,
  };
};

/** Operations on objects that have no permission of their own name. */
const S3_ACTIONS: Readonly<Record<string, string>> = {
  HeadObject: "s3:GetObject",
  CopyObject: "s3:PutObject",
  CreateMultipartUpload: "s3:PutObject",
  UploadPart: "s3:PutObject",
  CompleteMultipartUpload: "s3:PutObject",
  ListObjects: "s3:ListBucket",
  ListObjectsV2: "s3:ListBucket",
  HeadBucket: "s3:ListBucket",
};

const ofS3 = (operation: string, url: string): Need => {
  const { bucket, key } = s3Target(url);
  return {
    action: S3_ACTIONS[operation] ?? `s3:${operation}`,
    resource: `arn:aws:s3:::${bucket}${key === "" ? "" : `/${key}`}`,
  };
};
