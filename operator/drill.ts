/**
 * `npm run drill`: shows that a stage's ledger, or a sandbox's, can be restored, with the AWS credentials of whoever runs
 * it. Composition only.
 */
import { setTimeout as wait } from "node:timers/promises";
import { createDynamo } from "../functions/store/client.ts";
import { drillCommand } from "./drill-command.ts";
import { processTerminal, toExitStatus } from "./terminal.ts";

const run = (): Promise<void> =>
  drillCommand(
    {
      dynamo: createDynamo(),
      clock: Date,
      terminal: processTerminal,
      wait: (ms) => wait(ms),
      random: Math.random,
    },
    process.argv.slice(2),
  );

process.exitCode = await toExitStatus(processTerminal, run);
