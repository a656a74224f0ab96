/** Instances that are processes of their own: they answer as threads do, die by SIGKILL, and outlive nobody. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, expect, test, vi } from "vitest";

import { createTravelClock } from "../../../../sandbox/clock.ts";
import type { TravelClock } from "../../../../sandbox/clock.ts";
import { compileInstance } from "../../../../sandbox/lambda/compile-instance.ts";
import { startInstance } from "../../../../sandbox/lambda/instance.ts";
import type { Instance, InvokeResult } from "../../../../sandbox/lambda/instance.ts";

let directory = "";
let instanceModule = "";
const opened: Instance[] = [];

beforeAll(async () => {
  directory = mkdtempSync(path.join(tmpdir(), "malipo-processes-"));
  instanceModule = await compileInstance(directory);
});
afterAll(async () => {
  await Promise.all(opened.map((instance) => instance.end()));
  rmSync(directory, { recursive: true });
});

const moduleOf = (source: string): string => {
  const file = path.join(directory, `handler-${opened.length}.mjs`);
  writeFileSync(file, source);
  return file;
};

/** An instance whose handler's body is `body`; what it logs is added to `logged`. */
const instanceOf = (
  body: string,
  { logged = [], clock = createTravelClock() }: { logged?: string[]; clock?: TravelClock } = {},
) => {
  const instance = startInstance({
    host: "process",
    instanceModule,
    handlerFile: moduleOf(`let count = 0; export const handler = async (event) => { ${body} };`),
    exportName: "handler",
    functionArn: "arn:aws:lambda:eu-west-1:000000000000:function:Test",
    environment: { GIVEN: "by the template" },
    memoryMegabytes: 128,
    ahead: clock.ahead,
    onLog: (text) => logged.push(text),
  });
  opened.push(instance);
  return instance;
};
const run = (instance: Instance, event: unknown = {}): Promise<InvokeResult> =>
  instance.run(JSON.stringify(event), 30_000);

test("a process is another than ours, keeps its memory between invocations, and sees no environment but its own", async () => {
  const instance = instanceOf(
    "count += 1; return { count, pid: process.pid, variables: Object.keys(process.env).sort() };",
  );
  await run(instance);
  const second = await run(instance);
  const seen = (second as { payload: { count: number; pid: number; variables: string[] } }).payload;
  expect(seen).toMatchObject({ count: 2, variables: ["GIVEN", "_X_AMZN_TRACE_ID"] });
  expect(seen.pid).not.toBe(process.pid);
});

test("what was logged before the answer is there with the answer", async () => {
  const logged: string[] = [];
  await run(instanceOf(`console.log("first"); console.error("second");`, { logged }));
  expect(logged).toEqual(["first\n", "second\n"]);
});

test("SIGKILL in the middle of an invocation is the invocation's end, and the instance is dead", async () => {
  const logged: string[] = [];
  const instance = instanceOf(`console.log("running"); for (;;);`, { logged });
  const hanging = run(instance);
  await vi.waitFor(() => expect(logged).toEqual(["running\n"]), 30_000);
  await instance.end();
  expect(await hanging).toMatchObject({ ok: false, error: { errorType: "Runtime.ExitError" } });
  expect(JSON.stringify(await hanging)).toContain("SIGKILL");
  expect(instance.alive()).toBe(false);
});

test.each([
  ["exits", "process.exit(7)", "exit status 7"],
  ["leaves a promise rejected", "void Promise.reject(new Error('no')); await new Promise(() => {})", "exit status 1"],
])("a process that %s says how it ended", async (_what, statement, words) => {
  const result = await run(instanceOf(statement));
  expect(result).toMatchObject({ ok: false, error: { errorMessage: expect.stringContaining(words) as string } });
});

test("a process keeps the sandbox's time, after a travel too", async () => {
  const clock = createTravelClock();
  const instance = instanceOf("return Date.now();", { clock });
  await run(instance);
  clock.travel(86_400_000);
  const { payload } = (await run(instance)) as { payload: number };
  expect(Math.abs(clock.now() - payload)).toBeLessThan(60_000);
});

test("a process ends when the sandbox is killed with SIGKILL", async () => {
  const code = { moduleUrl: moduleOf("export const handler = async () => 1;"), exportName: "handler" };
  const parent = path.join(directory, "parent.mjs");
  writeFileSync(
    parent,
    `import { fork } from "node:child_process";
     const child = fork(${JSON.stringify(instanceModule)}, [${JSON.stringify(JSON.stringify(code))}]);
     child.on("message", ({ kind }) => console.log(kind, child.pid)); setInterval(() => {}, 1000);`,
  );
  const sandbox = spawn(process.execPath, [parent], { stdio: ["ignore", "pipe", "inherit"] });
  const [said] = (await once(sandbox.stdout, "data")) as [Buffer];
  const [, pid] = /^ready (\d+)/.exec(said.toString("utf8")) ?? [];
  expect(pid).toBeDefined();
  sandbox.kill("SIGKILL");
  await vi.waitFor(() => expect(() => process.kill(Number(pid), 0)).toThrow("ESRCH"), 30_000);
});
