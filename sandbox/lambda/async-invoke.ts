/**
 * Asynchronous invocation, as the Lambda service does it: at least once, retried on failure, and what keeps failing goes
 * to the function's failure destination. The service waits one and two minutes before its retries; here the waits are
 * given, so that a developer sees the end of it.
 */
import { setTimeout as wait } from "node:timers/promises";
import * as z from "zod";

import type { Deployment } from "../template/deployment.ts";
import type { LambdaFunction } from "./function-pool.ts";
import type { InvokeResult } from "./instance.ts";

const EventInvokeConfigProperties = z.object({
  FunctionName: z.string(),
  MaximumRetryAttempts: z.number().default(2),
  DestinationConfig: z.object({ OnFailure: z.object({ Destination: z.string() }).optional() }).optional(),
});

export type AsyncInvokeOptions = {
  readonly deployment: Deployment;
  /** Delivers to a queue by ARN, in the name of the function with that logical id, as the service does. */
  readonly sendInNameOf: (logicalId: string, queueArn: string, body: string) => Promise<void>;
  /** How long to wait before the first retry, the second, ... The last is used for further ones. */
  readonly retryDelaysMs: readonly number[];
};

export type AsyncInvoke = {
  /** Hands the event over; resolves when it was handled, or given up on. Never rejects. */
  send(fn: LambdaFunction, event: unknown): Promise<void>;
  /** Ends the waits between retries; what waits is given up without a word, as the sandbox is closing. */
  close(): void;
};

export const createAsyncInvoke = ({ deployment, sendInNameOf, retryDelaysMs }: AsyncInvokeOptions): AsyncInvoke => {
  const closing = new AbortController();
  const configs = deployment
    .ofType("AWS::Lambda::EventInvokeConfig")
    .map((resource) => resource.properties(EventInvokeConfigProperties));

  const logicalIdOf = ({ arn }: LambdaFunction): string =>
    deployment.ofType("AWS::Lambda::Function").find((each) => each.attribute("Arn") === arn)?.logicalId ?? "";

  const run = async (fn: LambdaFunction, event: unknown): Promise<void> => {
    const config = configs.find(({ FunctionName }) => FunctionName === fn.name || FunctionName === fn.arn);
    const attempts = 1 + (config?.MaximumRetryAttempts ?? 2);
    let result = await fn.invoke(event);
    for (let made = 1; !result.ok && made < attempts; made += 1) {
      await wait(retryDelaysMs[Math.min(made, retryDelaysMs.length) - 1] ?? 0, null, { signal: closing.signal });
      result = await fn.invoke(event);
    }
    const destination = config?.DestinationConfig?.OnFailure?.Destination;
    if (!result.ok && destination !== undefined)
      await sendInNameOf(logicalIdOf(fn), destination, failureRecord({ fn, event, result, attempts }));
  };

  return {
    send: (fn, event) => run(fn, event).catch(() => undefined),
    close: () => closing.abort(),
  };
};

type Failure = {
  readonly fn: LambdaFunction;
  readonly event: unknown;
  readonly result: Extract<InvokeResult, { ok: false }>;
  readonly attempts: number;
};

/** What a failure destination receives; the shape is the Lambda service's. */
const failureRecord = ({ fn, event, result, attempts }: Failure): string =>
  JSON.stringify({
    version: "1.0",
    timestamp: new Date().toISOString(),
    requestContext: {
      requestId: result.requestId,
      functionArn: `${fn.arn}:$LATEST`,
      condition: "RetriesExhausted",
      approximateInvokeCount: attempts,
    },
    requestPayload: event,
    responseContext: { statusCode: 200, executedVersion: "$LATEST", functionError: "Unhandled" },
    responsePayload: result.error,
  });
