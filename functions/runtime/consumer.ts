/**
 * Receiving from a queue. What must stay true: a message that nobody could understand or deal with is given back, so that
 * it ends in the dead-letter queue and not in nothing. Messages may come twice, at once and in any order.
 */
import { ChangeMessageVisibilityBatchCommand } from "@aws-sdk/client-sqs";
import type { Context, SQSBatchResponse, SQSEvent, SQSRecord } from "aws-lambda";
import type * as z from "zod";
import { chunks, ENTRIES } from "./queue.ts";
import type { QueueDeps } from "./queue.ts";
import type { ScheduledRun } from "./schedule.ts";

/** A message as it was delivered. */
export interface Delivered<M> {
  readonly message: M;
  /** How often it was delivered so far, this time included. */
  readonly times: number;
}

/** What became of a delivered message. */
export type Verdict =
  | { readonly verdict: "done" }
  /** Give it to somebody again after so many seconds. */
  | { readonly verdict: "again"; readonly afterSeconds: number }
  /** Give it to somebody again when its visibility timeout ends; after too many times it is a dead letter. */
  | { readonly verdict: "failed" };

export interface ConsumerDeps {
  readonly begin: (context: Context) => void;
  /** Says when a message is to be delivered again. Best effort: unhurried, it comes after the visibility timeout. */
  readonly hurry: (messages: readonly { readonly receipt: string; readonly afterSeconds: number }[]) => Promise<void>;
  /** Told of a message that fits no schema, by its id. */
  readonly onUnreadable: (messageId: string) => void;
  /** Told of the fault that a whole batch ended with. */
  readonly onFault: (fault: unknown) => void;
}

/** Sets how soon messages come again; see `ConsumerDeps.hurry`. */
export const createHurry =
  (deps: Pick<QueueDeps, "sqs" | "url">): ConsumerDeps["hurry"] =>
  async (messages) => {
    for (const ten of chunks(messages, ENTRIES))
      await deps.sqs().send(
        new ChangeMessageVisibilityBatchCommand({
          QueueUrl: deps.url(),
          Entries: ten.map(({ receipt, afterSeconds }, index) => ({
            Id: String(index),
            ReceiptHandle: receipt,
            VisibilityTimeout: Math.max(0, Math.round(afterSeconds)),
          })),
        }),
      );
  };

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
};

interface Read<M> {
  readonly record: SQSRecord;
  readonly delivered: Delivered<M>;
}

const readAll = <S extends z.ZodType>(event: SQSEvent, schema: S) => {
  const readable: Read<z.output<S>>[] = [];
  const unreadable: SQSRecord[] = [];
  for (const record of event.Records) {
    const message = schema.safeParse(parsed(record.body));
    if (!message.success) unreadable.push(record);
    else {
      const times = Number(record.attributes.ApproximateReceiveCount) || 1;
      readable.push({ record, delivered: { message: message.data, times } });
    }
  }
  return { readable, unreadable };
};

export type QueueHandler = (event: SQSEvent, context: Context) => Promise<SQSBatchResponse>;

/**
 * A Lambda handler for messages of one schema. `run` gives one verdict for each message, in order; when it throws, all
 * of them failed.
 */
export const onMessages =
  (deps: ConsumerDeps) =>
  <S extends z.ZodType>(
    schema: S,
    run: (messages: readonly Delivered<z.output<S>>[], invocation: ScheduledRun) => Promise<readonly Verdict[]>,
  ): QueueHandler =>
  async (event, context) => {
    deps.begin(context);
    const { readable, unreadable } = readAll(event, schema);
    for (const { messageId } of unreadable) deps.onUnreadable(messageId);
    const invocation = {
      requestId: context.awsRequestId,
      remainingMs: () => context.getRemainingTimeInMillis(),
    };
    const verdicts = await settled(deps, () =>
      run(
        readable.map(({ delivered }) => delivered),
        invocation,
      ),
    );
    const kept = readable.map(({ record }, index) => ({ record, verdict: verdicts[index] }));
    const again = kept.flatMap(({ record, verdict }) =>
      verdict?.verdict === "again" ? [{ receipt: record.receiptHandle, afterSeconds: verdict.afterSeconds }] : [],
    );
    if (again.length > 0) await deps.hurry(again).catch(deps.onFault);
    const back = kept.filter(({ verdict }) => verdict?.verdict !== "done").map(({ record }) => record);
    return { batchItemFailures: [...unreadable, ...back].map(({ messageId }) => ({ itemIdentifier: messageId })) };
  };

const settled = async (deps: ConsumerDeps, run: () => Promise<readonly Verdict[]>): Promise<readonly Verdict[]> => {
  try {
    return await run();
  } catch (fault) {
    deps.onFault(fault);
    return [];
  }
};
