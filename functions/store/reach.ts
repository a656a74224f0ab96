/**
 * Whether a table can be read, without reading any of it: an item is looked for that is never there. What must stay true:
 * nothing writes a key that begins like this, so whoever may look for it may see nothing.
 */
import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { text } from "./attributes.ts";
import type { Dynamo } from "./client.ts";
import { TABLES } from "./table.ts";
import type { TableKey } from "./table.ts";

/** What the permission to look is for (lib/constructs/table-uses.ts). */
const NEVER_THERE = "health#";

/** Rejects when the table can't be read; one read of half a unit. */
export const createReach =
  (dynamo: () => Dynamo) =>
  async (key: TableKey, tableName: string): Promise<void> => {
    const place = { [TABLES[key].partitionKey.name]: text(NEVER_THERE) };
    await dynamo().send(new GetItemCommand({ TableName: tableName, Key: place }));
  };
