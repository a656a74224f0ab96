/** The directory of a deployed stage, with the AWS credentials of whoever runs the command. Composition only. */
import { randomBytes, randomUUID } from "node:crypto";
import { setTimeout as wait } from "node:timers/promises";
import { createDynamo } from "../functions/store/client.ts";
import { createDirectory } from "../functions/store/dynamo-directory.ts";
import type { Directory } from "../functions/store/directory.ts";
import { readRotating } from "./rotating.ts";
import type { SecretVault } from "./secret-vault.ts";
import type { DataOutput, ReadOutput } from "./stage.ts";

export const directoryOf =
  (vault: SecretVault) =>
  (data: ReadOutput<DataOutput>): Directory =>
    createDirectory({
      table: data("DirectoryTableName"),
      pepper: () => readRotating(vault, "pepper", data("PepperSecretArn")),
      dynamo: createDynamo(),
      clock: Date,
      wait: (ms) => wait(ms),
      random: Math.random,
      newToken: randomUUID,
      randomBytes,
    });
