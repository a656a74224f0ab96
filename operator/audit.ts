/**
 * `npm run audit`: proves what a deployed stage's ledger says, with the AWS credentials of whoever runs it. Composition
 * only.
 */
import { setTimeout as wait } from "node:timers/promises";
import { CloudFormationClient } from "@aws-sdk/client-cloudformation";
import { S3Client } from "@aws-sdk/client-s3";
import { createDynamo } from "../functions/store/client.ts";
import { s3ArchiveReader } from "./archive-reader.ts";
import { auditCommand } from "./audit-command.ts";
import { cloudFormationStacks } from "./stage.ts";
import { processTerminal, toExitStatus } from "./terminal.ts";

const run = (): Promise<void> =>
  auditCommand(
    {
      stacks: cloudFormationStacks(new CloudFormationClient({})),
      archive: (data) => s3ArchiveReader(new S3Client({}), data("ArchiveBucketName")),
      ledger: (data) => ({
        dynamo: createDynamo(),
        table: data("TransactionsTableName"),
        wait: (ms) => wait(ms),
        random: Math.random,
      }),
      clock: Date,
      terminal: processTerminal,
    },
    process.argv.slice(2),
  );

process.exitCode = await toExitStatus(processTerminal, run);
