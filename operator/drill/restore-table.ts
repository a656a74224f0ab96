/**
 * Fills a new table from an export. What must stay true: the table is new, it has no stream while it is filled, and it is
 * whole or the restore says that it is not.
 */
import { BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBClient, WriteRequest } from "@aws-sdk/client-dynamodb";
import type { Patience } from "../../functions/store/attempts.ts";
import { NotDone } from "../refusal.ts";
import { exportedItems, readManifest } from "./exported.ts";
import { makeTable, openStream } from "./table-shape.ts";

export interface RestoreDeps extends Patience {
  readonly dynamo: DynamoDBClient;
}

/** As many as BatchWriteItem takes. */
const AT_ONCE = 25;
const MOST_TRIES = 20;
const [FIRST_WAIT_MS, LONGEST_WAIT_MS] = [50, 5_000] as const;

/** What the service leaves out of a batch is written again, later and later. */
const writeAll = async (deps: RestoreDeps, table: string, requests: readonly WriteRequest[]): Promise<void> => {
  let left: WriteRequest[] = [...requests];
  for (let tried = 0; left.length > 0; tried += 1) {
    if (tried === MOST_TRIES)
      throw new NotDone(`${table} took no more items: it is not whole. Delete it, and restore again later.`);
    if (tried > 0) await deps.wait(Math.min(FIRST_WAIT_MS * 2 ** tried, LONGEST_WAIT_MS) * deps.random());
    const { UnprocessedItems = {} } = await deps.dynamo.send(
      new BatchWriteItemCommand({ RequestItems: { [table]: left } }),
    );
    left = UnprocessedItems[table] ?? [];
  }
};

/** Gives the number of items. @throws NotDone when the table exists, or the export is not whole. */
export const restoreTable = async (deps: RestoreDeps, directory: string, table: string): Promise<number> => {
  const { shape } = readManifest(directory);
  await makeTable(deps.dynamo, table, shape);
  let items = 0;
  for (const file of exportedItems(directory)) {
    for (let first = 0; first < file.length; first += AT_ONCE) {
      const batch = file.slice(first, first + AT_ONCE);
      await writeAll(
        deps,
        table,
        batch.map((Item) => ({ PutRequest: { Item } })),
      );
      items += batch.length;
    }
  }
  await openStream(deps.dynamo, table, shape);
  return items;
};
