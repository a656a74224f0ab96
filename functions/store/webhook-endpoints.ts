/**
 * A storefront's webhook endpoints as one item: they are few, are read together for every event, and are changed one
 * after another. What must stay true: of two changes at once neither is lost; secrets lie there sealed.
 */
import { DISABLED_BECAUSE } from "../domain/webhook-endpoint.ts";
import type { EndpointSecrets, WebhookEndpoint } from "../domain/webhook-endpoint.ts";
import { SUBSCRIPTIONS } from "../domain/webhook-event.ts";
import type { Subscription } from "../domain/webhook-event.ts";
import {
  bytes,
  CorruptItem,
  list,
  map,
  maybeMap,
  maybeNumber,
  maybeText,
  number,
  oneOf,
  readBytes,
  readList,
  readNumber,
  readText,
  text,
} from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { keys } from "./keys.ts";
import { readTableItem } from "./read.ts";
import { put } from "./transact.ts";
import type { WebhookDeps } from "./webhook-deps.ts";
import type { WebhookEndpoints } from "./webhook-ledger.ts";

const writeSecrets = ({ sealed, madeAt }: EndpointSecrets): Item => ({ z: bytes(sealed), at: number(madeAt) });

const readSecrets = (item: Item): EndpointSecrets => ({
  sealed: readBytes(item, "z"),
  madeAt: readNumber(item, "at"),
});

const writeEndpoint = (endpoint: WebhookEndpoint): Item[string] =>
  map({
    id: text(endpoint.id),
    url: text(endpoint.url),
    events: list(endpoint.events.map(text)),
    ...(endpoint.description === null ? {} : { description: text(endpoint.description) }),
    ...(endpoint.disabled === null
      ? {}
      : { disabled: map({ because: text(endpoint.disabled.because), at: number(endpoint.disabled.at) }) }),
    secrets: map(writeSecrets(endpoint.secrets)),
    ...(endpoint.previous === null
      ? {}
      : { previous: map({ ...writeSecrets(endpoint.previous), until: number(endpoint.previous.until) }) }),
    created: number(endpoint.createdAt),
    updated: number(endpoint.updatedAt),
  });

const readPart = (item: Item, name: string): Item => {
  const part = maybeMap(item, name);
  if (part === null) throw new CorruptItem(name);
  return part;
};

/** An event that a later version has taken away is none that anybody is told of. */
const readEvents = (item: Item): readonly Subscription[] =>
  readList(item, "events").flatMap(({ S: wanted }) => SUBSCRIPTIONS.filter((known) => known === wanted));

const readEndpoint = (storefront: string, item: Item): WebhookEndpoint => {
  const disabled = maybeMap(item, "disabled");
  const previous = maybeMap(item, "previous");
  return {
    id: readText(item, "id"),
    storefront,
    url: readText(item, "url"),
    events: readEvents(item),
    description: maybeText(item, "description"),
    disabled: disabled && {
      because: oneOf(DISABLED_BECAUSE, readText(disabled, "because"), "because"),
      at: readNumber(disabled, "at"),
    },
    secrets: readSecrets(readPart(item, "secrets")),
    previous: previous && { ...readSecrets(previous), until: readNumber(previous, "until") },
    createdAt: readNumber(item, "created"),
    updatedAt: readNumber(item, "updated"),
  };
};

export const createWebhookEndpoints = (deps: WebhookDeps): WebhookEndpoints => ({
  read: async (storefront) => {
    const item = await readTableItem(deps, deps.table, keys.webhookEndpoints(storefront));
    if (item === null) return { version: 0, endpoints: [] };
    const endpoints = readList(item, "endpoints").map(({ M: part = {} }) => readEndpoint(storefront, part));
    return { version: maybeNumber(item, "v") ?? 0, endpoints };
  },
  write: async (storefront, { version }, endpoints) => {
    const { written } = await put(deps, {
      TableName: deps.table,
      Item: {
        pk: text(keys.webhookEndpoints(storefront)),
        v: number(version + 1),
        endpoints: list(endpoints.map(writeEndpoint)),
      },
      ...(version === 0
        ? { ConditionExpression: "attribute_not_exists(pk)" }
        : { ConditionExpression: "v = :seen", ExpressionAttributeValues: { ":seen": number(version) } }),
    });
    return written;
  },
});
