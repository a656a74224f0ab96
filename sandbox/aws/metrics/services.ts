/**
 * What AWS's services say about themselves, as far as they are run here: the names and dimensions under which CloudWatch
 * has it. What is in none of these lists nobody tells here.
 */
import type { InvokeResult } from "../../lambda/instance.ts";
import type { Datum, Dimensions, MetricId } from "./metric.ts";

type Values = Readonly<Record<string, number>>;

const dataOf = (namespace: string, dimensions: Dimensions, { values, at }: { values: Values; at: number }): Datum[] =>
  Object.entries(values).map(([name, value]) => ({ namespace, name, dimensions, value, at }));

/** What is told here under each namespace of AWS's. */
const TOLD: Readonly<Record<string, readonly string[]>> = {
  "AWS/Lambda": ["Invocations", "Errors", "Throttles", "Duration", "IteratorAge"],
  "AWS/SQS": ["ApproximateAgeOfOldestMessage", "ApproximateNumberOfMessagesVisible"],
  "AWS/ApiGateway": ["Count", "4XXError", "5XXError", "Latency", "ExecutionError", "IntegrationError"],
};

/** Why nothing is told of a namespace here. */
const NOT_RUN: Readonly<Record<string, string>> = {
  "AWS/SNS": "nobody is told here",
  "AWS/WAFV2": "the firewall is not run here",
};

/** Why a metric has no values here; null where it may have. What functions write under a name of their own is always told. */
export const whyNotTold = ({ namespace, name }: MetricId): string | null => {
  const told = TOLD[namespace];
  if (told !== undefined) return told.includes(name) ? null : "not told here";
  return NOT_RUN[namespace] ?? (namespace.startsWith("AWS/") ? "not run here" : null);
};

/** A function's name, how an invocation went, and when it was over. */
export type Invoked = {
  readonly functionName: string;
  readonly result: InvokeResult;
  readonly ms: number;
  readonly at: number;
};

/** An invocation that was throttled is none. */
export const ofInvocation = ({ functionName, result, ms, at }: Invoked): readonly Datum[] => {
  const throttled = !result.ok && result.error.errorType === "TooManyRequestsException";
  const values: Values = throttled
    ? { Throttles: 1 }
    : { Invocations: 1, Errors: result.ok ? 0 : 1, Throttles: 0, Duration: ms };
  return dataOf("AWS/Lambda", { FunctionName: functionName }, { values, at });
};

/** How old the last record of a batch was when the function got it. */
export const ofIterator = (functionName: string, ms: number, at: number): readonly Datum[] =>
  dataOf("AWS/Lambda", { FunctionName: functionName }, { values: { IteratorAge: ms }, at });

export type Answered = {
  readonly api: { readonly name: string; readonly stage: string };
  readonly status: number;
  readonly ms: number;
  readonly at: number;
};

/** Of a REST API, as a whole and by its stage. */
export const ofAnswer = ({ api, status, ms, at }: Answered): readonly Datum[] => {
  const values = {
    Count: 1,
    "4XXError": status >= 400 && status < 500 ? 1 : 0,
    "5XXError": status >= 500 ? 1 : 0,
    Latency: ms,
  };
  const whole = { ApiName: api.name };
  return [whole, { ...whole, Stage: api.stage }].flatMap((dimensions) =>
    dataOf("AWS/ApiGateway", dimensions, { values, at }),
  );
};

/** Of a WebSocket API: whether the gateway, or the function behind it, failed. */
export const ofSocket = (
  api: { readonly id: string; readonly stage: string },
  { isFault, at }: { readonly isFault: boolean; readonly at: number },
): readonly Datum[] =>
  dataOf(
    "AWS/ApiGateway",
    { ApiId: api.id, Stage: api.stage },
    { values: { IntegrationError: isFault ? 1 : 0, ExecutionError: 0 }, at },
  );

/** How a queue looks now. */
export type QueueLook = { readonly name: string; readonly visible: number; readonly oldestMs: number };

export const ofQueue = ({ name, visible, oldestMs }: QueueLook, at: number): readonly Datum[] =>
  dataOf(
    "AWS/SQS",
    { QueueName: name },
    {
      values: {
        ApproximateNumberOfMessagesVisible: visible,
        ApproximateAgeOfOldestMessage: Math.floor(oldestMs / 1000),
      },
      at,
    },
  );
