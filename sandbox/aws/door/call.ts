/** Who calls which operation of which AWS service: read from the request as the SDK sends it. */
import type { IncomingMessage } from "node:http";

export type Service = "dynamodb" | "secretsmanager" | "sqs" | "s3";
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

/** S3 alone has no target header: its operation is the method. */
export const identifyCall = (request: Pick<IncomingMessage, "headers" | "method">): Call => {
  const { authorization = "", "x-amz-target": target } = request.headers;
  const caller = /Credential=([^/]+)\//.exec(authorization)?.[1] ?? "anonymous";
  const name = typeof target === "string" ? target : "";
  const [prefix = "", service = "s3"] = SERVICES.find(([start]) => name.startsWith(start)) ?? [];
  return { caller, service, operation: name.slice(prefix.length) || (request.method ?? "GET") };
};
