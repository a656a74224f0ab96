/**
 * A storefront as one item, and all of them as a list: they lie in the index of keys under a name that no storefront can
 * have, so listing them takes no scan.
 */
import { QueryCommand } from "@aws-sdk/client-dynamodb";
import { persist } from "./attempts.ts";
import { flag, list, maybeText, readText, text } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { Storefront } from "./directory.ts";
import { readBatch } from "./read.ts";
import type { Writer } from "./transact.ts";

/** A storefront's id has no `#`. */
const ALL = "#storefronts";
const MOST_LISTED = 1_000;
const READ_AT_ONCE = 100;

export const storefrontPlace = (id: string): string => `storefront#${id}`;

export const writeStorefront = (storefront: Storefront): Record<string, Item[string]> => ({
  pk: text(storefrontPlace(storefront.id)),
  sf: text(ALL),
  id: text(storefront.id),
  name: text(storefront.name),
  ...(storefront.shortcode === null ? {} : { shortcode: text(storefront.shortcode) }),
  ...(storefront.references.length === 0 ? {} : { references: list(storefront.references.map(text)) }),
  ...(storefront.isDefault ? { default: flag(true) } : {}),
});

export const readStorefront = (item: Item): Storefront => ({
  id: readText(item, "id"),
  name: readText(item, "name"),
  shortcode: maybeText(item, "shortcode"),
  references: (item["references"]?.L ?? []).flatMap(({ S: reference }) => (reference === undefined ? [] : [reference])),
  isDefault: item["default"]?.BOOL ?? false,
});

interface Shelf extends Writer {
  /** Physical name of the directory table. */
  readonly table: string;
}

/** By id. One request for the names and one for each hundred storefronts. */
export const listStorefronts = async (deps: Shelf): Promise<readonly Storefront[]> => {
  const request = new QueryCommand({
    TableName: deps.table,
    IndexName: "by_storefront",
    KeyConditionExpression: "sf = :all",
    ExpressionAttributeValues: { ":all": text(ALL) },
    Limit: MOST_LISTED,
  });
  const { Items = [] } = await persist(deps, () => deps.dynamo.send(request));
  const places = Items.map((item) => readText(item, "pk"));
  const storefronts: Storefront[] = [];
  for (let from = 0; from < places.length; from += READ_AT_ONCE) {
    const items = await readBatch(deps, deps.table, places.slice(from, from + READ_AT_ONCE));
    storefronts.push(...items.map(readStorefront));
  }
  return storefronts;
};
