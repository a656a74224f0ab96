/**
 * The gateway that is killed, and what outlives it. M-PESA and DynamoDB are other people's machines: they run on, one in
 * this process and one beside it. The sandbox is a process, and so is every instance of a function in it. What must stay
 * true: `close` leaves nothing running, whatever was killed before.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { startDynamoDbLocal } from "../../sandbox/aws/dynamodb/dynamodb-local.ts";
import { timerOf } from "../../sandbox/aws/schedules/schedules.ts";
import { createTravelClock } from "../../sandbox/clock.ts";
import { createClosing } from "../../sandbox/closing.ts";
import { connectControl } from "../../sandbox/control/client.ts";
import type { SandboxControl } from "../../sandbox/control/client.ts";
import { startSimulator } from "../../sandbox/daraja/server.ts";
import { freePort } from "../../sandbox/net/ports.ts";

export interface Rig {
  readonly url: string;
  readonly simulatorUrl: string;
  readonly control: SandboxControl;
  /** Puts every clock forward, M-PESA's too. */
  readonly travel: (seconds: number) => Promise<void>;
  /** Kills the whole sandbox with SIGKILL and starts it again; resolves when it answers. */
  readonly killSandbox: () => Promise<void>;
  readonly close: () => Promise<void>;
}

const ROOT = path.resolve(import.meta.dirname, "../..");
const READY_WITHIN_MS = 300_000;
/** A minute in an account; not so often that a busy machine does nothing but sweep. */
const SWEEP_SECONDS = 20;

/** Resolves once it is ready. Rejects with its own words when it ends before that. */
const ready = (child: ChildProcess): Promise<void> =>
  new Promise((resolve, reject) => {
    let output = "";
    const timer = setTimeout(() => reject(new Error(`the sandbox was not ready in time: ${output}`)), READY_WITHIN_MS);
    const hear = (text: string): void => {
      output = (output + text).slice(-4_000);
      if (!/^ready in/m.test(output)) return;
      clearTimeout(timer);
      resolve();
    };
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding("utf8").on("data", hear);
    child.once("exit", (code) => reject(new Error(`the sandbox ended with ${String(code)}: ${output}`)));
  });

const startSandbox = async (environment: Record<string, string>, data: string): Promise<ChildProcess> => {
  const child = spawn(process.execPath, ["--import", "tsx", "sandbox/start.ts", "--processes", "--data", data], {
    cwd: ROOT,
    env: { ...process.env, ...environment },
    stdio: ["ignore", "pipe", "pipe"],
  });
  await ready(child);
  return child;
};

const endOf = async (child: ChildProcess, signal: "SIGKILL" | "SIGTERM"): Promise<void> => {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, "exit");
  child.kill(signal);
  await gone;
};

export const startRig = async (): Promise<Rig> => {
  const closing = createClosing();
  try {
    const data = closing.add(mkdtempSync(path.join(tmpdir(), "malipo-kill-")), (made) =>
      rmSync(made, { recursive: true, force: true }),
    );
    const clock = createTravelClock();
    const database = closing.add(await startDynamoDbLocal(), (started) => started.close());
    const simulator = closing.add(await startSimulator({ clock: timerOf(clock.now) }), (started) => started.close());
    const [port, controlPort] = [await freePort(), await freePort()];
    const environment = {
      PORT: String(port),
      CONTROL_PORT: String(controlPort),
      DARAJA_BASE_URL: simulator.url,
      DYNAMODB_URL: database.url,
      SWEEP_INTERVAL_SECONDS: String(SWEEP_SECONDS),
    };
    const running = { child: await startSandbox(environment, data) };
    closing.add(running, ({ child }) => endOf(child, "SIGTERM"));
    const control = connectControl(`http://127.0.0.1:${controlPort}`);
    return {
      url: `http://127.0.0.1:${port}`,
      simulatorUrl: simulator.url,
      control,
      async travel(seconds) {
        clock.travel(seconds * 1_000);
        await control.travel(seconds);
      },
      async killSandbox() {
        await endOf(running.child, "SIGKILL");
        running.child = await startSandbox(environment, data);
      },
      close: () => closing.close(),
    };
  } catch (error) {
    await closing.close();
    throw error;
  }
};
