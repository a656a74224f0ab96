import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

import { createTravelClock } from "../../../../sandbox/clock.ts";
import type { TravelClock } from "../../../../sandbox/clock.ts";
import { compileInstance } from "../../../../sandbox/lambda/compile-instance.ts";
import { createFunctionPool } from "../../../../sandbox/lambda/function-pool.ts";
import type { LambdaFunction } from "../../../../sandbox/lambda/function-pool.ts";
import { startInstance } from "../../../../sandbox/lambda/instance.ts";
import { createLogBuffer } from "../../../../sandbox/lambda/log-buffer.ts";

let directory = "";
let instanceModule = "";
const opened: LambdaFunction[] = [];

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "malipo-pool-"));
  instanceModule = await compileInstance(directory);
});
afterAll(async () => {
  await Promise.all(opened.map((fn) => fn.close()));
  rmSync(directory, { recursive: true });
});

/** A function whose module is `source`. */
const functionOf = (
  source: string,
  options: { timeoutMs?: number; maxInstances?: number; clock?: TravelClock } = {},
): LambdaFunction => {
  const handlerFile = path.join(directory, `handler-${opened.length}.mjs`);
  writeFileSync(handlerFile, source);
  const logs = createLogBuffer(Date.now);
  const arn = "arn:aws:lambda:eu-west-1:000000000000:function:Test";
  const fn = createFunctionPool({
    name: "Test",
    arn,
    timeoutMs: options.timeoutMs ?? 5_000,
    maxInstances: options.maxInstances ?? 3,
    logs: () => logs.lines(),
    startInstance: () =>
      startInstance({
        host: "thread",
        instanceModule,
        handlerFile,
        exportName: "handler",
        functionArn: arn,
        environment: { GIVEN: "by the template", AWS_LAMBDA_FUNCTION_MEMORY_SIZE: "128" },
        memoryMegabytes: 128,
        ahead: (options.clock ?? createTravelClock()).ahead,
        onLog: (text) => logs.write(text),
      }),
  });
  opened.push(fn);
  return fn;
};

test("a function sees the environment it was given and nothing of this machine's", async () => {
  const fn = functionOf(`export const handler = async () => Object.keys(process.env).sort();`);
  expect(await fn.invoke({})).toMatchObject({
    ok: true,
    payload: ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "GIVEN", "_X_AMZN_TRACE_ID"],
  });
});

test("the context names the request, the function and the time that is left", async () => {
  const fn = functionOf(`export const handler = async (event, context) => ({
    event, id: context.awsRequestId, arn: context.invokedFunctionArn, memory: context.memoryLimitInMB,
    left: context.getRemainingTimeInMillis(), waits: context.callbackWaitsForEmptyEventLoop });`);
  const result = await fn.invoke({ a: [1, "two"] }, { timeoutMs: 2_000 });
  expect(result).toMatchObject({
    ok: true,
    payload: { event: { a: [1, "two"] }, id: result.requestId, arn: fn.arn, memory: "128", waits: true },
  });
  const left = (result as { payload: { left: number } }).payload.left;
  expect(left).toBeGreaterThan(1_000);
  expect(left).toBeLessThanOrEqual(2_000);
});

test("an instance keeps its memory between invocations and is used again", async () => {
  const fn = functionOf(`let count = 0; export const handler = async () => ++count;`);
  await fn.invoke({});
  expect(await fn.invoke({})).toMatchObject({ payload: 2 });
  expect(fn.instances()).toBe(1);
});

test("invocations at one time get instances of their own, up to the cap, and the rest wait their turn", async () => {
  const fn = functionOf(
    `let running = 0; export const handler = async () => {
       running += 1; await new Promise((r) => setTimeout(r, 40)); const seen = running; running -= 1; return seen; };`,
    { maxInstances: 2 },
  );
  const results = await Promise.all(Array.from({ length: 6 }, () => fn.invoke({})));
  expect(results.map((result) => result.ok && result.payload)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(fn.instances()).toBe(2);
});

test("a function that never ends is ended at its time limit and the next invocation gets a fresh instance", async () => {
  const fn = functionOf(
    `let count = 0; export const handler = async (event) => { count += 1; if (event.hang) for (;;); return count; };`,
    { timeoutMs: 300 },
  );
  expect(await fn.invoke({ hang: true })).toMatchObject({
    ok: false,
    error: { errorMessage: "Task timed out after 0.30 seconds" },
  });
  expect(await fn.invoke({}, { timeoutMs: 5_000 })).toMatchObject({ ok: true, payload: 1 });
});

test("a kill ends what runs, leaves what idles, and the next invocation gets a fresh instance", async () => {
  const fn = functionOf(
    `let count = 0; export const handler = async (event) => {
       count += 1; console.log("running"); if (event.hang) await new Promise(() => {}); return count; };`,
  );
  await Promise.all([fn.invoke({}), fn.invoke({})]);
  expect(await fn.kill()).toBe(0);
  const hanging = fn.invoke({ hang: true });
  await vi.waitFor(() => expect(fn.logs()).toHaveLength(3));
  expect(await fn.kill()).toBe(1);
  expect(await hanging).toMatchObject({ ok: false, error: { errorType: "Runtime.ExitError" } });
  expect(await fn.invoke({})).toMatchObject({ payload: 2 });
  expect(await Promise.all([fn.invoke({}), fn.invoke({})])).toContainEqual(expect.objectContaining({ payload: 1 }));
});

test("a kill of one leaves the others running", async () => {
  const fn = functionOf(
    `export const handler = async () => { await new Promise((resolve) => setTimeout(resolve, 400)); return 1; };`,
  );
  const both = [fn.invoke({}), fn.invoke({})];
  expect(await fn.kill(1)).toBe(1);
  const results = await Promise.all(both);
  expect(results.filter(({ ok }) => ok)).toHaveLength(1);
});

test("a thrown error is the invocation's answer and the instance lives on", async () => {
  const fn = functionOf(`let count = 0; export const handler = async () => {
    count += 1; if (count === 1) throw new TypeError("not today"); return count; };`);
  expect(await fn.invoke({})).toMatchObject({
    ok: false,
    error: { errorType: "TypeError", errorMessage: "not today" },
  });
  expect(await fn.invoke({})).toMatchObject({ payload: 2 });
});

test.each([
  ["exits", "process.exit(7)", "exit status 7"],
  [
    "leaves a promise rejected",
    "void Promise.reject(new Error('nobody listens')); await new Promise(() => {})",
    "nobody",
  ],
  ["uses more memory than it has", "const a = []; for (;;) a.push(new Array(1e6).fill(1.5))", "memory"],
])("a function that %s is replaced", async (_what, statement, words) => {
  const fn = functionOf(
    `export const handler = async (event) => { if (event.die) { ${statement}; } return "alive"; };`,
  );
  const result = await fn.invoke({ die: true });
  expect(result).toMatchObject({ ok: false, error: { errorType: "Runtime.ExitError" } });
  expect(JSON.stringify(result)).toContain(words);
  expect(await fn.invoke({})).toMatchObject({ payload: "alive" });
});

test("a module that cannot be loaded says why, each time", async () => {
  const fn = functionOf(`throw new Error("no table name"); export const handler = async () => 1;`);
  expect(await fn.invoke({})).toMatchObject({ ok: false, error: { errorMessage: "no table name" } });
  expect(await fn.invoke({})).toMatchObject({ ok: false, error: { errorMessage: "no table name" } });
});

test("a module without the handler is an error that names it", async () => {
  const fn = functionOf(`export const somethingElse = 1;`);
  expect(await fn.invoke({})).toMatchObject({
    ok: false,
    error: { errorType: "Runtime.HandlerNotFound", errorMessage: "handler is undefined or not exported" },
  });
});

test("what was logged before the answer is readable when the answer is there", async () => {
  const fn = functionOf(`export const handler = async () => {
    console.log("first"); process.stdout.write("sec"); process.stdout.write("ond\\n"); console.error("third"); };`);
  expect(await fn.invoke({})).toMatchObject({ ok: true, payload: null });
  expect(fn.logs().map(({ text }) => text)).toEqual(["first", "second", "third"]);
});

test("an event larger than the service takes is refused without being run", async () => {
  const fn = functionOf(`export const handler = async () => "ran";`);
  expect(await fn.invoke("x".repeat(6_291_557))).toMatchObject({
    ok: false,
    error: { errorType: "RequestTooLargeException" },
  });
  expect(fn.instances()).toBe(0);
});

describe("a function whose sandbox has travelled", () => {
  const DAY_MS = 86_400_000;
  const TELL = `export const handler = async () => ({
    now: Date.now(), made: new Date().getTime(), said: Date.parse(Date()), of: new Date(5).getTime(),
    parts: Date.UTC(2026, 0, 1), isDate: new Date() instanceof Date,
  });`;

  test("is told the sandbox's time, whether it ran before or not, and any other date as it is", async () => {
    const clock = createTravelClock();
    const fn = functionOf(TELL, { clock });
    const before = await fn.invoke({});
    clock.travel(DAY_MS);
    const after = await fn.invoke({});
    const told = [before, after].map((result) => (result.ok ? (result.payload as Record<string, number>) : {}));
    expect(told[1]!["now"]! - told[0]!["now"]!).toBeGreaterThanOrEqual(DAY_MS);
    expect(clock.now() - told[1]!["now"]!).toBeLessThan(60_000);
    for (const { now = 0, made = 0, said = 0, ...rest } of told) {
      expect(made - now).toBeLessThan(1_000);
      expect(Math.abs(said - now)).toBeLessThan(2_000);
      expect(rest).toEqual({ of: 5, parts: Date.UTC(2026, 0, 1), isDate: true });
    }
  });

  test("has as long as ever, because its time runs by the machine's clock", async () => {
    const clock = createTravelClock();
    clock.travel(DAY_MS);
    const fn = functionOf("export const handler = async (_event, context) => context.getRemainingTimeInMillis();", {
      clock,
      timeoutMs: 5_000,
    });
    const { payload } = (await fn.invoke({})) as { payload: number };
    expect(payload).toBeGreaterThan(0);
    expect(payload).toBeLessThanOrEqual(5_000);
  });

  test("never goes back", () => {
    expect(() => createTravelClock().travel(-1)).toThrow(RangeError);
  });
});
