/** The functions of a world of days beside those of payments, as they are deployed: so long may each run. */
import { FUNCTIONS } from "../../../lib/functions.ts";
import { createLambda } from "../payments/lambda.ts";
import type { Surroundings } from "../payments/lambda.ts";
import { startMapping } from "../queue/mapping.ts";
import type { BareWorld } from "./bare-world.ts";
import { beginProcess, closeProcess, doorProcess, importProcess, validationProcess } from "./gateway.ts";
import type { Doors } from "./gateway.ts";
import type { Outside } from "./outside.ts";
import { resultsProcess } from "./receipts.ts";

/** As deployed (lib/constructs/day-pipeline.ts). */
const CLOSERS = 2;

/** The functions, each ready to be invoked; days that the queue names are closed from now on. */
export const deploy = (world: BareWorld, outside: Outside) => {
  const { time, note, rates, line, asStream } = world;
  const chance = world.own();
  const lambda = <I, O>(
    name: keyof typeof FUNCTIONS,
    start: (surroundings: Surroundings) => (input: I) => Promise<O>,
  ) => {
    const timeoutMs = FUNCTIONS[name].timeoutSeconds * 1_000;
    return createLambda({
      name,
      start,
      timeoutMs,
      time,
      chance,
      note,
      faults: () => rates().lambda,
    });
  };
  const door = <N extends keyof Doors>(name: N) => lambda(name, doorProcess(name, outside));
  const closer = asStream(lambda("close-day", closeProcess(outside)));
  startMapping({
    line,
    batchSize: 1,
    maxConcurrency: CLOSERS,
    invoke: closer,
    time,
    note,
    chance: world.own(),
  });
  return {
    statements: door("statements"),
    reconciliations: door("reconciliations"),
    exceptions: door("work-exceptions"),
    importer: asStream(lambda("import-statement", importProcess(outside))),
    nights: lambda("begin-days", beginProcess(outside)),
    results: lambda("results", resultsProcess(outside)),
    validation: lambda("validate-payment", validationProcess(outside)),
  };
};
export type Deployed = ReturnType<typeof deploy>;
