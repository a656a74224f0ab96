/**
 * `npm run credentials`: stores, checks and changes the Daraja credentials of a deployed stage, with the AWS credentials of
 * whoever runs it. Composition only.
 */
import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { createDynamo } from "../functions/store/client.ts";
import { piped, typed, typedChanges } from "./credential-input.ts";
import { credentialsCommand } from "./credentials-command.ts";
import { proveAtStage } from "./prove-at-stage.ts";
import { secretsManagerVersions } from "./secret-versions.ts";
import { cloudFormationStacks } from "./stage.ts";
import { processTerminal, toExitStatus } from "./terminal.ts";

const run = (): Promise<void> => {
  const stacks = cloudFormationStacks(new CloudFormationClient({}));
  const vault = secretsManagerVersions(new SecretsManagerClient({}));
  const isTyped = process.stdin.isTTY;
  return credentialsCommand(
    {
      stacks,
      vault,
      input: isTyped ? typed() : piped(process.stdin),
      changes: isTyped ? typedChanges() : piped(process.stdin),
      prove: proveAtStage({
        stacks,
        vault,
        dynamo: createDynamo,
        fetch,
        clock: Date,
        wait: (ms) => wait(ms),
        random: Math.random,
        randomBytes,
        newToken: randomUUID,
      }),
      fetch,
      clock: Date,
      terminal: processTerminal,
    },
    process.argv.slice(2),
  );
};

process.exitCode = await toExitStatus(processTerminal, run);
