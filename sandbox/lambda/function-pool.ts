/**
 * A function and its instances. As in the service, an instance runs one invocation at a time, a busy function gets
 * another instance, and idle ones are kept warm. One machine has a cap: beyond it invocations wait in a bounded queue, and
 * beyond that they are throttled.
 */
import type { Instance, InvokeResult } from "./instance.ts";
import type { LogLine } from "./log-buffer.ts";

/** The service's limit for the event and for the answer of a synchronous invocation. */
const MAX_PAYLOAD_BYTES = 6_291_556;
const MAX_WAITING = 1_000;

export type PoolOptions = {
  readonly name: string;
  readonly arn: string;
  readonly timeoutMs: number;
  readonly maxInstances: number;
  readonly startInstance: () => Instance;
  readonly logs: () => readonly LogLine[];
  /** Told how each invocation went, and how long it took, milliseconds. */
  readonly onInvoked?: (result: InvokeResult, ms: number) => void;
};

export type InvokeOptions = {
  /** Replaces the template's timeout for this invocation. */
  readonly timeoutMs?: number;
};

export type LambdaFunction = {
  readonly name: string;
  readonly arn: string;
  /** Runs the handler with `event` as JSON. Resolves with what it answered or how it failed; never rejects. */
  invoke(event: unknown, options?: InvokeOptions): Promise<InvokeResult>;
  logs(): readonly LogLine[];
  /** How many instances live now. */
  instances(): number;
  /** How many invocations run or wait for an instance. */
  running(): number;
  /** Ends up to `most` of the instances that run an invocation now, as a host that fails does; gives their number. */
  kill(most?: number): Promise<number>;
  close(): Promise<void>;
};

export const createFunctionPool = (options: PoolOptions): LambdaFunction => {
  const all = new Set<Instance>();
  const idle: Instance[] = [];
  const waiting: ((instance: Instance | null) => void)[] = [];
  let closed = false;

  const add = (): Instance => {
    const instance = options.startInstance();
    all.add(instance);
    return instance;
  };

  const takeIdle = (): Instance | null => {
    for (let instance = idle.pop(); instance !== undefined; instance = idle.pop()) {
      if (instance.alive()) return instance;
      all.delete(instance);
    }
    return null;
  };

  const acquire = (): Promise<Instance | null> => {
    if (closed) return Promise.resolve(null);
    const free = takeIdle() ?? (all.size < options.maxInstances ? add() : null);
    if (free !== null) return Promise.resolve(free);
    if (waiting.length >= MAX_WAITING) return Promise.resolve(null);
    return new Promise((resolve) => waiting.push(resolve));
  };

  const release = (instance: Instance): void => {
    const usable = instance.alive();
    if (!usable) all.delete(instance);
    const next = waiting.shift();
    if (next !== undefined) next(usable ? instance : add());
    else if (usable) idle.push(instance);
  };

  return {
    name: options.name,
    arn: options.arn,
    async invoke(event, { timeoutMs = options.timeoutMs } = {}) {
      const eventJson = JSON.stringify(event ?? null);
      if (Buffer.byteLength(eventJson) > MAX_PAYLOAD_BYTES) return TOO_LARGE;
      const instance = await acquire();
      const began = performance.now();
      const result = instance === null ? THROTTLED : await instance.run(eventJson, timeoutMs);
      if (instance !== null) release(instance);
      if (!closed) options.onInvoked?.(result, performance.now() - began);
      return result;
    },
    logs: options.logs,
    instances: () => all.size,
    running: () => all.size - idle.length + waiting.length,
    async kill(most = options.maxInstances) {
      const running = [...all].filter((instance) => !idle.includes(instance) && instance.alive()).slice(0, most);
      await Promise.all(running.map((instance) => instance.end()));
      return running.length;
    },
    async close() {
      closed = true;
      for (const resolve of waiting.splice(0)) resolve(null);
      await Promise.all([...all].map((instance) => instance.end()));
      all.clear();
    },
  };
};

const refusal = (errorType: string, errorMessage: string): InvokeResult => ({
  ok: false,
  requestId: "",
  error: { errorType, errorMessage },
});
const TOO_LARGE = refusal("RequestTooLargeException", `The event is larger than ${MAX_PAYLOAD_BYTES} bytes.`);
const THROTTLED = refusal(
  "TooManyRequestsException",
  "All instances are busy and the queue is full. Safe to try again.",
);
