/**
 * A webhook delivery as one item: the only place that knows which attributes one has. It expires thirty days after it was
 * made or last asked for. What must stay true: its body is the text that was signed, to the letter.
 */
import { ATTEMPT_RESULTS, DELIVERY_STATUSES, FAILED_BECAUSE } from "../domain/webhook-delivery.ts";
import type { Attempt, Delivery } from "../domain/webhook-delivery.ts";
import { EVENT_TYPES, TEST_EVENT } from "../domain/webhook-event.ts";
import {
  list,
  map,
  maybeNumber,
  maybeText,
  number,
  oneOf,
  readList,
  readNumber,
  readText,
  text,
} from "./attributes.ts";
import type { Item } from "./attributes.ts";
import { keys } from "./keys.ts";
import type { NewItem } from "./transaction-item.ts";
import type { KeptDelivery } from "./webhook-ledger.ts";

/** How long the log of deliveries reaches back, milliseconds. */
export const KEPT_MS = 30 * 86_400_000;

const writeAttempt = ({ at, ms, result, url, status, excerpt, error }: Attempt): Item[string] =>
  map({
    at: number(at),
    ms: number(ms),
    r: text(result),
    u: text(url),
    ...(status === null ? {} : { c: number(status) }),
    ...(excerpt === null ? {} : { x: text(excerpt) }),
    ...(error === null ? {} : { e: text(error) }),
  });

const readAttempt = (item: Item): Attempt => ({
  at: readNumber(item, "at"),
  ms: readNumber(item, "ms"),
  result: oneOf(ATTEMPT_RESULTS, readText(item, "r"), "r"),
  url: readText(item, "u"),
  status: maybeNumber(item, "c"),
  excerpt: maybeText(item, "x"),
  error: maybeText(item, "e"),
});

export const writeDelivery = (delivery: Delivery, version: number): NewItem => ({
  pk: text(delivery.id),
  t: text(keys.deliveriesOf(delivery.endpoint, delivery.createdAt)),
  s: number(delivery.createdAt),
  ...(delivery.dueAt === null ? {} : { d: text(keys.dueOfDelivery(delivery.id)), u: number(delivery.dueAt) }),
  v: number(version),
  sf: text(delivery.storefront),
  en: text(delivery.endpoint),
  ev: text(delivery.event.id),
  ty: text(delivery.event.type),
  sj: text(delivery.event.subject),
  b: text(delivery.body),
  x: text(delivery.status),
  ...(delivery.failedBecause === null ? {} : { y: text(delivery.failedBecause) }),
  n: number(delivery.made),
  nb: number(delivery.madeBefore),
  l: list(delivery.attempts.map(writeAttempt)),
  w: number(delivery.updatedAt),
  ttl: number(Math.ceil((Math.max(delivery.createdAt, delivery.updatedAt) + KEPT_MS) / 1_000)),
});

/** The delivery that an item holds. Throws `CorruptItem`. */
export const readDelivery = (item: Item): KeptDelivery => {
  const because = maybeText(item, "y");
  return {
    id: readText(item, "pk"),
    version: readNumber(item, "v"),
    storefront: readText(item, "sf"),
    endpoint: readText(item, "en"),
    event: {
      id: readText(item, "ev"),
      type: oneOf([...EVENT_TYPES, TEST_EVENT], readText(item, "ty"), "ty"),
      subject: readText(item, "sj"),
    },
    body: readText(item, "b"),
    status: oneOf(DELIVERY_STATUSES, readText(item, "x"), "x"),
    failedBecause: because === null ? null : oneOf(FAILED_BECAUSE, because, "y"),
    made: readNumber(item, "n"),
    madeBefore: readNumber(item, "nb"),
    attempts: readList(item, "l").map(({ M: attempt = {} }) => readAttempt(attempt)),
    dueAt: maybeNumber(item, "u"),
    createdAt: readNumber(item, "s"),
    updatedAt: readNumber(item, "w"),
  };
};
