/**
 * Runs inside a process of its own: loads one handler and runs it over events, one after the other, as an instance of a
 * function does. Tells the CPU time that took, and how the handler answered last.
 */
import process, { argv, cpuUsage } from "node:process";

type Handler = (event: unknown, context: unknown) => Promise<unknown>;

const contextOf = (run: number) => ({
  callbackWaitsForEmptyEventLoop: true,
  functionName: "bench",
  functionVersion: "$LATEST",
  invokedFunctionArn: "arn:aws:lambda:us-east-1:000000000000:function:bench",
  memoryLimitInMB: "256",
  awsRequestId: `00000000-0000-4000-8000-${String(run).padStart(12, "0")}`,
  logGroupName: "bench",
  logStreamName: "bench",
  getRemainingTimeInMillis: () => 25_000,
});

const load = async (): Promise<Handler> => {
  const loaded = (await import(argv[2] ?? "")) as { handler: Handler };
  return loaded.handler;
};

const handler = await load();
let run = 0;

const runAll = async (events: readonly unknown[]): Promise<void> => {
  globalThis.gc?.();
  const statuses = new Map<unknown, number>();
  const started = performance.now();
  const cpu = cpuUsage();
  let last: unknown = null;
  for (const event of events) {
    last = await handler(event, contextOf((run += 1)));
    const status = (last as { statusCode?: unknown } | null)?.statusCode ?? null;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
  }
  const { user, system } = cpuUsage(cpu);
  const wallMs = performance.now() - started;
  process.send?.({ cpuMs: (user + system) / 1000, wallMs, statuses: Object.fromEntries(statuses), last });
};

process.once("disconnect", () => process.exit());
process.on("message", (events: readonly unknown[]) => void runAll(events));
process.send?.("ready");
