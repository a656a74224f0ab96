/**
 * What keeps webhook endpoints and deliveries promises; `dynamo-webhooks.ts` keeps it. What must stay true: an event has
 * one delivery to an endpoint, whoever adds it how often; of two who change the same thing at once, one is told that it
 * came second.
 */
import type { Delivery } from "../domain/webhook-delivery.ts";
import type { WebhookEndpoint } from "../domain/webhook-endpoint.ts";
import type { Position } from "./cursor.ts";
import type { DuePageQuery, DuePlace } from "./ledger.ts";

/** All endpoints of one storefront, as they were written together. */
export interface EndpointShelf {
  /** 0 when nothing was ever written. */
  readonly version: number;
  readonly endpoints: readonly WebhookEndpoint[];
}

export interface WebhookEndpoints {
  /** One consistent read. */
  read(storefront: string): Promise<EndpointShelf>;
  /** Writes them over exactly the version that was read. False when somebody else wrote first: read again. One write. */
  write(storefront: string, seen: EndpointShelf, endpoints: readonly WebhookEndpoint[]): Promise<boolean>;
}

/** A delivery as it was read: `version` grows with every write. */
export type KeptDelivery = Delivery & { readonly version: number };

export interface DeliveryWalk {
  readonly endpoint: string;
  /** When deliveries were made, epoch milliseconds, both inclusive. */
  readonly from: number;
  readonly to: number;
  readonly order: "newest_first" | "oldest_first";
  /** Where an earlier page ended; null for the beginning. */
  readonly after: Position | null;
  readonly limit: number;
}

export interface WebhookDeliveries {
  /** False when it is there already. One write. */
  add(delivery: Delivery): Promise<boolean>;
  /** One consistent read of at most 100; what does not exist, or can't be read, is left out. */
  read(ids: readonly string[]): Promise<readonly KeptDelivery[]>;
  /** Writes over exactly what was read; null when somebody else wrote first. One write. */
  replace(seen: KeptDelivery, next: Delivery): Promise<KeptDelivery | null>;
  /** Ids of what is due in one of `DUE_SHARDS` shards, the longest waiting first. */
  due(now: number, shard: number, page: DuePageQuery): Promise<{ ids: readonly string[]; next: DuePlace | null }>;
  /** Takes what is due off the list until `until`. Null when it is not due any more: somebody else has it. One write. */
  claim(id: string, now: number, until: number): Promise<KeptDelivery | null>;
  /** Keys of an endpoint's deliveries; `next` is where to go on, null at the end. */
  walk(walk: DeliveryWalk): Promise<{ readonly keys: readonly Position[]; readonly next: Position | null }>;
}

/** Whose turn it is. */
export interface Turn {
  readonly slot: number;
  readonly holder: string;
}

export type TurnAnswer =
  /** `hanging`: the endpoint let somebody wait in vain lately, so it is asked one at a time. */
  | { readonly taken: true; readonly turn: Turn; readonly hanging: boolean }
  | { readonly taken: false; readonly hanging: boolean };

/** What a turn showed of the endpoint. */
export interface Health {
  readonly succeeded: boolean;
  readonly failed: boolean;
  readonly hung: boolean;
}

export interface WebhookTurns {
  /** At most `TURNS` at a time have one, and one alone while the endpoint hangs. One write, a few when others have turns. */
  take(endpoint: string, turn: { readonly holder: string; readonly until: number }): Promise<TurnAnswer>;
  /** Lets the next one, and keeps what was seen. Answers since when nothing has got through; null when something does. */
  giveBack(endpoint: string, turn: Turn, health: Health): Promise<{ readonly failingSince: number | null }>;
  /** Forgets what was seen of an endpoint that its owner has enabled again. */
  forget(endpoint: string): Promise<void>;
}
