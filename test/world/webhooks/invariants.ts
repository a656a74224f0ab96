/**
 * What must be true of a world of webhooks that has come to rest: everybody was told what they asked for or gave up on it
 * as promised, the archive has everything once, and nobody is still at work.
 */
import { gunzipSync } from "node:zlib";
import { deliveryId, eventId } from "../../../functions/domain/ids.ts";
import type { Item } from "../../../functions/store/attributes.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import type { Verified } from "../../../operator/verify-archive.ts";
import type { Books } from "./books.ts";
import { wants } from "./endpoints-seen.ts";
import type { EndpointsSeen } from "./endpoints-seen.ts";

export interface Ending {
  /** Items of the ledger and of the webhooks' table. */
  readonly ledger: readonly Item[];
  readonly webhooks: readonly Item[];
  readonly books: Books;
  readonly endpoints: EndpointsSeen;
  readonly archive: ReadonlyMap<string, Uint8Array>;
  readonly verified: Verified;
  /** Messages that wait in the queue, and those that were given up. */
  readonly waiting: readonly string[];
  readonly dead: readonly string[];
  /** Writes of the ledger that were given up by who follows it. */
  readonly lost: readonly string[];
  /** When somebody was alarmed that an endpoint is disabled. */
  readonly alarms: readonly number[];
  /** Requests to DynamoDB of the last look, when nothing was due. */
  readonly idleRequests: number;
  /** Storefronts that never listen. */
  readonly deaf: readonly string[];
  /** Which storefronts' endpoints were looked up how often, and how often somebody told of writes. */
  readonly looks: ReadonlyMap<string, number>;
  readonly tellings: number;
}

/** An endpoint that was made or changed within it may be known or not. */
const NOTICE_MS = 1_000;
const SKEW_MS = 50;
/** By then an event that a function tells by itself is on its way. */
const SOON_MS = 15 * 60_000;

const text = (item: Item, name: string): string => item[name]?.S ?? "";

/** Whoever asked before a change, and asked still when it was told, has a delivery of it. */
const untold = ({ books, endpoints, webhooks }: Ending): readonly string[] => {
  const kept = new Set(webhooks.map((item) => text(item, "pk")));
  return books.told.flatMap(({ subject, version, type, storefront, at, tellerDoneAt }) => {
    if (tellerDoneAt === null) return [`${subject} at ${version} was told to nobody`];
    const span = [at - NOTICE_MS - SKEW_MS, tellerDoneAt] as const;
    return endpoints
      .ofStorefront(storefront)
      .filter((id) => endpoints.always(id, span, (stood) => wants(stood, type)))
      .filter((id) => !kept.has(deliveryId(eventId(subject, version), id)))
      .map((id) => `${id} was never told that ${subject} is ${type}`);
  });
};

/** The others hear that an endpoint was disabled without its owner's doing. */
const undisclosed = ({ endpoints, webhooks, alarms }: Ending): readonly string[] => {
  const kept = new Set(webhooks.map((item) => text(item, "pk")));
  return [...endpoints.all].flatMap(([id, { storefront, states }]) => {
    const times = states.flatMap((stood) =>
      stood.url !== null && stood.disabled && stood.disabled.because !== "owner" ? [stood.disabled.at] : [],
    );
    const isSilent = times.some((at) => !alarms.some((alarm) => Math.abs(alarm - at) < SOON_MS));
    const stays = (at: number): boolean =>
      endpoints.always(
        id,
        [at + SOON_MS - 1, at + SOON_MS],
        (stood) => stood.url !== null && stood.disabled?.at === at,
      );
    const alarming = isSilent && times.some(stays) ? [`nobody was alarmed that ${id} is disabled`] : [];
    const untoldOthers = [...new Set(times)].filter(stays).flatMap((at) =>
      endpoints
        .ofStorefront(storefront)
        .filter((other) => other !== id)
        .filter((other) =>
          endpoints.always(other, [at - 5 * NOTICE_MS, at + SOON_MS], (stood) => wants(stood, "endpoint.disabled")),
        )
        .filter((other) => !kept.has(deliveryId(eventId(id, at), other)))
        .map((other) => `${other} was never told that ${id} is disabled`),
    );
    return [...alarming, ...untoldOthers];
  });
};

/** A receiver that said 410 is told nothing any more, until its owner changes that. */
const unheeded = ({ endpoints, webhooks }: Ending): readonly string[] =>
  webhooks
    .filter((item) => text(item, "y") === "endpoint_gone")
    .flatMap((item) => {
      const last = item["l"]?.L?.at(-1)?.M;
      const [endpoint, at] = [text(item, "en"), Number(last?.["at"]?.N)];
      const url = last?.["u"]?.S ?? "";
      const isAsBefore = endpoints.always(
        endpoint,
        [at, Infinity],
        (stood) => stood.url === url && stood.disabled === null,
      );
      return isAsBefore ? [`${endpoint} said that it wants nothing any more, and is enabled`] : [];
    });

const FIVE_DAYS_MS = 5 * 86_400_000;
/** From the attempt that shows it until the endpoint is disabled. */
const SHOWN_MS = 60_000;

/** An endpoint that nothing has got through to for five days is disabled by whoever tries it then. */
const failing = ({ endpoints, webhooks }: Ending): readonly string[] =>
  [...endpoints.all.keys()].flatMap((id) => {
    const attempts = webhooks
      .filter((item) => text(item, "en") === id)
      .flatMap((item) => item["l"]?.L?.map(({ M = {} }) => ({ at: Number(M["at"]?.N), result: text(M, "r") })) ?? []);
    const lastGood = Math.max(0, ...attempts.filter(({ result }) => result === "delivered").map(({ at }) => at));
    const bad = attempts.filter(({ at, result }) => result !== "delivered" && at > lastGood).map(({ at }) => at);
    const [first, last] = [Math.min(...bad), Math.max(...bad)];
    if (bad.length === 0 || last - first < FIVE_DAYS_MS + SHOWN_MS) return [];
    const isAsItWas = endpoints.always(
      id,
      [first, last + SOON_MS],
      (stood) => stood.url !== null && stood.touchedAt < first,
    );
    return isAsItWas ? [`nothing got through to ${id} for five days, and it is enabled`] : [];
  });

const unended = ({ webhooks }: Ending): readonly string[] =>
  webhooks.filter((item) => text(item, "x") === "pending").map((item) => `${text(item, "pk")} is still pending`);

/** A file's day and the writes that are in it. */
const RANGE = /^entries\/(\d{4}\/\d\d\/\d\d\/\d{40}-\d{40})/;

/** Every entry once: what lies there again lies there in other company and says the same. */
const archiveFaults = ({ ledger, archive, verified }: Ending): readonly string[] => {
  const entries = new Set<string>();
  const ranges = new Set<string>();
  const wrong = verified.findings.map(({ where, what }) => `the archive: ${where}: ${what}`);
  for (const [key, bytes] of archive) {
    if (!key.startsWith("entries/")) continue;
    const range = RANGE.exec(key)?.[1] ?? "";
    if (ranges.has(range)) wrong.push(`the archive has ${range} twice`);
    ranges.add(range);
    for (const line of gunzipSync(bytes)
      .toString()
      .split("\n")
      .filter((each) => each !== "")) {
      const { kind, id, index } = JSON.parse(line) as { kind: string; id: string; index: number };
      if (kind === "entry") entries.add(`${id} ${index}`);
    }
  }
  for (const item of ledger)
    for (let index = 0; index < (item[AT.digests]?.L?.length ?? 0); index += 1)
      if (!entries.has(`${text(item, AT.id)} ${index}`))
        wrong.push(`the archive lacks entry ${index} of ${text(item, AT.id)}`);
  return wrong;
};

/** How often the SDK asks when no answer comes. */
const SDK_ATTEMPTS = 4;

const loops = ({ waiting, dead, lost, idleRequests, looks, tellings, webhooks, deaf }: Ending): readonly string[] => [
  ...waiting.map((body) => `the queue still has ${body}`),
  ...dead.map((body) => `the queue gave up ${body}`),
  ...lost.map((key) => `a write of ${key} was given up`),
  ...(idleRequests > 4 ? [`${idleRequests} requests to DynamoDB where nothing was due`] : []),
  ...deaf
    .filter((storefront) => (looks.get(storefront) ?? 0) > SDK_ATTEMPTS * tellings)
    .map(
      (storefront) =>
        `the endpoints of ${storefront}, which has none, were looked up ${looks.get(storefront) ?? 0} times`,
    ),
  ...webhooks
    .filter(
      (item) =>
        deaf.includes(text(item, "sf")) || deaf.some((storefront) => text(item, "pk") === `endpoints#${storefront}`),
    )
    .map((item) => `${text(item, "pk")} was written, and nobody listens there`),
];

export const violations = (ending: Ending): readonly string[] => [
  ...untold(ending),
  ...undisclosed(ending),
  ...unheeded(ending),
  ...failing(ending),
  ...unended(ending),
  ...archiveFaults(ending),
  ...loops(ending),
];
