/** `npm start` as a developer meets it: a process of its own, ready in time, gone without a trace. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";
import { existsSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeAll, expect, test } from "vitest";

import { connectControl } from "../../sandbox/control/client.ts";
import { freePort } from "../../sandbox/net/ports.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const READY_WITHIN_MS = 100_000;

let temporary = "";
beforeAll(() => {
  temporary = mkdtempSync(path.join(tmpdir(), "malipo-start-"));
});
afterAll(async () => {
  for (const { child, ended } of runs) {
    child.kill("SIGTERM");
    await ended;
  }
  rmSync(temporary, { recursive: true });
});

type Run = { readonly child: ChildProcess; readonly output: () => string; readonly ended: Promise<number | null> };

const runs: Run[] = [];

/** Starts the sandbox with a temporary directory of its own, so that what it leaves there is seen. */
const start = (environment: Record<string, string>, ...extra: string[]): Run => {
  const child = spawn(process.execPath, ["--import", "tsx", "sandbox/start.ts", ...extra], {
    cwd: ROOT,
    env: { ...process.env, TMPDIR: temporary, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text: string) => (output += text));
  const ended = once(child, "exit").then(([code]) => code as number | null);
  const run = { child, output: () => output, ended };
  runs.push(run);
  return run;
};

const readyLine = ({ child, output, ended }: Run): Promise<void> =>
  new Promise((resolve, reject) => {
    const look = (): void => {
      if (/^ready in/m.test(output())) resolve();
    };
    child.stdout?.on("data", look);
    void ended.then(() => reject(new Error(`It ended before it was ready: ${output()}`)));
  });

test(
  "it says ready, answers, keeps its data for the next start, and leaves nothing behind when it is told to stop",
  { timeout: 2 * READY_WITHIN_MS },
  async () => {
    const [port, simulator, control] = [await freePort(), await freePort(), await freePort()];
    const data = path.join(temporary, "data");
    const ports = {
      PORT: String(port),
      SIMULATOR_PORT: String(simulator),
      CONTROL_PORT: String(control),
      SWEEP_INTERVAL_SECONDS: "60",
    };
    const headers = { authorization: "Bearer sk_test_storefront", "content-type": "application/json" };
    const payments = `http://127.0.0.1:${port}/v1/payments`;

    const first = start(ports, "--data", data);
    await readyLine(first);
    expect((await fetch(`http://127.0.0.1:${port}/health`)).status).toBe(200);
    expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toContain(`http://127.0.0.1:${simulator}/`);
    const body = JSON.stringify({ amount: 10, phone: "254700000000", reference: "KEPT" });
    const made = await fetch(payments, { method: "POST", headers: { ...headers, "idempotency-key": "kept" }, body });
    expect(made.status).toBe(201);
    const { id } = (await made.json()) as { id: string };
    await lookInside(`http://127.0.0.1:${control}`);
    first.child.kill("SIGTERM");
    expect(await first.ended).toBe(0);
    await expect(fetch(`http://127.0.0.1:${port}/health`)).rejects.toThrow();
    expect(readdirSync(temporary).filter((name) => name.startsWith("malipo-sandbox-"))).toEqual([]);

    const second = start(ports, "--data", data);
    await readyLine(second);
    expect((await fetch(`${payments}/${id}`, { headers })).status).toBe(200);
    second.child.kill("SIGINT");
    expect(await second.ended).toBe(0);
    expect(existsSync(data)).toBe(true);
  },
);

/** What the control port tells of a sandbox that has started one payment. */
const lookInside = async (controlUrl: string): Promise<void> => {
  const control = connectControl(controlUrl);
  await control.stopSchedules();
  const calls = await control.calls();
  expect(calls).toContainEqual(
    expect.objectContaining({ caller: expect.stringMatching(/^StartPayment/), service: "dynamodb" }),
  );
  expect((await control.logs("StartPayment")).length).toBeGreaterThan(0);
  await control.resetCalls();
  expect(await control.calls()).toEqual([]);
  expect(await control.nameOf("AWS::DynamoDB::Table", "Transactions")).toContain("Transactions");
  await expect(control.nameOf("AWS::DynamoDB::Table", "Nothing")).rejects.toThrow("0 resources");
  await control.inject({ match: { service: "dynamodb" }, fault: { kind: "refuse" }, times: 100 });
  await control.clearFaults();
  const refused = await control.invoke("Authorise", {
    type: "TOKEN",
    methodArn: "arn",
    authorizationToken: "Bearer nobody",
  });
  expect(refused).toMatchObject({ ok: false, error: { errorMessage: "Unauthorized" } });
  await expect(control.invoke("Nobody", {})).rejects.toThrow('No single function is called "Nobody"');
  await control.startSchedules();
};

test("a taken port is one sentence and nothing is started", async () => {
  const port = await freePort();
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(port, "127.0.0.1", resolve));
  const run = start({ PORT: String(port), SIMULATOR_PORT: "0" });
  expect(await run.ended).toBe(1);
  expect(run.output()).toBe(`Port ${port} is taken. Choose another with PORT=<port>.\n`);
  holder.close();
});

test("a variable that makes no sense is named", async () => {
  const run = start({ PORT: "eighty" });
  expect(await run.ended).toBe(1);
  expect(run.output()).toContain("PORT");
  expect(run.output()).not.toContain("    at ");
});
