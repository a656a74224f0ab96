/**
 * Runs inside the instance, be it a worker thread or a process: the part of Lambda's Node.js runtime that a function can
 * see. It is bundled at start and loaded by itself, so nothing of the sandbox but this file is in there. Handlers are async functions, as on
 * nodejs24.x; the answer is sent when the handler's promise settles, whatever is still in the event loop.
 */
import process, { argv, env, stderr, stdout } from "node:process";
import { parentPort, workerData } from "node:worker_threads";

import type { Code, FromInstance, FunctionError, Invocation, ThreadData } from "./messages.ts";
import { travelWith } from "./travelled-date.ts";

type Handler = (event: unknown, context: unknown) => unknown;

const send = (message: FromInstance): void => {
  if (parentPort === null) process.send?.(message);
  else parentPort.postMessage(message);
};

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

const loadHandler = async ({ moduleUrl, exportName }: Code): Promise<Handler> => {
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
const isCode = (data: unknown): data is Code =>
  typeof data === "object" && data !== null && "moduleUrl" in data && "exportName" in data;
const isThreadData = (data: unknown): data is ThreadData => isCode(data) && "ahead" in data;

/** A process keeps the sandbox's time by itself, and learns of a travel with the next invocation. */
const given = (): ThreadData => {
  if (isThreadData(workerData)) return workerData;
  const code: unknown = JSON.parse(argv[2] ?? "null");
  if (!isCode(code)) throw new Error("An instance needs to be told what to run.");
  return { ...code, ahead: new SharedArrayBuffer(BigInt64Array.BYTES_PER_ELEMENT) };
};

captureOutput();
try {
  const data = given();
  const machine = travelWith(data.ahead);
  const handler = await loadHandler(data);
  const hear = (message: unknown): void => {
    if (!isInvocation(message)) return;
    if (parentPort === null) Atomics.store(new BigInt64Array(data.ahead), 0, BigInt(message.aheadMs));
    void run(handler, message, machine);
  };
  if (parentPort === null) process.on("message", hear).on("disconnect", () => process.exit());
  else parentPort.on("message", hear);
  send({ kind: "ready" });
} catch (thrown) {
  send({ kind: "init_failed", error: describe(thrown) });
}
