/**
 * Sending to a queue. What must stay true: a message that could not be sent is never silently lost, `send` throws.
 * Messages carry ids only; whoever receives them expects repeats, so sending again is always safe.
 */
import { SendMessageBatchCommand, SQSClient } from "@aws-sdk/client-sqs";
import type { BatchResultErrorEntry } from "@aws-sdk/client-sqs";

/** What goes into a queue. */
export interface Queue {
  /** Sends every message, or throws `NotSent`; those before the fault may have left. */
  send(messages: readonly object[], options?: { readonly delaySeconds?: number }): Promise<void>;
}

/** Some messages did not get into the queue. Sending them all again is safe: receivers expect repeats. */
export class NotSent extends Error {
  override readonly name = "NotSent";
  constructor(count: number, code: string) {
    super(`${count} messages did not get into the queue (${code}); it is safe to send them again`);
  }
}

export interface QueueDeps {
  readonly sqs: () => Pick<SQSClient, "send">;
  readonly url: () => string;
  readonly wait: (ms: number) => Promise<void>;
  /** Uniform in [0, 1). */
  readonly random: () => number;
}

/** What one request with a batch takes. */
export const ENTRIES = 10;
const REQUESTS_AT_ONCE = 8;
const ROUNDS = 5;
const FIRST_WAIT_MS = 50;
/** What SQS allows. */
export const MOST_DELAY_SECONDS = 900;

export const createSqs = (): SQSClient =>
  new SQSClient({
    maxAttempts: 4,
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 5_000, throwOnRequestTimeout: true },
  });

export const chunks = <T>(items: readonly T[], size: number): readonly (readonly T[])[] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));

type Unsent = readonly { readonly message: object; readonly fault: BatchResultErrorEntry }[];

const sendOnce = async (deps: QueueDeps, messages: readonly object[], delaySeconds: number): Promise<Unsent> => {
  const answer = await deps.sqs().send(
    new SendMessageBatchCommand({
      QueueUrl: deps.url(),
      Entries: messages.map((message, index) => ({
        Id: String(index),
        MessageBody: JSON.stringify(message),
        DelaySeconds: delaySeconds,
      })),
    }),
  );
  return (answer.Failed ?? []).flatMap((fault) => {
    const message = messages[Number(fault.Id)];
    return message === undefined ? [] : [{ message, fault }];
  });
};

/** Ten at most; what SQS refuses for its own reasons is sent again, a bounded number of times. */
const sendTen = async (deps: QueueDeps, messages: readonly object[], delaySeconds: number): Promise<void> => {
  let left = messages;
  for (let round = 1; ; round += 1) {
    const unsent = await sendOnce(deps, left, delaySeconds);
    const [first] = unsent;
    if (first === undefined) return;
    if (round >= ROUNDS || unsent.some(({ fault }) => fault.SenderFault))
      throw new NotSent(unsent.length, first.fault.Code ?? "unknown");
    left = unsent.map(({ message }) => message);
    await deps.wait(FIRST_WAIT_MS * 2 ** round * (0.5 + deps.random()));
  }
};

export const createQueue = (deps: QueueDeps): Queue => ({
  send: async (messages, { delaySeconds = 0 } = {}) => {
    const delay = Math.min(MOST_DELAY_SECONDS, Math.max(0, Math.round(delaySeconds)));
    for (const group of chunks(chunks(messages, ENTRIES), REQUESTS_AT_ONCE))
      await Promise.all(group.map((ten) => sendTen(deps, ten, delay)));
  },
});
