/** What the AWS door itself answers instead of a service, in the words and the format that the service's SDK understands. */
import type { Call } from "./call.ts";

export type Refusal = { readonly status: number; readonly contentType: string; readonly body: string };

export const throttled = (call: Call): Refusal => {
  if (call.service === "s3") return xml(503, "SlowDown", "Please reduce your request rate.");
  const dynamo = "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException";
  return json(400, call.service === "dynamodb" ? dynamo : "ThrottlingException", "Rate exceeded");
};

export const tooLarge = ({ service }: Call): Refusal =>
  service === "s3" ? tooLargeObject : json(413, "RequestEntityTooLargeException", "The request is too large.");

export const notRun = ({ service, operation }: Call): Refusal => {
  const sentence = `The template has no ${service}, so the sandbox does not run it (${operation}).`;
  return service === "s3" ? xml(501, "NotImplemented", sentence) : json(501, "NotImplementedException", sentence);
};

/** `sentence` names the permission; it is for the log of whoever called. */
export const accessDenied = ({ service }: Call, sentence: string): Refusal =>
  service === "s3"
    ? xml(403, "AccessDenied", sentence)
    : json(400, "com.amazon.coral.service#AccessDeniedException", sentence);

const json = (status: number, type: string, message: string): Refusal => ({
  status,
  contentType: "application/x-amz-json-1.1",
  body: JSON.stringify({ __type: type, message }),
});

/** S3's form of an error. The message holds nothing that a request brought along. */
export const xml = (status: number, code: string, message: string): Refusal => ({
  status,
  contentType: "application/xml",
  body: `<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>${code}</Code><Message>${message}</Message></Error>`,
});

export const tooLargeObject = xml(
  400,
  "EntityTooLarge",
  "Your proposed upload exceeds the size that the sandbox takes.",
);
