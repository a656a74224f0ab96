/**
 * Writes all of a table into a directory. It reads page by page, so a table that is written to meanwhile is no single
 * moment's; point-in-time recovery and DynamoDB's own export are (docs/restore.md). Nothing of the table is changed.
 */
import { ScanCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { Clock } from "../../functions/domain/clock.ts";
import { utcIso } from "../../functions/domain/time.ts";
import { writeFile, writeManifest } from "./exported.ts";
import type { Item, Manifest, Written } from "./exported.ts";
import { readShape } from "./table-shape.ts";

export interface ExportDeps {
  readonly dynamo: DynamoDBClient;
  readonly clock: Clock;
}

/** The directory must not hold an export yet. Gives what was written. */
export const exportTable = async (
  { dynamo, clock }: ExportDeps,
  table: string,
  directory: string,
): Promise<Manifest> => {
  const at = utcIso(clock.now());
  const shape = await readShape(dynamo, table);
  const files: Written[] = [];
  let start: Item | undefined;
  do {
    const page = await dynamo.send(
      new ScanCommand({ TableName: table, ConsistentRead: true, ...(start && { ExclusiveStartKey: start }) }),
    );
    files.push(writeFile(directory, files.length, page.Items ?? []));
    start = page.LastEvaluatedKey;
  } while (start !== undefined);
  const items = files.reduce((sum, file) => sum + file.items, 0);
  const manifest: Manifest = { table, exported_at: at, items, files, shape };
  writeManifest(directory, manifest);
  return manifest;
};
