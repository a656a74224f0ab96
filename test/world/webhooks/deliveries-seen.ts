/**
 * Every write of a delivery, looked at as it is made. What must stay true: what is sent never changes; attempts are only
 * added; a delivery ends as delivered when its receiver said so, and otherwise for a reason that is true.
 */
import type { Item } from "../../../functions/store/attributes.ts";
import type { Change } from "../dynamo/table.ts";
import type { Books } from "./books.ts";
import type { EndpointsSeen } from "./endpoints-seen.ts";
import { wants } from "./endpoints-seen.ts";

/** What a run of a function may still go by: it lasts a minute, knows endpoints for a second, and clocks are wrong. */
export const RUN_MS = 66_000;
/** From docs/webhooks.md. */
export const MOST_ATTEMPTS = 12;
const LONGEST_EXCERPT = 1_024;
/** How long after asking an owner's request may still be at work. */
const ASKING_MS = 40_000;

export interface DeliveriesSeenParts {
  readonly now: () => number;
  readonly wrong: string[];
  readonly books: Books;
  readonly endpoints: EndpointsSeen;
  readonly note: (what: string) => void;
}

const text = (item: Item, name: string): string => item[name]?.S ?? "";
const count = (item: Item, name: string): number => Number(item[name]?.N);
/** What is the same for ever. */
const FIXED = ["sf", "en", "ev", "ty", "sj", "b"] as const;

export const createDeliveriesSeen = ({ now, wrong, books, endpoints, note }: DeliveriesSeenParts) => {
  /** Endpoint and event, by what the receiver has said of them. */
  const acknowledged = new Set<string>();
  const unwanted = new Set<string>();
  /** Since when it is kept that an endpoint said 410. */
  const unwantedSince = new Map<string, number>();
  const nameOf = (endpoint: string, event: string): string => `${endpoint} ${event}`;

  const begun = (key: string, item: Item): void => {
    const [endpoint, type] = [text(item, "en"), text(item, "ty")];
    const stood = endpoints.within(endpoint, now() - RUN_MS, now());
    const isTest = type === "endpoint.test";
    if (!stood.some((one) => (isTest ? one.url !== null : wants(one, type))))
      wrong.push(`${key} is for ${endpoint}, which did not ask for ${type}`);
    if (endpoints.all.get(endpoint)?.storefront !== text(item, "sf")) wrong.push(`${key} is for another storefront`);
  };

  /** Why a delivery that failed may have. */
  const isTrue = (item: Item): boolean => {
    const endpoint = text(item, "en");
    const stood = endpoints.within(endpoint, now() - RUN_MS, now());
    switch (text(item, "y")) {
      case "attempts_exhausted":
        return count(item, "n") - count(item, "nb") >= MOST_ATTEMPTS;
      case "endpoint_gone":
        return unwanted.has(nameOf(endpoint, text(item, "ev")));
      case "endpoint_disabled":
        return stood.some((one) => one.url !== null && one.disabled !== null);
      case "endpoint_deleted":
        return stood.some((one) => one.url === null);
      default:
        return false;
    }
  };

  const checkStatus = (key: string, before: Item | null, after: Item): void => {
    const [was, is] = [before && text(before, "x"), text(after, "x")];
    const isAgain = before !== null && count(after, "nb") !== count(before, "nb");
    if (is === "pending" && count(after, "n") - count(after, "nb") >= MOST_ATTEMPTS)
      wrong.push(`${key} is still pending after ${count(after, "n") - count(after, "nb")} attempts`);
    if (is === "pending" && after["u"] === undefined) wrong.push(`${key} is pending, and nobody looks after it`);
    if (isAgain) {
      if (count(after, "nb") !== count(after, "n")) wrong.push(`${key} lost attempts of its own`);
      if (now() - books.askedAt(text(after, "en")) > ASKING_MS) wrong.push(`${key} begins again, and nobody asked`);
    } else if (was !== null && was !== "pending" && was !== is && is !== "delivered")
      wrong.push(`${key} was ${was}, and became ${is}`);
    if (was === is) return;
    note(`${key} ${was ?? "nothing"} -> ${is}${is === "failed" ? ` (${text(after, "y")})` : ""}`);
    if (is === "delivered" && !acknowledged.has(nameOf(text(after, "en"), text(after, "ev"))))
      wrong.push(`${key} is delivered, and its receiver never said so`);
    if (is === "failed" && !isTrue(after)) wrong.push(`${key} failed for ${text(after, "y")}, which is not so`);
  };

  const checkAttempts = (key: string, before: Item | null, after: Item): void => {
    const grown = count(after, "n") - (before ? count(before, "n") : 0);
    if (grown < 0 || grown > 1)
      wrong.push(`${key} went from ${count(after, "n") - grown} attempts to ${count(after, "n")}`);
    const [endpoint, status] = [text(after, "en"), after["l"]?.L?.at(-1)?.M?.["c"]?.N];
    if (grown === 1 && status === "410" && !unwantedSince.has(endpoint)) unwantedSince.set(endpoint, now());
    const excerpt = after["l"]?.L?.at(-1)?.M?.["x"]?.S ?? "";
    if (excerpt.length > LONGEST_EXCERPT) wrong.push(`${key} keeps ${excerpt.length} characters of an answer`);
    if (/0712345678|sk_live_0/.test(excerpt)) wrong.push(`${key} keeps what is nobody's business`);
  };

  const changed = ({ key, before, after }: Change): void => {
    if (!key.startsWith("dlv_")) return;
    if (!after) return void wrong.push(`${key} was deleted`);
    if (before && FIXED.some((name) => text(before, name) !== text(after, name)))
      wrong.push(`${key} sends something else now`);
    if (count(after, "v") !== (before ? count(before, "v") + 1 : 1)) wrong.push(`${key} skipped a version`);
    if (!before) begun(key, after);
    checkAttempts(key, before, after);
    checkStatus(key, before, after);
  };

  return {
    changed,
    unwantedSince,
    acknowledge: (endpoint: string, event: string): void => void acknowledged.add(nameOf(endpoint, event)),
    refuseForGood: (endpoint: string, event: string): void => void unwanted.add(nameOf(endpoint, event)),
  };
};
