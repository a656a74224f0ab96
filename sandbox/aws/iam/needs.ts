/**
 * Which permissions a call needs: an action, what it is done to, and what AWS would tell a policy about it. What is not
 * known here needs the permission of its own name on everything, so it is refused until somebody teaches it.
 */
import * as z from "zod";
import type { Deployment } from "../../template/deployment.ts";
import type { Place } from "../../template/physical.ts";
import type { Asked } from "../door/aws-door.ts";
import { s3Target } from "../door/s3-operation.ts";
import { socketTarget } from "../websocket-api/socket-target.ts";
import { readDynamoNeeds } from "./needs-dynamodb.ts";
import { readSeals } from "./sealed.ts";
import type { Bare, Need } from "./simulate.ts";

export type Needs = {
  /** Everything that must be allowed for a call to be. */
  ofCall(asked: Asked): readonly Need[];
  /** The same, of what a service does in a function's name by itself. */
  of(bare: Bare): readonly Need[];
};

/**
 * Condition keys that are told here as AWS tells them. A policy that asks for another can't be judged. Encryption contexts
 * are told by their full names.
 */
export const TOLD: readonly string[] = [
  "aws:SecureTransport",
  "dynamodb:EnclosingOperation",
  "dynamodb:LeadingKeys",
  "kms:ViaService",
  "s3:if-none-match",
  "s3:prefix",
  "s3:TlsVersion",
];

/** An SDK speaks to AWS in no other way. */
const SECURE = { "aws:SecureTransport": "true" };

export const readNeeds = (deployment: Deployment): Needs => {
  const keyNeeds = readSeals(deployment);
  const ofDynamoDb = readDynamoNeeds(deployment);
  const { place } = deployment;
  const complete = ({ action, resource, context = {} }: Bare): readonly Need[] => [
    { action, resource, context: { ...SECURE, ...context } },
    ...keyNeeds(action, resource).map((need) => ({ ...need, context: { ...SECURE, ...need.context } })),
  ];
  return {
    of: complete,
    ofCall: (asked) => bareNeeds(asked, { place, ofDynamoDb }).flatMap(complete),
  };
};

type Known = { readonly place: Place; readonly ofDynamoDb: ReturnType<typeof readDynamoNeeds> };

const bareNeeds = ({ call, url, body, headers }: Asked, { place, ofDynamoDb }: Known): readonly Bare[] => {
  const { service, operation } = call;
  switch (service) {
    case "dynamodb":
      return ofDynamoDb(operation, JSON.parse(body));
    case "sqs":
      return [{ action: sqsAction(operation), resource: queueArn(Queue.parse(JSON.parse(body)).QueueUrl, place) }];
    case "secretsmanager":
      return [ofSecrets(operation, body)];
    case "s3":
      return [ofS3(operation, url, headers)];
    case "execute-api":
      return [ofSocket(operation, url, place)];
  }
};

const Queue = z.looseObject({ QueueUrl: z.string() });
const Secret = z.looseObject({ SecretId: z.string().default("*") });

/** A batch of messages needs what one message does. */
const sqsAction = (operation: string): string => `sqs:${operation.replace(/Batch$/, "")}`;

const queueArn = (url: string, { region, accountId }: Place): string =>
  `arn:aws:sqs:${region}:${accountId}:${url.split("/").at(-1) ?? ""}`;

/** What is about no secret in particular, such as making up a password, is about all. */
const ofSecrets = (operation: string, body: string): Bare => ({
  action: `secretsmanager:${operation}`,
  resource: Secret.parse(JSON.parse(body)).SecretId,
});

const SOCKET_METHODS: Readonly<Record<string, string>> = { GetConnection: "GET", DeleteConnection: "DELETE" };

const ofSocket = (operation: string, url: string, { region, accountId }: Place): Bare => {
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

/** Writing once, in whichever part of the write it is said. */
const ofS3 = (operation: string, url: string, headers: Asked["headers"]): Bare => {
  const { bucket, key, query } = s3Target(url);
  const onlyOnce = headers["if-none-match"];
  const prefix = query.get("prefix");
  return {
    action: S3_ACTIONS[operation] ?? `s3:${operation}`,
    resource: `arn:aws:s3:::${bucket}${key === "" ? "" : `/${key}`}`,
    context: {
      "s3:TlsVersion": "1.3",
      ...(typeof onlyOnce === "string" ? { "s3:if-none-match": onlyOnce } : {}),
      ...(prefix === null ? {} : { "s3:prefix": prefix }),
    },
  };
};
