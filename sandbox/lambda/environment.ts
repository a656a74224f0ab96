/**
 * The environment of a function: what the template gives it, plus what the Lambda service itself adds, and nothing of
 * this machine's. Each function signs its AWS calls with an access key id of its own (its logical id), by which the
 * stand-ins know who called.
 */
import { devNull } from "node:os";

import type { Place } from "../template/physical.ts";

export type FunctionLabel = {
  readonly logicalId: string;
  readonly name: string;
  readonly handler: string;
  readonly runtime: string;
  readonly memoryMegabytes: number;
  readonly codeDirectory: string;
  readonly variables: Readonly<Record<string, string>>;
};

/** What every function signs with; presigned URLs are checked against it. */
export const functionSecretKey = "sandbox";

export const functionEnvironment = (label: FunctionLabel, place: Place): Record<string, string> => ({
  AWS_REGION: place.region,
  AWS_DEFAULT_REGION: place.region,
  AWS_EXECUTION_ENV: `AWS_Lambda_${label.runtime}`,
  AWS_LAMBDA_FUNCTION_NAME: label.name,
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(label.memoryMegabytes),
  AWS_LAMBDA_FUNCTION_VERSION: "$LATEST",
  AWS_LAMBDA_INITIALIZATION_TYPE: "on-demand",
  AWS_LAMBDA_LOG_GROUP_NAME: `/aws/lambda/${label.name}`,
  AWS_LAMBDA_LOG_STREAM_NAME: "sandbox",
  LAMBDA_TASK_ROOT: label.codeDirectory,
  _HANDLER: label.handler,
  TZ: ":UTC",
  LANG: "en_US.UTF-8",
  AWS_ACCESS_KEY_ID: label.logicalId,
  AWS_SECRET_ACCESS_KEY: functionSecretKey,
  AWS_SESSION_TOKEN: "sandbox",
  // The SDK's own variables: the same code finds the stand-ins here and the services there.
  AWS_ENDPOINT_URL_DYNAMODB: place.awsUrl,
  AWS_ENDPOINT_URL_SECRETS_MANAGER: place.awsUrl,
  AWS_ENDPOINT_URL_SQS: place.awsUrl,
  AWS_ENDPOINT_URL_S3: place.awsUrl,
  // The runtime that deploys is newer than this machine's Node.js may be.
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  // A developer's own profile must not reach the function.
  AWS_CONFIG_FILE: devNull,
  AWS_SHARED_CREDENTIALS_FILE: devNull,
  ...label.variables,
});
