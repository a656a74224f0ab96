/**
 * `npm run keys`: makes, lists and revokes the API keys of a deployed stage, with the AWS credentials of whoever runs
 * it. Composition only.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createDynamo } from "../functions/store/client.ts";
import { createDirectory } from "../functions/store/dynamo-directory.ts";
import type { Directory } from "../functions/store/directory.ts";
import { keysCommand } from "./keys-command.ts";
import { apiGatewayMetering } from "./metering.ts";
import { readPepper } from "./pepper.ts";
import { secretsManagerVault } from "./secret-vault.ts";
import { cloudFormationStacks } from "./stage.ts";
import type { DataOutput, ReadOutput } from "./stage.ts";
import { processTerminal, toExitStatus } from "./terminal.ts";

const vault = secretsManagerVault(new SecretsManagerClient({}));

const directory = (data: ReadOutput<DataOutput>): Directory =>
  createDirectory({
    table: data("DirectoryTableName"),
    pepper: () => readPepper(vault, data("PepperSecretArn")),
    dynamo: createDynamo(),
    clock: Date,
    wait: (ms) => wait(ms),
    random: Math.random,
    newToken: randomUUID,
    randomBytes,
  });

const run = (): Promise<void> =>
  keysCommand(
    {
      stacks: cloudFormationStacks(new CloudFormationClient({})),
      metering: apiGatewayMetering(new APIGatewayClient({})),
      directory,
      randomBytes,
      terminal: processTerminal,
    },
    process.argv.slice(2),
  );

process.exitCode = await toExitStatus(processTerminal, run);
