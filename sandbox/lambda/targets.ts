/** Where events go that nobody waits for: a function, invoked asynchronously, or a queue. */
import type { AsyncInvoke } from "./async-invoke.ts";
import type { Functions } from "./read-functions.ts";

export type Targets = {
  /** Throws, naming who asks, when the template has no such function or queue. */
  kindOf(arn: string, askedBy: string): "function" | "queue";
  /** Hands `event` over; what fails is retried and reported elsewhere. */
  deliver(arn: string, event: unknown): void;
};

export type TargetsOptions = {
  readonly functions: Pick<Functions, "find">;
  readonly asyncInvoke: Pick<AsyncInvoke, "send">;
  readonly queueArns: readonly string[];
  readonly sendToQueue: (queueArn: string, body: string) => Promise<void>;
  readonly onTrouble: (name: string, sentence: string) => void;
};

export const createTargets = ({
  functions,
  asyncInvoke,
  queueArns,
  sendToQueue,
  onTrouble,
}: TargetsOptions): Targets => {
  const isQueue = (arn: string): boolean => queueArns.includes(arn);
  return {
    kindOf(arn, askedBy) {
      if (isQueue(arn)) return "queue";
      if (arn.split(":")[2] !== "lambda")
        throw new Error(
          `${askedBy} names ${arn}, and the sandbox hands events to the template's functions and queues.`,
        );
      if (functions.find(arn).arn !== arn)
        throw new Error(
          `${askedBy} names ${arn}. A function's tries and failure queue are its own and not its alias's, so the sandbox hands events to functions alone.`,
        );
      return "function";
    },
    deliver(arn, event) {
      if (!isQueue(arn)) void asyncInvoke.send(functions.find(arn), event);
      else
        sendToQueue(arn, JSON.stringify(event)).catch(() => onTrouble(arn, "An event could not be put on the queue."));
    },
  };
};
