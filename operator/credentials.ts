/**
 * `npm run credentials`: stores and checks the Daraja credentials of a deployed stage, with the AWS credentials of
 * whoever runs it. Composition only.
 */
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { piped, typed } from "./credential-input.ts";
import { credentialsCommand } from "./credentials-command.ts";
import { secretsManagerVault } from "./secret-vault.ts";
import { cloudFormationStacks } from "./stage.ts";
import { processTerminal, toExitStatus } from "./terminal.ts";

const run = (): Promise<void> =>
  credentialsCommand(
    {
      stacks: cloudFormationStacks(new CloudFormationClient({})),
      vault: secretsManagerVault(new SecretsManagerClient({})),
      input: process.stdin.isTTY ? typed() : piped(process.stdin),
      fetch,
      clock: Date,
      terminal: processTerminal,
    },
    process.argv.slice(2),
  );

process.exitCode = await toExitStatus(processTerminal, run);
