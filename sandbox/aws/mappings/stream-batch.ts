/**
 * One batch of a stream, until it is done or given up: in order, retried from the first record that failed, halved where
 * the mapping says so. A batch that keeps failing keeps the rest of its shard waiting, as in the service.
 */
import type { LambdaFunction } from "../../lambda/function-pool.ts";
import type { InvokeResult } from "../../lambda/instance.ts";
import { failedItems } from "./batch-answer.ts";
import type { StreamRecord } from "./stream-reader.ts";

export type BatchOptions = {
  readonly fn: Pick<LambdaFunction, "invoke">;
  readonly toLambda: (record: StreamRecord) => unknown;
  readonly reportsFailures: boolean;
  readonly bisects: boolean;
  /** Infinity: until the record is too old. */
  readonly maxRetries: number;
  readonly maxAgeMs: number;
  readonly now: () => number;
  /** Waits before retry number `retries` + 1. */
  readonly backOff: (retries: number) => Promise<void>;
  /** False once the mapping has ended; waits while it is stopped. */
  readonly mayGoOn: () => Promise<boolean>;
  /** Hears of records that will not be tried again. */
  readonly onGivenUp: (given: GivenUp) => Promise<void>;
  readonly onTrouble: (sentence: string) => void;
  /** Told how old the last record is, milliseconds, before each attempt. */
  readonly onAge?: (ms: number) => void;
};

export type GivenUp = {
  readonly condition: "RetryAttemptsExhausted" | "RecordAgeExceeded";
  readonly records: readonly StreamRecord[];
  readonly invocations: number;
  readonly requestId: string;
};

type Part = { readonly records: readonly StreamRecord[]; readonly retries: number };
type Failure = Part & { readonly requestId: string; readonly progressed: boolean };

/** True when every record was handled or given up; false when the mapping ended first. */
export const deliverBatch = async (records: readonly StreamRecord[], options: BatchOptions): Promise<boolean> => {
  const parts: Part[] = [{ records, retries: 0 }];
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    if (!(await options.mayGoOn())) return false;
    const fresh = await giveUpOld(part, options);
    if (fresh.length === 0) continue;
    options.onAge?.(Math.max(0, options.now() - arrivalOf(fresh)));
    const result = await options.fn.invoke({ Records: fresh.map(options.toLambda) });
    const rest = unfinished(fresh, result, options.reportsFailures);
    if (rest.length === 0) continue;
    if (!(await options.mayGoOn())) return false; // a function that the end of the sandbox has ended did not fail
    options.onTrouble(`${rest.length} of ${fresh.length} stream records are not done after an attempt.`);
    const { requestId } = result;
    const progressed = rest.length < fresh.length;
    parts.unshift(...(await afterFailure({ records: rest, retries: part.retries, requestId, progressed }, options)));
  }
  return true;
};

const giveUpOld = async ({ records, retries }: Part, options: BatchOptions): Promise<StreamRecord[]> => {
  const oldest = options.now() - options.maxAgeMs;
  const isOld = ({ dynamodb }: StreamRecord): boolean => dynamodb.ApproximateCreationDateTime * 1000 < oldest;
  const old = records.filter(isOld);
  if (old.length > 0)
    await options.onGivenUp({ condition: "RecordAgeExceeded", records: old, invocations: retries, requestId: "" });
  return records.filter((record) => !isOld(record));
};

/** When the last of them was written, epoch milliseconds. */
const arrivalOf = (records: readonly StreamRecord[]): number =>
  (records.at(-1)?.dynamodb.ApproximateCreationDateTime ?? 0) * 1_000;

/** From the first record that failed on; what comes after it is not done either, because the order holds. */
const unfinished = (
  records: readonly StreamRecord[],
  result: InvokeResult,
  reportsFailures: boolean,
): readonly StreamRecord[] => {
  const ids = records.map(({ dynamodb }) => dynamodb.SequenceNumber);
  const failed = failedItems(result, { ids, reportsFailures });
  const first = ids.findIndex((id) => failed.has(id));
  return first < 0 ? [] : records.slice(first);
};

/** Splitting a batch does not count as a retry; trying the same again does. */
const afterFailure = async (failure: Failure, options: BatchOptions): Promise<Part[]> => {
  const { records, retries, requestId, progressed } = failure;
  if (options.bisects && progressed) return [{ records, retries }];
  if (options.bisects && records.length > 1) {
    const middle = Math.ceil(records.length / 2);
    return [records.slice(0, middle), records.slice(middle)].map((half) => ({ records: half, retries }));
  }
  if (retries >= options.maxRetries) {
    await options.onGivenUp({ condition: "RetryAttemptsExhausted", records, invocations: retries + 1, requestId });
    return [];
  }
  await options.backOff(retries);
  return [{ records, retries: retries + 1 }];
};
