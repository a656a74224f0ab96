/**
 * One sandbox for the stories and the browser, on ports of its own, quiet. Each project's set-up runs in the same process,
 * so the first starts it and the last ends it.
 */
import type { TestProject } from "vitest/node";
import * as z from "zod";

import { startSandbox } from "../sandbox/sandbox.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";

declare module "vitest" {
  interface ProvidedContext {
    /** The gateway: API, callbacks, pages. */
    gatewayUrl: string;
    simulatorUrl: string;
    /** For `connectControl` of sandbox/control/client.ts: counts, faults, logs, invocations. */
    controlUrl: string;
    /** Where functions find AWS, and a test may too. */
    awsUrl: string;
  }
}

/** Each project loads this file anew; what they share hangs on the process. */
const SHARED = Symbol.for("malipo.test.sandbox");
type Shared = { readonly sandbox: Promise<Sandbox>; users: number };
const Shared = z.custom<Shared>((value) => typeof value === "object" && value !== null);

const share = (): Shared => {
  const known = Shared.safeParse(Reflect.get(globalThis, SHARED));
  if (known.success) return known.data;
  const dynamoDbUrl = process.env["DYNAMODB_LOCAL_URL"]; // set when the unit tests run too: one engine serves all
  const shared: Shared = { sandbox: startSandbox(dynamoDbUrl === undefined ? {} : { dynamoDbUrl }), users: 0 };
  Reflect.set(globalThis, SHARED, shared);
  return shared;
};

export const setup = async (project: TestProject): Promise<() => Promise<void>> => {
  const shared = share();
  shared.users += 1;
  const sandbox = await shared.sandbox;
  project.provide("gatewayUrl", sandbox.url);
  project.provide("simulatorUrl", sandbox.simulatorUrl ?? "");
  project.provide("controlUrl", sandbox.controlUrl);
  project.provide("awsUrl", sandbox.awsUrl);
  return async () => {
    shared.users -= 1;
    if (shared.users > 0) return;
    await sandbox.close();
  };
};
