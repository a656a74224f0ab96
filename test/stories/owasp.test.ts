/**
 * The first five risks of OWASP's API Security Top 10 (2023), which are about who may do what: tried on every route that
 * the contract has, so that a new route is tried from the day it exists. What is left out is left out by name. The other
 * five are in owasp-outside.test.ts; docs/security.md says what else holds each of them.
 */
import { beforeAll, describe, expect, test } from "vitest";
import { ROUTES } from "../../functions/api/contract.ts";
import type { Operation, Route } from "../../functions/api/contract.ts";
import { BODY_BYTES } from "../../functions/api/contract-route.ts";
import { EXAMPLES } from "../../functions/api/examples.ts";
import { HELD, NEIGHBOUR, ask, bodyOf, keyOf, keysOf, makeOwned, pathOf } from "./owasp-own.ts";
import type { Heard, Listed, Owned } from "./owasp-own.ts";
import { until } from "./storefront.ts";

const routes: readonly Route[] = Object.values(ROUTES);
const behindKeys = routes.filter(({ auth }) => auth !== "none");
const ofThings = routes.filter(({ path }) => path.includes("{"));
const withBodies = routes.filter(({ body }) => body !== null);
const named = (route: Route): readonly [string, Route] => [route.operation, route];
const operations = (some: readonly Route[]): readonly string[] => some.map(({ operation }) => operation).sort();

let owned: Owned;
beforeAll(async () => {
  owned = await makeOwned();
});

/** A request as it would be right, but for who sends it. */
const send = (route: Route, key: string | null): Promise<Heard> =>
  ask(route.method, pathOf(route, owned.own), { key, body: route.body === null ? undefined : bodyOf(route) });

const pointersOf = ({ body }: Heard): readonly string[] => (body?.errors ?? []).map(({ pointer }) => pointer).sort();

const isList = ({ operation }: Route): boolean => {
  const { answer } = EXAMPLES[operation as Operation];
  return typeof answer === "object" && answer !== null && Reflect.get(answer, "object") === "list";
};
const lists = routes.filter(isList);
const paged = lists.filter((route) => "limit" in route.query().shape);

/** A list as long as it gets, where the first storefront has something in it. */
const list = (route: Route, key: string, limit = 100): Promise<Heard> => {
  const query = new URLSearchParams(paged.includes(route) ? { limit: String(limit) } : {});
  if (route.operation === "audit") query.set("q", owned.own["payments"]!);
  if (route.operation === "listReconciliations") query.set("month", owned.own["reconciliations"]!.slice(0, 7));
  return ask(route.method, `${pathOf(route, owned.own)}?${query.toString()}`, { key });
};

const nameOf = ({ id, date, transaction }: Listed): string => {
  const name = id ?? date ?? transaction?.id;
  if (name === undefined) throw new Error("something without a name is in a list");
  return name;
};

describe("API1, another's objects", () => {
  test.each(ofThings.map(named))("%s is 404 to another storefront that may do everything", async (_, route) => {
    if (route.method === "GET") {
      const ours = await until(
        () => send(route, keyOf(route)),
        ({ status }) => status < 500, // a machine that is too busy says so, and is asked again
      );
      expect([200, 303], ours.text).toContain(ours.status);
    }
    const theirs = await send(route, NEIGHBOUR);
    expect([theirs.status, theirs.body?.code], theirs.text).toEqual([404, "not_found"]);
  });

  test("everything that another storefront could change is there for its owner to read", async () => {
    const kinds = (some: readonly Route[]) => new Set(some.map(({ path }) => path.split("/")[2]!));
    const readable = kinds(ofThings.filter(({ method }) => method === "GET"));
    const unread = [...kinds(ofThings)].filter((kind) => !readable.has(kind));
    expect(unread).toEqual(["webhook-deliveries"]);
    const deliveries = await list(ROUTES.listWebhookDeliveries, keyOf(ROUTES.listWebhookDeliveries));
    expect(deliveries.body?.data?.map(nameOf)).toContain(owned.own["webhook-deliveries"]);
  });

  /** What only the shortcode's owner has at all. */
  const OWNERS_ALONE = ["listStatements"];

  test.each(lists.filter(({ path }) => !path.includes("{")).map(named))(
    "%s shows another storefront nothing of ours",
    async (_, route) => {
      // Theirs first: what is given to them by somebody in between is in neither.
      const theirs = await list(route, NEIGHBOUR);
      const ours = await list(route, keyOf(route));
      const names = new Set(ours.body?.data?.map(nameOf));
      expect([ours.status, names.size > 0], ours.text).toEqual([200, true]);
      if (OWNERS_ALONE.includes(route.operation)) {
        expect([theirs.status, theirs.body?.code], theirs.text).toEqual([404, "not_found"]);
        return;
      }
      expect(theirs.status, theirs.text).toBe(200);
      expect(theirs.body?.data?.map(nameOf).filter((name) => names.has(name))).toEqual([]);
    },
  );
});

describe("API2, who somebody is", () => {
  test.each(behindKeys.map(named))("%s is 401 without a key, and with one that nobody made", async (_, route) => {
    for (const key of [null, "sk_test_storefront0"]) {
      const answer = await send(route, key);
      expect([answer.status, answer.body?.code]).toEqual([401, "unauthorised"]);
    }
  });
});

describe("API3, properties that are not the caller's", () => {
  const OURS = { status: "succeeded", storefront: "neighbour", receipt: "TKL0000000", approvals: 2, version: 9 };
  /** Which of these names a caller may write, where they mean something of the caller's. */
  const THEIRS: Readonly<Record<string, readonly string[]>> = {
    routePayment: ["storefront"],
    changeWebhookEndpoint: ["status"],
    redeliverWebhooks: ["status"],
  };

  test.each(withBodies.map(named))("%s takes none of them", async (_, route) => {
    const forbidden = Object.entries(OURS).filter(([name]) => !THEIRS[route.operation]?.includes(name));
    const body = bodyOf(route, Object.fromEntries(forbidden));
    const answer = await ask(route.method, pathOf(route, owned.own), { key: keyOf(route), body });
    expect([answer.status, answer.body?.code], answer.text).toEqual([400, "invalid_request"]);
    expect(pointersOf(answer)).toEqual(forbidden.map(([name]) => `/${name}`).sort());
  });

  test("no row of a batch takes them either", async () => {
    const row = { phone: "0708374149", amount: 10, ...OURS };
    const body = bodyOf(ROUTES.startBatch, { payouts: [row] });
    const answer = await ask("POST", "/v1/payout-batches", { key: keyOf(ROUTES.startBatch), body });
    expect(pointersOf(answer)).toEqual(
      Object.keys(OURS)
        .map((name) => `/payouts/0/${name}`)
        .sort(),
    );
  });
});

describe("API4, resources", () => {
  test.each(paged.map(named))("a page of %s has a hundred entries at the most", async (_, route) => {
    expect((await list(route, keyOf(route))).status).toBe(200);
    const answer = await list(route, keyOf(route), 101);
    expect([answer.status, ...pointersOf(answer)], answer.text).toEqual([400, "/query/limit"]);
  });

  test("every list has pages, but those that are short by what they hold", () => {
    const short = ["audit", "listReconciliations", "listRefunds", "listWebhookEndpoints"];
    expect(operations(lists.filter((route) => !paged.includes(route)))).toEqual(short);
    expect(operations(routes.filter(({ operation }) => /^list/.test(operation)))).toEqual(
      operations(lists.filter(({ operation }) => operation !== "audit")),
    );
  });

  test.each(withBodies.map(named))("%s reads as long a body as it takes, and no byte more", async (_, route) => {
    const limit = route.bodyBytes ?? BODY_BYTES;
    const padded = (body: string): Promise<Heard> =>
      ask(route.method, pathOf(route, owned.own), { key: NEIGHBOUR, body });
    const longest = await padded(bodyOf(route, { odd: 1 }).padEnd(limit));
    expect([longest.status, ...pointersOf(longest)], longest.text).toEqual([400, "/odd"]);
    const longer = await padded(bodyOf(route).padEnd(limit + 1));
    expect([longer.status, longer.body?.code], longer.text).toEqual([413, "body_too_large"]);
  });
});

describe("API5, functions that are not the caller's", () => {
  const lacking = (route: Route): readonly string[] => Object.keys(HELD).filter((key) => !keysOf(route).includes(key));
  const forSome = behindKeys.filter((route) => lacking(route).length > 0);

  test.each(forSome.map(named))("%s is 403 to every key that lacks its scopes", async (_, route) => {
    for (const key of lacking(route)) {
      const answer = await send(route, key);
      expect([answer.status, answer.body?.code], key).toEqual([403, "forbidden"]);
    }
  });

  test("what every seeded key may use is how payouts stand, and no more", () => {
    expect(operations(behindKeys.filter((route) => !forSome.includes(route)))).toEqual([
      "listBatchPayouts",
      "listBatches",
      "listPayouts",
      "readBatch",
      "readBatchRejected",
      "readBatchResults",
      "readPayout",
    ]);
  });

  test.each(routes.filter(({ auth }) => auth === "key").map(named))(
    "%s is 403 to a browser's token",
    async (_, route) => {
      for (const [kind, token] of Object.entries(owned.tokens)) {
        const answer = await send(route, token);
        expect([answer.status, answer.body?.code], kind).toEqual([403, "forbidden"]);
      }
    },
  );

  /** With a body that is refused, so that a token that is let in changes nothing either. */
  const withToken = (route: Route, things: Owned["own"], token: string): Promise<Heard> =>
    ask(route.method, pathOf(route, things), {
      key: token,
      body: route.body === null ? undefined : bodyOf(route, { odd: 1 }),
    });

  test.each(routes.filter(({ auth }) => auth === "key_or_client_token").map(named))(
    "%s lets a browser's token in to the one thing that it names",
    async (_, route) => {
      for (const [kind, token] of Object.entries(owned.tokens)) {
        const isItsOwn = route.path.split("/")[2] === kind;
        const own = await withToken(route, owned.own, token);
        expect(own.status, `${kind}: ${own.text}`).toBe(!isItsOwn ? 403 : route.body === null ? 200 : 400);
        const other = await withToken(route, owned.others, token);
        expect([other.status, other.body?.code], kind).toEqual([403, "forbidden"]);
      }
    },
  );
});
