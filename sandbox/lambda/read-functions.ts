/** Turns the template's functions into running ones: code, handler, memory, time limit and environment as written there. */
import { existsSync } from "node:fs";
import path from "node:path";
import * as z from "zod";

import type { Guard } from "../aws/iam/guard.ts";
import type { TravelClock } from "../clock.ts";
import type { Deployment, Resource } from "../template/deployment.ts";
import { functionEnvironment } from "./environment.ts";
import { createFunctionPool } from "./function-pool.ts";
import type { LambdaFunction } from "./function-pool.ts";
import type { HostKind } from "./instance-host.ts";
import { startInstance } from "./instance.ts";
import type { InvokeResult } from "./instance.ts";
import { createLogBuffer } from "./log-buffer.ts";
import { readAliases } from "./aliases.ts";

const FunctionProperties = z.object({
  Code: z.object({ S3Key: z.string() }),
  Handler: z.string().regex(/^[^.]+\.\w+$/, "names a file and an export, such as index.handler"),
  Runtime: z.string().startsWith("nodejs"),
  MemorySize: z.number().default(128),
  Timeout: z.number().default(3),
  ReservedConcurrentExecutions: z.number().optional(),
  LoggingConfig: z.object({ LogGroup: z.string().optional() }).default({}),
  Environment: z.object({ Variables: z.record(z.string(), z.string()).default({}) }).default({ Variables: {} }),
});

export type FunctionsOptions = {
  readonly deployment: Deployment;
  /** The compiled `instance-main.ts`. */
  readonly instanceModule: string;
  /** What an instance runs in. */
  readonly host: HostKind;
  /** How many instances one function may have on this machine. */
  readonly maxInstances: number;
  readonly clock: Pick<TravelClock, "now" | "ahead">;
  readonly onLog: (functionName: string, text: string) => void;
  /** Told how each invocation went, and how long it took, milliseconds. */
  readonly onInvoked?: (functionName: string, result: InvokeResult, ms: number) => void;
  /** The service writes a function's log in its name; what is not allowed is lost, and the function runs on. */
  readonly mayInNameOf: Guard["inNameOf"];
};

export type Functions = {
  readonly all: readonly LambdaFunction[];
  /**
   * By name, ARN, the ARN of an alias, logical id or its construct's id (`sweep-payouts` is as good as `SweepPayouts`), or by a logical id's
   * beginning when only one fits. Throws naming those there are.
   */
  find(name: string): LambdaFunction;
  close(): Promise<void>;
};

export const readFunctions = (options: FunctionsOptions): Functions => {
  const byResource = options.deployment
    .ofType("AWS::Lambda::Function")
    .map((resource) => ({ resource, fn: readFunction(resource, options) }));
  const all = byResource.map(({ fn }) => fn);
  const aliases = readAliases(options.deployment);
  return {
    all,
    find(called) {
      const name = aliases.get(called) ?? called;
      const exact = byResource.find(
        ({ resource, fn }) =>
          name === fn.name || name === fn.arn || name === resource.logicalId || isCalled(resource, name),
      );
      const near = byResource.filter(({ resource }) => resource.logicalId.startsWith(name));
      const found = exact ?? (near.length === 1 ? near[0] : undefined);
      if (found !== undefined) return found.fn;
      const known = byResource.map(({ resource }) => resource.logicalId).join(", ");
      throw new Error(`No single function is called "${name}". There are: ${known}.`);
    },
    async close() {
      await Promise.all(all.map((fn) => fn.close()));
    },
  };
};

/** CDK ends a logical id in eight characters of its own, and a construct around one function often calls it `Function`. */
const isCalled = ({ logicalId }: Resource, name: string): boolean => {
  const construct = name.replace(/(?:^|-)([a-z])/g, (_match, letter: string) => letter.toUpperCase());
  return [construct, `${construct}Function`].includes(logicalId.slice(0, -8));
};

const readFunction = (resource: Resource, options: FunctionsOptions): LambdaFunction => {
  const properties = resource.properties(FunctionProperties);
  const [file = "", exportName = ""] = properties.Handler.split(".");
  const codeDirectory = options.deployment.assetDirectory(properties.Code.S3Key);
  const environment = functionEnvironment(
    {
      logicalId: resource.logicalId,
      name: resource.ref,
      handler: properties.Handler,
      runtime: properties.Runtime,
      memoryMegabytes: properties.MemorySize,
      codeDirectory,
      variables: properties.Environment.Variables,
    },
    options.deployment.place,
  );
  const { region, accountId } = options.deployment.place;
  const group = properties.LoggingConfig.LogGroup ?? `/aws/lambda/${resource.ref}`;
  const stream = `arn:aws:logs:${region}:${accountId}:log-group:${group}:log-stream:sandbox`;
  const logs = createLogBuffer(options.clock.now, ({ text }) => options.onLog(resource.ref, text));
  const arn = resource.attribute("Arn");
  return createFunctionPool({
    name: resource.ref,
    arn,
    timeoutMs: properties.Timeout * 1000,
    maxInstances: Math.min(options.maxInstances, properties.ReservedConcurrentExecutions ?? options.maxInstances),
    logs: () => logs.lines(),
    onInvoked: (result, ms) => options.onInvoked?.(resource.ref, result, ms),
    startInstance: () => {
      for (const operation of ["CreateLogStream", "PutLogEvents"])
        options.mayInNameOf(resource.logicalId, { action: `logs:${operation}`, resource: stream });
      return startInstance({
        host: options.host,
        instanceModule: options.instanceModule,
        handlerFile: handlerFile(codeDirectory, file),
        exportName,
        functionArn: arn,
        environment,
        memoryMegabytes: properties.MemorySize,
        ahead: options.clock.ahead,
        onLog: (text) => logs.write(text),
      });
    },
  });
};

const handlerFile = (directory: string, file: string): string => {
  const candidates = ["mjs", "js", "cjs"].map((extension) => path.join(directory, `${file}.${extension}`));
  return candidates.find((candidate) => existsSync(candidate)) ?? path.join(directory, `${file}.mjs`);
};
