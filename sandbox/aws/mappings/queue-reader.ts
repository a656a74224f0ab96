/**
 * How the Lambda service reads a queue: through the AWS door, so that every call is counted and can be given a fault. It
 * signs as `poller-of-<function>`, apart from the function's own calls.
 */
import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  ReceiveMessageCommand,
  SQSClient,
} from "@aws-sdk/client-sqs";

import type { Place } from "../../template/physical.ts";
import { queueRecord } from "./queue-record.ts";
import type { QueueRecord } from "./queue-record.ts";

/** What one receive, one delete or one change may hold. */
const MAX_RECEIVED = 10;

export type Receive = { readonly max: number; readonly waitSeconds: number };
export type QueueReader = {
  /** Up to `max` messages, at most ten; waits up to `waitSeconds` for the first. */
  receive(asked: Receive): Promise<QueueRecord[]>;
  /** Takes them off the queue for good. */
  remove(records: readonly QueueRecord[]): Promise<void>;
  /** Lets them be received again at once. */
  putBack(records: readonly QueueRecord[]): Promise<void>;
  /** Ends the calls under way; they reject. */
  close(): void;
};

export type ReaderOptions = {
  readonly place: Place;
  /** The queue's address at the door. */
  readonly queueUrl: string;
  readonly queueArn: string;
  /** Whom the calls are counted for. */
  readonly caller: string;
};

export const createQueueReader = ({ place, queueUrl, queueArn, caller }: ReaderOptions): QueueReader => {
  const closing = new AbortController();
  const client = new SQSClient({
    endpoint: place.awsUrl,
    region: place.region,
    credentials: { accessKeyId: caller, secretAccessKey: "sandbox" },
    maxAttempts: 1, // the mapping decides what a failure means
  });
  const asked = { abortSignal: closing.signal };
  return {
    async receive({ max, waitSeconds }) {
      const { Messages = [] } = await client.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: Math.min(max, MAX_RECEIVED),
          WaitTimeSeconds: waitSeconds,
          MessageSystemAttributeNames: ["All"],
          MessageAttributeNames: ["All"],
        }),
        asked,
      );
      return Messages.map((message) => queueRecord(message, { queueArn, region: place.region }));
    },
    async remove(records) {
      for (const Entries of entriesOf(records))
        await client.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }), asked);
    },
    async putBack(records) {
      for (const entries of entriesOf(records)) {
        const Entries = entries.map((entry) => ({ ...entry, VisibilityTimeout: 0 }));
        await client.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }), asked);
      }
    },
    close() {
      closing.abort();
      client.destroy();
    },
  };
};

const entriesOf = (records: readonly QueueRecord[]): { Id: string; ReceiptHandle: string }[][] =>
  Array.from({ length: Math.ceil(records.length / MAX_RECEIVED) }, (_unused, index) =>
    records
      .slice(index * MAX_RECEIVED, (index + 1) * MAX_RECEIVED)
      .map(({ receiptHandle }, position) => ({ Id: String(position), ReceiptHandle: receiptHandle })),
  );
