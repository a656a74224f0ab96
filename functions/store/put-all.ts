/** Many items in as few requests as there can be, the last writer of each winning. */
import { BatchWriteItemCommand } from "@aws-sdk/client-dynamodb";
import type { WriteRequest } from "@aws-sdk/client-dynamodb";
import { persist } from "./attempts.ts";
import type { Patience } from "./attempts.ts";
import type { Dynamo } from "./client.ts";
import { eachAtMost } from "./each-at-most.ts";
import type { NewItem } from "./transaction-item.ts";

/** What DynamoDB takes in one request, and how many requests are out at a time. */
const BATCH = 25;
const AT_A_TIME = 4;
/** How often what a request left undone is sent again. */
const ROUNDS = 5;

type BatchWriter = Patience & { readonly dynamo: Dynamo };

const putBatch = async (writer: BatchWriter, table: string, items: readonly NewItem[]): Promise<void> => {
  let wanted: WriteRequest[] = items.map((Item) => ({ PutRequest: { Item } }));
  for (let round = 0; wanted.length > 0; round += 1) {
    if (round === ROUNDS) throw new Error("the database did not take all items in time; it is safe to try again");
    const request = new BatchWriteItemCommand({ RequestItems: { [table]: wanted } });
    const { UnprocessedItems } = await persist(writer, () => writer.dynamo.send(request));
    wanted = UnprocessedItems?.[table] ?? [];
    if (wanted.length > 0) await writer.wait(writer.random() * 50 * 2 ** round);
  }
};

/** Writes `items`, whose keys are all different, over whatever was there. */
export const putAll = async (writer: BatchWriter, table: string, items: readonly NewItem[]): Promise<void> => {
  const batches = Array.from({ length: Math.ceil(items.length / BATCH) }, (_, index) =>
    items.slice(index * BATCH, (index + 1) * BATCH),
  );
  await eachAtMost(AT_A_TIME, batches, (batch) => putBatch(writer, table, batch));
};
