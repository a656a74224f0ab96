/**
 * `npm run c2b`: registers a deployed stage's shortcode at M-PESA and says how far its payments were pulled, with the AWS
 * credentials of whoever runs it. Composition only.
 */
import { setTimeout as wait } from "node:timers/promises";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { attendedClient } from "../functions/daraja/attended.ts";
import { createC2bDaraja } from "../functions/daraja/c2b-client.ts";
import { createPullDaraja } from "../functions/daraja/pull-client.ts";
import { createDynamo } from "../functions/store/client.ts";
import { createSharedToken } from "../functions/store/coordination.ts";
import type { CoordinationDeps } from "../functions/store/coordination.ts";
import { createPullBook } from "../functions/store/pull-progress.ts";
import { c2bCommand } from "./c2b-command.ts";
import type { C2bDeps } from "./c2b-command.ts";
import { secretsManagerVault } from "./secret-vault.ts";
import { cloudFormationStacks } from "./stage.ts";
import { processTerminal, toExitStatus } from "./terminal.ts";

const patience = { wait: (ms: number): Promise<void> => wait(ms), random: Math.random };
const coordination = (table: string): CoordinationDeps => ({ dynamo: createDynamo(), table, clock: Date, ...patience });

const daraja: C2bDeps["daraja"] = ({ environment, credentials, coordinationTable }) => {
  const client = attendedClient({
    environment,
    credentials: () => Promise.resolve(credentials),
    shared: createSharedToken(coordination(coordinationTable), environment),
    callbackUrl: () => Promise.reject(new Error("a registration brings its own addresses")),
    fetch,
    clock: Date,
    log: () => undefined,
    ...patience,
  });
  return { c2b: createC2bDaraja(client), pull: createPullDaraja(client) };
};

const run = (): Promise<void> =>
  c2bCommand(
    {
      stacks: cloudFormationStacks(new CloudFormationClient({})),
      vault: secretsManagerVault(new SecretsManagerClient({})),
      terminal: processTerminal,
      daraja,
      book: (table) => createPullBook(coordination(table)),
    },
    process.argv.slice(2),
  );

process.exitCode = await toExitStatus(processTerminal, run);
