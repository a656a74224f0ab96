/**
 * One instance of a function, with the function's own environment, modules, event loop and heap limit. It runs one
 * invocation at a time. An instance that timed out, crashed or could not start is dead and never used again.
 */
import { randomUUID } from "node:crypto";
import { pathToFileURL } from "node:url";

import { startHost } from "./instance-host.ts";
import type { Hears, HostKind } from "./instance-host.ts";
import type { FunctionError, Invocation } from "./messages.ts";

export type InstanceOptions = {
  readonly host: HostKind;
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
  const { exportName, ahead, onLog } = options;
  const state: State = { alive: true, settle: null };
  const { hears, started } = listen(state, onLog);
  const code = { moduleUrl: pathToFileURL(options.handlerFile).href, exportName };
  const host = startHost(options.host, { ...options, code }, hears);

  const end = async (): Promise<void> => {
    state.alive = false;
    await host.end();
  };

  const ask = async (invocation: Invocation, timeoutMs: number): Promise<Outcome> => {
    const answered = new Promise<Outcome>((resolve) => (state.settle = resolve));
    const timer = setTimeout(() => {
      state.settle?.({ error: timedOut(timeoutMs) });
      void end();
    }, timeoutMs);
    host.post(invocation);
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
      const aheadMs = Number(Atomics.load(new BigInt64Array(ahead), 0));
      const { functionArn } = options;
      const outcome = await ask({ requestId, eventJson, deadline, functionArn, aheadMs }, timeoutMs);
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

type Listening = {
  readonly hears: Hears;
  /** Resolves once the instance is ready (null) or has failed to become so. */
  readonly started: Promise<FunctionError | null>;
};

const listen = (state: State, onLog: (text: string) => void): Listening => {
  let start: (failure: FunctionError | null) => void = () => undefined;
  const started = new Promise<FunctionError | null>((resolve) => (start = resolve));
  const hears: Hears = {
    onText: onLog,
    onMessage(message) {
      if (message.kind === "log") onLog(message.text);
      else if (message.kind === "ready") start(null);
      else if (message.kind === "init_failed") start(message.error);
      else state.settle?.(message.kind === "result" ? { resultJson: message.resultJson } : { error: message.error });
    },
    onEnd(how) {
      const error = { errorType: "Runtime.ExitError", errorMessage: `Error: Runtime exited ${how}` };
      state.alive = false;
      start(error);
      state.settle?.({ error });
    },
  };
  return { hears, started };
};

const timedOut = (timeoutMs: number): FunctionError => ({
  errorType: "Sandbox.Timedout",
  errorMessage: `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds`,
});
