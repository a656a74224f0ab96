/**
 * Runs inside the worker thread: the part of Lambda's Node.js runtime that a function can see. It is bundled at start and
 * loaded by itself, so nothing of the sandbox but this file is in a function's thread. Handlers are async functions, as on
 * nodejs24.x; the answer is sent when the handler's promise settles, whatever is still in the event loop.
 */
import { env, stderr, stdout } from "node:process";
import { parentPort, workerData } from "node:worker_threads";

import type { FromInstance, FunctionError, InstanceData, Invocation } from "./messages.ts";
import { travelWith } from "./travelled-date.ts";

type Handler = (event: unknown, context: unknown) => unknown;

const send = (message: FromInstance): void => parentPort?.postMessage(message);

/** Logs travel on the same port as results, so what was logged before an answer is read before it. */
const captureOutput = (): void => {
  for (const stream of [stdout, stderr]) {
    stream.write = (chunk: string | Uint8Array, ...rest: unknown[]): boolean => {
      send({ kind: "log", text: typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8") });
      const done = rest.at(-1);
      if (typeof done === "function") queueMicrotask(() => void Reflect.apply(done, undefined, []));
      return true;
    };
  }
};

const describe = (thrown: unknown): FunctionError => {
  if (!(thrown instanceof Error)) return { errorType: typeof thrown, errorMessage: String(thrown) };
  return { errorType: thrown.name, errorMessage: thrown.message, trace: (thrown.stack ?? "").split("\n") };
};

type Machine = () => number;

const contextOf = ({ requestId, deadline, functionArn }: Invocation, machine: Machine): Record<string, unknown> => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: env["AWS_LAMBDA_FUNCTION_NAME"],
  functionVersion: env["AWS_LAMBDA_FUNCTION_VERSION"],
  invokedFunctionArn: functionArn,
  memoryLimitInMB: env["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"],
  awsRequestId: requestId,
  logGroupName: env["AWS_LAMBDA_LOG_GROUP_NAME"],
  logStreamName: env["AWS_LAMBDA_LOG_STREAM_NAME"],
  getRemainingTimeInMillis: () => Math.max(0, deadline - machine()),
});

const run = async (handler: Handler, invocation: Invocation, machine: Machine): Promise<void> => {
  const { requestId } = invocation;
  env["_X_AMZN_TRACE_ID"] = `Root=1-${requestId.slice(0, 8)}-${requestId.replaceAll("-", "").slice(8)};Sampled=0`;
  try {
    const result: unknown = await handler(JSON.parse(invocation.eventJson), contextOf(invocation, machine));
    send({ kind: "result", requestId, resultJson: result === undefined ? "null" : JSON.stringify(result) });
  } catch (thrown) {
    send({ kind: "error", requestId, error: describe(thrown) });
  }
};

const loadHandler = async ({ moduleUrl, exportName }: InstanceData): Promise<Handler> => {
  const loaded: unknown = await import(moduleUrl);
  const handler: unknown = typeof loaded === "object" && loaded !== null ? Reflect.get(loaded, exportName) : undefined;
  if (typeof handler === "function")
    return (event, context): unknown => Reflect.apply(handler, undefined, [event, context]);
  const error = new Error(`${exportName} is undefined or not exported`);
  error.name = "Runtime.HandlerNotFound";
  throw error;
};

const isInvocation = (message: unknown): message is Invocation =>
  typeof message === "object" && message !== null && "eventJson" in message;
const isInstanceData = (data: unknown): data is InstanceData =>
  typeof data === "object" && data !== null && "moduleUrl" in data && "ahead" in data;

captureOutput();
try {
  if (!isInstanceData(workerData)) throw new Error("An instance needs to be told what to run.");
  const machine = travelWith(workerData.ahead);
  const handler = await loadHandler(workerData);
  parentPort?.on("message", (message: unknown) => {
    if (isInvocation(message)) void run(handler, message, machine);
  });
  send({ kind: "ready" });
} catch (thrown) {
  send({ kind: "init_failed", error: describe(thrown) });
}
