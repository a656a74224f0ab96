/** Who calls which operation of which AWS service: read from the request as the SDK sends it. */
import type { IncomingMessage } from "node:http";

import { socketTarget } from "../websocket-api/socket-target.ts";
import { s3Operation, s3Target } from "./s3-operation.ts";

export type Service = "dynamodb" | "secretsmanager" | "sqs" | "s3" | "execute-api";
export type Call = {
  /** The access key id that signed the call: for a function its logical id, otherwise whoever asked. */
  readonly caller: string;
  readonly service: Service;
  readonly operation: string;
};

const SERVICES: readonly [prefix: string, service: Service][] = [
  ["DynamoDB_20120810.", "dynamodb"],
  ["DynamoDBStreams_20120810.", "dynamodb"],
  ["secretsmanager.", "secretsmanager"],
  ["AmazonSQS.", "sqs"],
];

/** What is done to an open socket, by the request's method. */
const SOCKET_OPERATIONS: Readonly<Record<string, string>> = {
  POST: "PostToConnection",
  GET: "GetConnection",
  DELETE: "DeleteConnection",
};

/** S3 and sockets have no target header. What a presigned URL brings is counted as such, apart from its signer's own calls. */
export const identifyCall = (request: Pick<IncomingMessage, "headers" | "method" | "url">): Call => {
  const { headers, method = "GET", url = "/" } = request;
  const { authorization = "", "x-amz-target": target } = headers;
  const caller = /Credential=([^/]+)\//.exec(authorization)?.[1] ?? signerOf(url);
  if (socketTarget(url) !== null)
    return { caller, service: "execute-api", operation: SOCKET_OPERATIONS[method] ?? method };
  const name = typeof target === "string" ? target : "";
  const [prefix = "", service = "s3"] = SERVICES.find(([start]) => name.startsWith(start)) ?? [];
  return { caller, service, operation: name.slice(prefix.length) || s3Operation({ method, url, headers }) };
};

const signerOf = (url: string): string => {
  const signer = s3Target(url).query.get("X-Amz-Credential")?.split("/")[0];
  return signer === undefined ? "anonymous" : `presigned-by-${signer}`;
};
