/**
 * A stand-in for SQS as the SDK reaches it: the two commands that functions/runtime sends, under the world's clock. What
 * must stay true: a request that gets lost on its way leaves no trace, one whose answer gets lost leaves everything, and
 * the SDK's own repetitions happen here, so one message may be put in twice.
 */
import { ChangeMessageVisibilityBatchCommand, SendMessageBatchCommand } from "@aws-sdk/client-sqs";
import type { ChangeMessageVisibilityBatchCommandInput, SendMessageBatchCommandInput } from "@aws-sdk/client-sqs";
import type { Chance } from "../core/prng.ts";
import type { VirtualTime } from "../core/virtual-time.ts";
import type { WaitingLine } from "./waiting-line.ts";

/** How often each thing goes wrong with one attempt, in [0, 1]. */
export interface SqsFaults {
  /** The request never arrives. */
  readonly lostRequest: number;
  /** It is carried out, and the answer never arrives. */
  readonly lostAnswer: number;
  /** One entry of a batch is refused, for SQS's own reasons. */
  readonly refused: number;
}

export const NO_SQS_FAULTS: SqsFaults = { lostRequest: 0, lostAnswer: 0, refused: 0 };

export interface SqsParts {
  /** The queues by their addresses. */
  readonly lines: Readonly<Record<string, WaitingLine>>;
  readonly time: Pick<VirtualTime, "wait">;
  readonly chance: Chance;
  readonly faults: () => SqsFaults;
  readonly note: (what: string) => void;
}

/** `maxAttempts` and `requestTimeout` of functions/runtime/queue.ts. */
const ATTEMPTS = 4;
const TIMEOUT_MS = 5_000;
const LATENCY_MS = { least: 3, most: 20 } as const;

class Lost extends Error {
  override readonly name = "TimeoutError";
}

type Batch = SendMessageBatchCommandInput | ChangeMessageVisibilityBatchCommandInput;

/** How SQS tells of an entry that it did not take. */
const refusal = (Id: string | undefined) => ({ Id, SenderFault: false, Code: "InternalError" });

export const createSqsStandIn = ({ lines, time, chance, faults, note }: SqsParts) => {
  const lineAt = ({ QueueUrl = "" }: Batch): WaitingLine => {
    const line = lines[QueueUrl];
    if (!line) throw new TypeError(`there is no queue at ${QueueUrl}`);
    return line;
  };

  /** Does to each entry what `act` does, but those that are refused. */
  const each = <E extends { readonly Id?: string | undefined }>(
    entries: readonly E[],
    { refused }: SqsFaults,
    act: (entry: E) => boolean,
  ): object => {
    const [Successful, Failed]: [object[], object[]] = [[], []];
    for (const entry of entries)
      if (chance.happens(refused) || !act(entry)) Failed.push(refusal(entry.Id));
      else Successful.push({ Id: entry.Id });
    if (Failed.length > 0) note(`SQS refuses ${Failed.length} of ${entries.length}`);
    return { Successful, Failed };
  };

  const carryOut = (command: unknown, rates: SqsFaults): object => {
    if (command instanceof SendMessageBatchCommand) {
      const line = lineAt(command.input);
      return each(command.input.Entries ?? [], rates, ({ MessageBody = "", DelaySeconds = 0 }) => {
        line.put(MessageBody, DelaySeconds * 1_000);
        return true;
      });
    }
    if (command instanceof ChangeMessageVisibilityBatchCommand) {
      const line = lineAt(command.input);
      return each(command.input.Entries ?? [], rates, ({ ReceiptHandle = "", VisibilityTimeout = 0 }) =>
        line.show(ReceiptHandle, VisibilityTimeout * 1_000),
      );
    }
    throw new TypeError("the stand-in for SQS does not know this command");
  };

  const attempt = async (command: unknown): Promise<object> => {
    const rates = faults();
    const lose = async (what: string): Promise<never> => {
      note(`SQS ${what}`);
      await time.wait(TIMEOUT_MS);
      throw new Lost("no answer from SQS in time");
    };
    await time.wait(chance.between(LATENCY_MS.least, LATENCY_MS.most));
    if (chance.happens(rates.lostRequest)) return lose("request lost");
    const answer = carryOut(command, rates);
    return chance.happens(rates.lostAnswer) ? lose("answer lost") : answer;
  };

  /** As `SQSClient.send`. */
  return async (command: unknown): Promise<object> => {
    for (let tried = 1; ; tried += 1) {
      try {
        return await attempt(command);
      } catch (fault) {
        if (tried >= ATTEMPTS || !(fault instanceof Lost)) throw fault;
      }
    }
  };
};
