/** `npm run rotate`: rotates a secret of a deployed stage, with the AWS credentials of whoever runs it. Composition only. */
import { randomBytes } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { rotateCommand } from "./rotate-command.ts";
import { secretsManagerVersions } from "./secret-versions.ts";
import { cloudFormationStacks } from "./stage.ts";
import { processTerminal, toExitStatus } from "./terminal.ts";

/** 384 bits. */
const VALUE_BYTES = 48;

const run = (): Promise<void> =>
  rotateCommand(
    {
      stacks: cloudFormationStacks(new CloudFormationClient({})),
      vault: secretsManagerVersions(new SecretsManagerClient({})),
      newValue: () => randomBytes(VALUE_BYTES).toString("base64url"),
      wait: (ms) => wait(ms),
      terminal: processTerminal,
    },
    process.argv.slice(2),
  );

process.exitCode = await toExitStatus(processTerminal, run);
