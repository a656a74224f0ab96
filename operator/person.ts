/**
 * `npm run person`: hands out or erases what a deployed stage knows of one person, with the AWS credentials of whoever runs
 * it. Composition only.
 */
import { randomUUID } from "node:crypto";
import { text } from "node:stream/consumers";
import { setTimeout as wait } from "node:timers/promises";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { password } from "@inquirer/prompts";
import { createDynamo } from "../functions/store/client.ts";
import { createPhoneVault, PhoneKeysSecret } from "../functions/store/phone-vault.ts";
import { directoryOf } from "./directory-of.ts";
import { personCommand } from "./person-command.ts";
import { secretsManagerVault } from "./secret-vault.ts";
import { cloudFormationStacks } from "./stage.ts";
import { readStored } from "./stored-secret.ts";
import { processTerminal, toExitStatus } from "./terminal.ts";

const run = (): Promise<void> => {
  const vault = secretsManagerVault(new SecretsManagerClient({}));
  return personCommand(
    {
      stacks: cloudFormationStacks(new CloudFormationClient({})),
      directory: directoryOf(vault),
      ledger: (data) => {
        const keys = readStored(vault, {
          name: "phone keys",
          arn: data("PhoneKeysSecretArn"),
          schema: PhoneKeysSecret,
        });
        return {
          dynamo: createDynamo(),
          tables: { transactions: data("TransactionsTableName"), coordination: data("CoordinationTableName") },
          vault: createPhoneVault(() => keys),
          clock: Date,
          wait: (ms) => wait(ms),
          random: Math.random,
          newToken: randomUUID,
        };
      },
      askPhone: () =>
        process.stdin.isTTY ? password({ message: "The person's phone number", mask: "*" }) : text(process.stdin),
      clock: Date,
      newRequestId: randomUUID,
      terminal: processTerminal,
    },
    process.argv.slice(2),
  );
};

process.exitCode = await toExitStatus(processTerminal, run);
