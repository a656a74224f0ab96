/** One handler in a process of its own, from the outside: start it, run events through it, end it. */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import * as z from "zod";
import type { Bundle } from "./bundles.ts";

const BATCH_TIMEOUT_MS = 60_000;

const Batch = z.object({
  cpuMs: z.number(),
  wallMs: z.number(),
  statuses: z.record(z.string(), z.int()),
  last: z.unknown(),
});
export type Batch = z.infer<typeof Batch>;

export interface Driver {
  /** Runs the handler over `events`. Rejects when any answer has another status. */
  run(events: readonly unknown[], status: number): Promise<Batch>;
  close(): Promise<void>;
}

const next = (child: ChildProcess): Promise<unknown> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => settle(() => reject(new Error("a measured process does not answer"))),
      BATCH_TIMEOUT_MS,
    );
    const heard = (message: unknown): void => settle(() => resolve(message));
    const ended = (code: number | null): void =>
      settle(() => reject(new Error(`a measured process ended with ${String(code)}`)));
    const settle = (act: () => void): void => {
      clearTimeout(timer);
      child.off("message", heard).off("exit", ended);
      act();
    };
    child.once("message", heard).once("exit", ended);
  });

export interface DriverOptions {
  /** The bundled driver-main.ts. */
  readonly main: Bundle;
  readonly handler: Bundle;
  readonly environment: Readonly<Record<string, string>>;
  /** For `node --cpu-prof`. */
  readonly nodeArguments?: readonly string[];
}

export const startDriver = async ({ main, handler, environment, nodeArguments }: DriverOptions): Promise<Driver> => {
  const child = fork(new URL(main.url), [handler.url], {
    env: { ...environment },
    execArgv: ["--expose-gc", ...(nodeArguments ?? [])],
    stdio: ["ignore", "ignore", "inherit", "ipc"],
  });
  await next(child);
  return {
    run: async (events, status) => {
      child.send([...events]);
      const batch = Batch.parse(await next(child));
      if (batch.statuses[String(status)] !== events.length)
        throw new Error(
          `not every answer was ${status}: ${JSON.stringify(batch.statuses)} ${JSON.stringify(batch.last)}`,
        );
      return batch;
    },
    close: () =>
      new Promise((resolve) => {
        child.once("exit", () => resolve());
        child.disconnect();
      }),
  };
};
