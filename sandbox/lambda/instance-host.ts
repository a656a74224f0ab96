/**
 * What an instance of a function runs in: a worker thread, which is cheap, or a process of its own, which the operating
 * system can kill at any instruction as a host that fails does. What must stay true: both are told and tell the same, and
 * neither outlives the sandbox.
 */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { Worker } from "node:worker_threads";

import type { Code, FromInstance, Invocation, ThreadData } from "./messages.ts";

export type HostKind = "thread" | "process";

export type HostOptions = {
  /** The compiled `instance-main.ts`. */
  readonly instanceModule: string;
  readonly code: Code;
  readonly environment: Readonly<Record<string, string>>;
  readonly memoryMegabytes: number;
  readonly ahead: SharedArrayBuffer;
};

export type Hears = {
  readonly onMessage: (message: FromInstance) => void;
  /** What it wrote past its messages: the last words of a crash. */
  readonly onText: (text: string) => void;
  /** It ended, for whatever reason; perhaps told twice. `how` ends the sentence "Runtime exited ...". */
  readonly onEnd: (how: string) => void;
};

export type InstanceHost = {
  post(invocation: Invocation): void;
  /** Ends it wherever it is; resolves when it is gone. */
  end(): Promise<void>;
};

export const startHost = (kind: HostKind, options: HostOptions, hears: Hears): InstanceHost =>
  kind === "thread" ? startThread(options, hears) : startProcess(options, hears);

const startThread = (options: HostOptions, { onMessage, onText, onEnd }: Hears): InstanceHost => {
  const workerData: ThreadData = { ...options.code, ahead: options.ahead };
  const worker = new Worker(options.instanceModule, {
    workerData,
    env: { ...options.environment },
    execArgv: [],
    resourceLimits: { maxOldGenerationSizeMb: options.memoryMegabytes },
  });
  worker.on("message", onMessage);
  worker.once("error", (thrown: unknown) => {
    onText(`${thrown instanceof Error ? (thrown.stack ?? thrown.message) : String(thrown)}\n`);
    onEnd(`because of ${String(thrown)}`);
  });
  worker.once("exit", (code) => onEnd(`with error: exit status ${code}`));
  return {
    post: (invocation) => worker.postMessage(invocation),
    async end() {
      await worker.terminate();
    },
  };
};

/** Ends by itself when the sandbox is gone, however that went: its channel breaks then. */
const startProcess = (options: HostOptions, { onMessage, onText, onEnd }: Hears): InstanceHost => {
  const child = fork(options.instanceModule, [JSON.stringify(options.code)], {
    env: { ...options.environment },
    execArgv: [`--max-old-space-size=${options.memoryMegabytes}`],
    stdio: ["ignore", "pipe", "pipe", "ipc"],
  });
  child.on("message", (message) => {
    if (isFromInstance(message)) onMessage(message);
  });
  for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", onText);
  child.on("error", (error) => onEnd(`because of ${String(error)}`));
  child.once("exit", (code, signal) => onEnd(`with error: ${signal ?? `exit status ${String(code)}`}`));
  return {
    // One that has just ended takes no message any more; that it ended is told by itself.
    post: (invocation) => void child.send(invocation, () => undefined),
    end: () => endProcess(child),
  };
};

const endProcess = async (child: ChildProcess): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill("SIGKILL");
  await gone;
};

const isFromInstance = (message: unknown): message is FromInstance =>
  typeof message === "object" && message !== null && "kind" in message;
