/** `npm run storefronts`: lists and changes the storefronts of a deployed stage. Composition only. */
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { directoryOf } from "./directory-of.ts";
import { secretsManagerVault } from "./secret-vault.ts";
import { cloudFormationStacks } from "./stage.ts";
import { storefrontsCommand } from "./storefronts-command.ts";
import { processTerminal, toExitStatus } from "./terminal.ts";

const run = (): Promise<void> =>
  storefrontsCommand(
    {
      stacks: cloudFormationStacks(new CloudFormationClient({})),
      directory: directoryOf(secretsManagerVault(new SecretsManagerClient({}))),
      terminal: processTerminal,
    },
    process.argv.slice(2),
  );

process.exitCode = await toExitStatus(processTerminal, run);
