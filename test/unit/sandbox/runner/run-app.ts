/** Runs a CDK app of one stack, made by a test, with everything of the sandbox but Malipo and the gateway. */
import { randomUUID } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { App, Duration, Stack } from "aws-cdk-lib";
import { Code, Function as Lambda, Runtime } from "aws-cdk-lib/aws-lambda";
import type { FunctionProps } from "aws-cdk-lib/aws-lambda";

import { openAwsDoor } from "../../../../sandbox/aws/door/aws-door.ts";
import { createTravelClock } from "../../../../sandbox/clock.ts";
import type { TravelClock } from "../../../../sandbox/clock.ts";
import { createClosing } from "../../../../sandbox/closing.ts";
import { startStateful } from "../../../../sandbox/parts.ts";
import type { SandboxOptions, Stateful } from "../../../../sandbox/parts.ts";
import { startStateless } from "../../../../sandbox/stateless.ts";
import type { Stateless } from "../../../../sandbox/stateless.ts";
import { readAssembly } from "../../../../sandbox/template/assembly.ts";
import { deploy } from "../../../../sandbox/template/deployment.ts";
import type { Deployment } from "../../../../sandbox/template/deployment.ts";
import type { AwsDoor } from "../../../../sandbox/aws/door/aws-door.ts";

/** Makes a function whose module is `source`; it is called `handler` there. */
export type MakeLambda = (id: string, source: string, props?: Partial<FunctionProps>) => Lambda;
export type BuildApp = (stack: Stack, lambda: MakeLambda) => void;

export type RunningApp = Stateful &
  Stateless & {
    readonly door: AwsDoor;
    readonly deployment: Deployment;
    readonly clock: TravelClock;
    /** Sentences about events that could not be delivered. */
    readonly troubles: readonly string[];
    /** What a function told with `console.log(JSON.stringify(...))`, in order. */
    told(functionName: string): unknown[];
    close(): Promise<void>;
  };

export const runApp = async (
  build: BuildApp,
  dynamoDbUrl = "http://127.0.0.1:1",
  options: SandboxOptions = {},
): Promise<RunningApp> => {
  const closing = createClosing();
  try {
    const directory = closing.add(mkdtempSync(path.join(tmpdir(), "malipo-app-")), (made) =>
      rmSync(made, { recursive: true }),
    );
    const door = closing.add(await openAwsDoor(), (opened) => opened.close());
    const place = { region: "af-south-1", accountId: "000000000000", awsUrl: door.url };
    const deployment = deploy(readAssembly(synthesise(build, directory)), place);
    const troubles: string[] = [];
    const clock = createTravelClock();
    const started = {
      clock,
      options: { onLog: (_name: string, text: string) => troubles.push(text), ...options },
      closing,
    };
    const stateful = await startStateful({ ...started, deployment, door, dynamoDbUrl });
    const stateless = await startStateless({ ...started, deployment, directory, ...stateful });
    stateless.mappings.start();
    const told = (name: string): unknown[] =>
      stateless.functions
        .find(name)
        .logs()
        .flatMap(({ text }) => (text.startsWith("{") ? [JSON.parse(text) as unknown] : []));
    return { ...stateful, ...stateless, door, deployment, clock, troubles, told, close: () => closing.close() };
  } catch (error) {
    await closing.close();
    throw error;
  }
};

const synthesise = (build: BuildApp, directory: string): string => {
  const app = new App({
    outdir: path.join(directory, "assembly"),
    analyticsReporting: false,
    builtinCloudFormationValidation: false,
  });
  const stack = new Stack(app, `App-${randomUUID().slice(0, 8)}`); // tables of several tests share one engine
  const lambda: MakeLambda = (id, source, props = {}) => {
    const folder = path.join(directory, `code-${id}`);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, "index.mjs"), source);
    return new Lambda(stack, id, {
      runtime: Runtime.NODEJS_22_X,
      handler: "index.handler",
      code: Code.fromAsset(folder),
      timeout: Duration.seconds(1),
      ...props,
    });
  };
  build(stack, lambda);
  return app.synth().directory;
};
