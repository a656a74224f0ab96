/**
 * One instance of a function: a worker thread with the function's own environment, modules, event loop and heap limit.
 * It runs one invocation at a time. An instance that timed out, crashed or could not start is dead and never used again.
 */
import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";
import { Worker } from "node:worker_threads";

import type { FromInstance, FunctionError, InstanceData, Invocation } from "./messages.ts";

export type InstanceOptions = {
  /** The compiled `instance-main.ts`. */
  readonly instanceModule: string;
  readonly handlerFile: string;
  readonly exportName: string;
  readonly functionArn: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
  readonly ahead: SharedArrayBuffer;
  readonly onLog: (text: string) => void;
};

export type InvokeResult =
  | { readonly ok: true; readonly requestId: string; readonly payload: unknown }
  | { readonly ok: false; readonly requestId: string; readonly error: FunctionError };

export type Instance = {
  /** False once the instance has ended, for whatever reason. */
  alive(): boolean;
  /** Runs one invocation; the caller never starts a second before the first has settled. Always resolves. */
  run(eventJson: string, timeoutMs: number): Promise<InvokeResult>;
  end(): Promise<void>;
};

type Outcome = { readonly resultJson: string } | { readonly error: FunctionError };

export const startInstance = (options: InstanceOptions): Instance => {
  const { exportName, ahead } = options;
  const data: InstanceData = { moduleUrl: pathToFileURL(options.handlerFile).href, exportName, ahead };
  const worker = new Worker(options.instanceModule, {
    workerData: data,
    env: { ...options.environment },
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: options.memoryMegabytes },
  });
  const state: State = { alive: true, settle: null };
  const started = listen(worker, state, options.onLog);

  const end = async (): Promise<void> => {
    state.alive = false;
    await worker.terminate();
  };

  const ask = async (invocation: Invocation, timeoutMs: number): Promise<Outcome> => {
    const answered = new Promise<Outcome>((resolve) => (state.settle = resolve));
    const timer = setTimeout(() => {
      state.settle?.({ error: timedOut(timeoutMs) });
      void end();
    }, timeoutMs);
    worker.postMessage(invocation);
    const outcome = await answered;
    clearTimeout(timer);
    state.settle = null;
    return outcome;
  };

  return {
    alive: () => state.alive,
    end,
    async run(eventJson, timeoutMs) {
      const requestId = randomUUID();
      const failure = await started;
      if (failure !== null) {
        await end();
        return { ok: false, requestId, error: failure };
      }
      const deadline = Date.now() + timeoutMs;
      const outcome = await ask({ requestId, eventJson, deadline, functionArn: options.functionArn }, timeoutMs);
      if ("error" in outcome) return { ok: false, requestId, error: outcome.error };
      if (outcome.resultJson.length > MAX_RESULT_CHARACTERS) return { ok: false, requestId, error: RESULT_TOO_LARGE };
      const payload: unknown = JSON.parse(outcome.resultJson);
      return { ok: true, requestId, payload };
    },
  };
};

const MAX_RESULT_CHARACTERS = 6_291_556; // the service's limit for a synchronous answer
const RESULT_TOO_LARGE: FunctionError = {
  errorType: "Function.ResponseSizeTooLarge",
  errorMessage: `Response payload size exceeded maximum allowed payload size (${MAX_RESULT_CHARACTERS} bytes).`,
};

type State = { alive: boolean; settle: ((outcome: Outcome) => void) | null };

/** Hears the thread out. Resolves once it is ready (null) or has failed to become so. */
const listen = (worker: Worker, state: State, onLog: (text: string) => void): Promise<FunctionError | null> =>
  new Promise((resolve) => {
    worker.on("message", (message: FromInstance) => {
      if (message.kind === "log") onLog(message.text);
      else if (message.kind === "ready") resolve(null);
      else if (message.kind === "init_failed") resolve(message.error);
      else state.settle?.(message.kind === "result" ? { resultJson: message.resultJson } : { error: message.error });
    });
    const die = (because: string): void => {
      const error = { errorType: "Runtime.ExitError", errorMessage: `Error: Runtime exited ${because}` };
      state.alive = false;
      resolve(error);
      state.settle?.({ error });
    };
    worker.once("error", (thrown: unknown) => {
      onLog(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`);
      die(`because of ${String(thrown)}`);
    });
    worker.once("exit", (code) => die(`with error: exit status ${code}`));
  });

const timedOut = (timeoutMs: number): FunctionError => ({
  errorType: "Sandbox.Timedout",
  errorMessage: `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
});
