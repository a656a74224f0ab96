/**
 * A cold crowd and one token: processes that start at the same instant with nothing in memory and nothing in the shared
 * item must make one OAuth request between them, because each new token may kill the one before it.
 */
import { fork } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import * as z from "zod";
import { startSimulator } from "../sandbox/daraja/server.ts";
import { bundleOwn } from "./bundles.ts";

const ANSWER_TIMEOUT_MS = 30_000;
const Answer = z.object({ tokens: z.array(z.string()) });
const Metrics = z.object({ oauth_requests: z.int() });

export interface Crowd {
  readonly processes: number;
  readonly callersEach: number;
  /** Where the worker's bundle is written. */
  readonly directory: string;
  readonly dynamoDbUrl: string;
  /** A coordination table; the crowd uses one new item of it. */
  readonly table: string;
}

export interface CrowdOutcome {
  readonly callers: number;
  /** Different tokens among all answers. */
  readonly tokens: number;
  readonly oauthRequests: number;
}

/** The next message of a child; rejects when it ends or stays silent instead. */
const heard = async (child: ChildProcess): Promise<unknown> => {
  const signal = AbortSignal.timeout(ANSWER_TIMEOUT_MS);
  const ended = once(child, "exit", { signal }).then(() => {
    throw new Error("a process of the crowd ended before it answered");
  });
  const message = once(child, "message", { signal }).then(([first]: unknown[]) => first);
  return Promise.race([message, ended]);
};

export const runCrowd = async (crowd: Crowd): Promise<CrowdOutcome> => {
  const { url } = bundleOwn("token-worker", crowd.directory);
  const simulator = await startSimulator({ port: 0 });
  const environment = {
    DYNAMODB_URL: crowd.dynamoDbUrl,
    TABLE: crowd.table,
    APPLICATION: `crowd-${randomUUID()}`,
    DARAJA_URL: simulator.url,
    AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true",
  };
  const children = Array.from({ length: crowd.processes }, () =>
    fork(new URL(url), { env: environment, stdio: ["ignore", "ignore", "inherit", "ipc"] }),
  );
  try {
    await Promise.all(children.map(heard));
    const answers = children.map(heard);
    for (const child of children) child.send(crowd.callersEach);
    const tokens = (await Promise.all(answers)).flatMap((answer) => Answer.parse(answer).tokens);
    const metrics = Metrics.parse(await (await fetch(`${simulator.url}/simulator/metrics`)).json());
    return { callers: tokens.length, tokens: new Set(tokens).size, oauthRequests: metrics.oauth_requests };
  } finally {
    await Promise.all(
      children.map(async (child) => {
        if (child.exitCode !== null) return;
        const exited = once(child, "exit");
        child.disconnect();
        await exited;
      }),
    );
    await simulator.close();
  }
};
