/**
 * Every request as its receiver sees it: who was called where, what it says and how it is signed. What must stay true: a
 * receiver that does what docs/webhooks.md tells it to would take every request that this lets pass.
 */
import { createPrivateKey, createPublicKey, verify } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { deliveryId } from "../../../functions/domain/ids.ts";
import type { Item } from "../../../functions/store/attributes.ts";
import type { Books } from "./books.ts";
import { MOST_ATTEMPTS, RUN_MS } from "./deliveries-seen.ts";
import type { EndpointsSeen, Generation, Stood } from "./endpoints-seen.ts";
import { GOOD_ADDRESS } from "./internet.ts";
import type { Arrived } from "./internet.ts";

/** Three callers with three requests each; one caller while the endpoint hangs. */
const MOST_AT_ONCE = 9;
const MOST_WHILE_HANGING = 3;
const MINUTE_MS = 60_000;
/** The gaps of docs/webhooks.md, minutes. */
const GAPS_MINUTES = [1, 5, 15, 30, 120, 300, 600, 960, 1_320, 1_680, 2_190] as const;
const SKEW_MS = 4_500;
/** The most that a receiver may ask for. */
const MOST_SECONDS = 86_400;
/** By then an endpoint that said 410 is disabled, whoever died meanwhile. */
const HEEDED_MS = 2 * 60 * MINUTE_MS;

export interface HearingParts {
  readonly now: () => number;
  readonly wrong: string[];
  readonly books: Books;
  readonly endpoints: EndpointsSeen;
  /** Since when it is kept that an endpoint said 410; forgotten once its owner has changed something. */
  readonly unwantedSince: Map<string, number>;
  /** An item of the webhooks' table as it is now. */
  readonly itemOf: (key: string) => Item | undefined;
}

interface Body {
  readonly id: string;
  readonly type: string;
  readonly sequence: number;
  readonly data: { readonly object: { readonly id?: string; readonly endpoint?: string } };
}

const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");
const publicKeys = new WeakMap<Buffer, KeyObject>();

const publicKeyOf = (seed: Buffer): KeyObject => {
  const key = Buffer.concat([PKCS8_HEAD, seed]);
  const read = publicKeys.get(seed) ?? createPublicKey(createPrivateKey({ key, format: "der", type: "pkcs8" }));
  publicKeys.set(seed, read);
  return read;
};

const isSignedBy = ({ hmac, seed }: Generation, { headers, body }: Arrived, looksAtBoth: boolean): boolean => {
  try {
    new Webhook(hmac.toString("base64")).verify(body, headers);
  } catch {
    return false;
  }
  if (!looksAtBoth) return true;
  const content = Buffer.from(`${headers["webhook-id"] ?? ""}.${headers["webhook-timestamp"] ?? ""}.${body}`);
  const signatures = (headers["webhook-signature"] ?? "").split(" ").filter((each) => each.startsWith("v1a,"));
  return signatures.some((each) => verify(null, content, publicKeyOf(seed), Buffer.from(each.slice(4), "base64")));
};

export const createHearing = ({ now, wrong, books, endpoints, unwantedSince, itemOf }: HearingParts) => {
  const bodies = new Map<string, string>();
  const ids = new Map<string, string>();
  const calling = new Map<string, number>();
  const hangingSince = new Map<string, number>();
  const leftAlone = new Map<string, { readonly at: number; readonly until: number }>();

  const checkOnce = ({ id, type, sequence, data }: Body, body: string): void => {
    if ((bodies.get(id) ?? body) !== body) wrong.push(`${id} was sent with two bodies`);
    bodies.set(id, body);
    if (type === "endpoint.test") return;
    const change = `${data.object.id ?? ""} at ${sequence}`;
    if ((ids.get(change) ?? id) !== id) wrong.push(`${change} was told under two ids`);
    ids.set(change, id);
  };

  const checkTruth = ({ type, sequence, data }: Body, endpoint: string, storefront: string): void => {
    const subject = data.object.id ?? "";
    if (type === "endpoint.test") {
      if (data.object.endpoint !== endpoint) wrong.push(`${endpoint} got another endpoint's test`);
    } else if (type === "endpoint.disabled") {
      const known = endpoints.all.get(subject);
      const wasDisabled = known?.states.some((stood) => stood.url !== null && stood.disabled?.at === sequence);
      if (known?.storefront !== storefront || wasDisabled !== true)
        wrong.push(`${endpoint} was told that ${subject} is disabled, which it was not`);
    } else {
      const item = books.checkShown(subject, sequence, data.object);
      if (item !== null && books.storefrontOf(item) !== storefront)
        wrong.push(`${endpoint} was told of ${subject}, which is another storefront's`);
    }
  };

  /** The generations that everybody may rely on: what was made within a run's length may not be known yet. */
  const checkSignature = (arrived: Arrived, endpoint: string, stood: readonly Stood[]): void => {
    const id = arrived.headers["webhook-id"] ?? "";
    const [newest] = stood.slice(-1);
    if (!newest) return;
    const settled = newest.generations.filter(({ madeAt, until }) => madeAt < now() - RUN_MS && now() < until - RUN_MS);
    for (const generation of settled)
      if (!isSignedBy(generation, arrived, settled.length > 1 || id.endsWith("0")))
        wrong.push(`${id} to ${endpoint} is not signed with a secret that is in force`);
    if (!stood.some(({ generations }) => generations.some((each) => isSignedBy(each, arrived, false))))
      wrong.push(`${id} to ${endpoint} is signed with no secret of its own`);
  };

  /** That a delivery is sent while it is to be sent, and no sooner than it was to be. */
  const checkSchedule = (name: string, item: Item): void => {
    const [made, before, updated] = ["n", "nb", "w"].map((each) => Number(item[each]?.N)) as [number, number, number];
    if (item["x"]?.S !== "pending" && updated < now() - RUN_MS) wrong.push(`${name} is sent although it has ended`);
    const last = item["l"]?.L?.at(-1)?.M;
    const round = made - before;
    if (!last || round === 0 || round >= MOST_ATTEMPTS || item["x"]?.S !== "pending") return;
    const ended = Number(last["at"]?.N) + Number(last["ms"]?.N);
    const gap = (GAPS_MINUTES[round - 1] ?? 0) * MINUTE_MS;
    if (now() - ended > RUN_MS && now() < ended + gap - SKEW_MS)
      wrong.push(`${name} is sent again after ${Math.round((now() - ended) / 1_000)} s, attempt ${round + 1}`);
  };

  /** Whether an attempt that was under way then is kept: a sender may die with the answer in its hands. */
  const isKept = (item: Item, then: number): boolean =>
    item["l"]?.L?.some(({ M: attempt = {} }) => {
      const [at, ms] = [Number(attempt["at"]?.N), Number(attempt["ms"]?.N)];
      return at - SKEW_MS <= then && then <= at + ms + SKEW_MS;
    }) === true;

  /** That who asked for time was given it, unless the owner asked for the delivery since. */
  const checkLeftAlone = (name: string, endpoint: string, item: Item): void => {
    const asked = leftAlone.get(name);
    if (!asked || books.askedAt(endpoint) > asked.at || now() - asked.at < RUN_MS || !isKept(item, asked.at)) return;
    if (now() < asked.until - SKEW_MS) wrong.push(`${name} is sent again although its receiver asked for more time`);
    leftAlone.delete(name);
  };

  const checkTurns = (endpoint: string): void => {
    const isHanging = itemOf(`turn#${endpoint}`)?.["hg"] !== undefined;
    if (!isHanging) hangingSince.delete(endpoint);
    else if (!hangingSince.has(endpoint)) hangingSince.set(endpoint, now());
    const most = now() - (hangingSince.get(endpoint) ?? Infinity) > RUN_MS ? MOST_WHILE_HANGING : MOST_AT_ONCE;
    const many = calling.get(endpoint) ?? 0;
    if (many > most) wrong.push(`${endpoint} was called by ${many} at once`);
  };

  /** That nobody calls where 410 was said, until the owner changes something. */
  const checkHeeded = (endpoint: string, url: string): void => {
    const since = unwantedSince.get(endpoint);
    if (since === undefined || now() - since < HEEDED_MS) return;
    const isAsItWas = endpoints.always(endpoint, [since, now()], (one) => one.url === url && one.disabled === null);
    if (isAsItWas) wrong.push(`${endpoint} is called although it said that it wants nothing any more`);
    else unwantedSince.delete(endpoint);
  };

  const check = (arrived: Arrived, endpoint: string): void => {
    const storefront = endpoints.all.get(endpoint)?.storefront ?? "";
    const stood = endpoints.within(endpoint, now() - RUN_MS, now()).filter((one): one is Stood => one.url !== null);
    if (!stood.some(({ url, disabled }) => url === arrived.url.href && disabled === null))
      wrong.push(`${endpoint} was called at ${arrived.url.href}, where it wants nothing any more`);
    const body = JSON.parse(arrived.body) as Body;
    const id = arrived.headers["webhook-id"] ?? "";
    if (body.id !== id) wrong.push(`${id} was sent as ${body.id}`);
    books.checkQuiet(`${id} to ${endpoint}`, arrived.body);
    checkOnce({ ...body, id }, arrived.body);
    checkTruth(body, endpoint, storefront);
    checkSignature(arrived, endpoint, stood);
    const name = deliveryId(body.id, endpoint);
    const item = itemOf(name);
    if (!item) {
      wrong.push(`${name} was sent before it was kept`);
      return;
    }
    checkSchedule(name, item);
    checkLeftAlone(name, endpoint, item);
  };

  return {
    /** Somebody was called. */
    called: (arrived: Arrived): { readonly ended: () => void } => {
      const endpoint = endpoints.withUrl(arrived.url.href);
      if (arrived.address !== GOOD_ADDRESS) wrong.push(`a webhook was sent to ${arrived.address}`);
      if (endpoint === null) {
        wrong.push(`a webhook was sent to ${arrived.url.href}, which nobody registered`);
        return { ended: () => undefined };
      }
      calling.set(endpoint, (calling.get(endpoint) ?? 0) + 1);
      checkTurns(endpoint);
      checkHeeded(endpoint, arrived.url.href);
      check(arrived, endpoint);
      return { ended: () => void calling.set(endpoint, (calling.get(endpoint) ?? 1) - 1) };
    },
    /** A receiver asked for so many seconds before this delivery comes again. */
    askedForTime: (name: string, seconds: number): void =>
      void leftAlone.set(name, { at: now(), until: now() + Math.min(seconds, MOST_SECONDS) * 1_000 }),
  };
};
