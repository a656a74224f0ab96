/** The places of a storefront's keys, from the index that names them. What was just written may be missing. */
import { QueryCommand } from "@aws-sdk/client-dynamodb";
import type { QueryCommandInput } from "@aws-sdk/client-dynamodb";
import { persist } from "./attempts.ts";
import { readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { readBatch } from "./read.ts";
import type { Writer } from "./transact.ts";

/** Items that one batch reads. */
const AT_ONCE = 100;
/** Pages of a hundred: far more keys than any storefront has. */
const MOST_PAGES = 100;

export interface Shelf extends Writer {
  /** Physical name of the directory table. */
  readonly table: string;
}

/** The items of a storefront's keys, a page at a time; a key whose pepper rotates is among them twice. */
export async function* keyRows(deps: Shelf, storefront: string): AsyncGenerator<readonly Item[], void, undefined> {
  let from: QueryCommandInput["ExclusiveStartKey"];
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const request = new QueryCommand({
      TableName: deps.table,
      IndexName: "by_storefront",
      KeyConditionExpression: "sf = :storefront",
      ExpressionAttributeValues: { ":storefront": text(storefront) },
      Limit: AT_ONCE,
      ...(from === undefined ? {} : { ExclusiveStartKey: from }),
    });
    const { Items = [], LastEvaluatedKey: next } = await persist(deps, () => deps.dynamo.send(request));
    yield await readBatch(
      deps,
      deps.table,
      Items.map((item) => readText(item, "pk")),
    );
    if (next === undefined) return;
    from = next;
  }
}
