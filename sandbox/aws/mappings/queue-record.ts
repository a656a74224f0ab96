/** A queue's message as Lambda hands it to a function. */
import type { Message } from "@aws-sdk/client-sqs";

import type { Matches } from "./event-pattern.ts";

export type QueueSource = { readonly queueArn: string; readonly region: string };

export type QueueRecord = {
  readonly messageId: string;
  readonly receiptHandle: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly messageAttributes: Readonly<Record<string, unknown>>;
  readonly md5OfBody: string;
  readonly eventSource: "aws:sqs";
  readonly eventSourceARN: string;
  readonly awsRegion: string;
};

export const queueRecord = (message: Message, { queueArn, region }: QueueSource): QueueRecord => ({
  messageId: message.MessageId ?? "",
  receiptHandle: message.ReceiptHandle ?? "",
  body: message.Body ?? "",
  attributes: { ...message.Attributes },
  messageAttributes: messageAttributes(message),
  md5OfBody: message.MD5OfBody ?? "",
  eventSource: "aws:sqs",
  eventSourceARN: queueArn,
  awsRegion: region,
});

const messageAttributes = ({ MessageAttributes = {} }: Message): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(MessageAttributes).map(([name, { DataType, StringValue, BinaryValue }]) => [
      name,
      {
        ...(StringValue === undefined ? {} : { stringValue: StringValue }),
        ...(BinaryValue === undefined ? {} : { binaryValue: Buffer.from(BinaryValue).toString("base64") }),
        stringListValues: [],
        binaryListValues: [],
        dataType: DataType,
      },
    ]),
  );

/** A filter looks into a body that is JSON. */
export const passes = (record: QueueRecord, matches: Matches): boolean =>
  matches({ ...record, body: parsed(record.body) });

const parsed = (body: string): unknown => {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
};
