/**
 * What AWS puts between a queue and its function: takes messages in batches, runs so many functions at a time and no more,
 * and deletes what was dealt with. What must stay true: a run that ends without an answer deletes nothing; an answer
 * deletes whatever it does not name as failed.
 */
import type { SQSBatchResponse, SQSEvent } from "aws-lambda";
import type { Chance } from "../core/prng.ts";
import type { VirtualTime } from "../core/virtual-time.ts";
import type { Taken, WaitingLine } from "./waiting-line.ts";

export interface MappingParts {
  readonly line: WaitingLine;
  /** Messages that one run gets at most. */
  readonly batchSize: number;
  /** Runs at a time. */
  readonly maxConcurrency: number;
  readonly invoke: (event: SQSEvent) => Promise<SQSBatchResponse>;
  readonly time: Pick<VirtualTime, "after">;
  readonly chance: Chance;
  readonly note: (what: string) => void;
}

/** How long after a message shows a poller comes by. */
const POLL_MS = { least: 1, most: 60 } as const;

const asRecord = ({ id, body, receipt, receives }: Taken): SQSEvent["Records"][number] => ({
  messageId: id,
  receiptHandle: receipt,
  body,
  attributes: {
    ApproximateReceiveCount: String(receives),
    SentTimestamp: "0",
    SenderId: "world",
    ApproximateFirstReceiveTimestamp: "0",
  },
  messageAttributes: {},
  md5OfBody: "",
  eventSource: "aws:sqs",
  eventSourceARN: "",
  awsRegion: "eu-west-1",
});

/** Begins to work the queue off. */
export const startMapping = ({ line, batchSize, maxConcurrency, invoke, time, chance, note }: MappingParts): void => {
  let running = 0;
  let isPolling = false;

  const dealWith = async (taken: readonly Taken[]): Promise<void> => {
    running += 1;
    try {
      const { batchItemFailures } = await invoke({ Records: taken.map(asRecord) });
      const failed = new Set(batchItemFailures.map(({ itemIdentifier }) => itemIdentifier));
      for (const { id, receipt } of taken) if (!failed.has(id)) line.delete(receipt);
    } catch {
      note(`${line.name}: ${taken.length} messages stay hidden after a run that ended without an answer`);
    }
    running -= 1;
    pollSoon();
  };

  const poll = (): void => {
    isPolling = false;
    while (running < maxConcurrency) {
      const taken = line.receive(batchSize);
      if (taken.length === 0) return;
      void dealWith(taken);
    }
  };

  const pollSoon = (): void => {
    if (isPolling || running >= maxConcurrency) return;
    isPolling = true;
    time.after(chance.between(POLL_MS.least, POLL_MS.most), poll);
  };

  line.whenVisible(pollSoon);
};
