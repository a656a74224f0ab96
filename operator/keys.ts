/**
 * `npm run keys`: makes, lists and revokes the API keys of a deployed stage, with the AWS credentials of whoever runs
 * it. Composition only.
 */
import { randomBytes } from "node:crypto";
import { APIGatewayClient } from "@aws-sdk/client-api-gateway";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { directoryOf } from "./directory-of.ts";
import { keysCommand } from "./keys-command.ts";
import { apiGatewayMetering } from "./metering.ts";
import { secretsManagerVault } from "./secret-vault.ts";
import { cloudFormationStacks } from "./stage.ts";
import { processTerminal, toExitStatus } from "./terminal.ts";

const run = (): Promise<void> =>
  keysCommand(
    {
      stacks: cloudFormationStacks(new CloudFormationClient({})),
      metering: apiGatewayMetering(new APIGatewayClient({})),
      directory: directoryOf(secretsManagerVault(new SecretsManagerClient({}))),
      randomBytes,
      terminal: processTerminal,
    },
    process.argv.slice(2),
  );

process.exitCode = await toExitStatus(processTerminal, run);
