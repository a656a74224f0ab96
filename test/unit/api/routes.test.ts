/** What holds for every route of the contract: who is let in, and that its page of problems is not empty words. */
import { describe, expect, test } from "vitest";
import { toContext } from "../../../functions/api/caller.ts";
import { ROUTES } from "../../../functions/api/contract.ts";
import type { Route } from "../../../functions/api/contract.ts";
import { mount, serve } from "../../../functions/api/endpoint.ts";
import { openApiDocument } from "../../../functions/api/openapi.ts";
import { PROBLEMS } from "../../../functions/api/problems.ts";
import { ok } from "../../../functions/api/reply.ts";
import { FILE_REASONS } from "../../../functions/api/responses-payouts.ts";
import { ROW_PROBLEMS } from "../../../functions/domain/batch-row.ts";
import { SCOPES } from "../../../functions/domain/scopes.ts";
import type { Scope } from "../../../functions/domain/scopes.ts";
import { FILE_PROBLEMS } from "../../../functions/payouts/rows/file-refused.ts";
import { bodyOf, verdict } from "./finance-desk.ts";

const routes: readonly Route[] = Object.values(ROUTES);
const keyed = routes.filter(({ auth }) => auth !== "none").map((route) => [route.operation, route] as const);

/** Asks the route, behind which anything is answered with 200. */
const knock = (route: Route, authoriser: Record<string, string>) =>
  serve([mount(route, () => Promise.resolve(ok({})))])({
    method: route.method,
    route: route.path,
    params: { id: "id" },
    query: {},
    headers: {},
    body: null,
    sourceAddress: "203.0.113.7",
    requestId: "request",
    authoriser,
    remainingMs: () => 1_000,
  });
const asKey = (scopes: readonly Scope[]) => toContext({ kind: "key", keyId: "key_one", storefront: "shop", scopes });

describe.each(keyed)("%s", (_operation, route) => {
  test("lets in a key with any one of its scopes, and none without", async () => {
    for (const scope of route.scopes) expect(verdict(await knock(route, asKey([scope])))[0]).not.toBe(403);
    const others = SCOPES.filter((scope) => !route.scopes.includes(scope));
    for (const scopes of [others, []]) {
      const refused = await knock(route, asKey(scopes));
      expect(verdict(refused)).toEqual([403, "forbidden"]);
      for (const scope of route.scopes) expect(bodyOf(refused)["detail"]).toContain(scope);
    }
  });

  test("lets in nobody whom the authoriser did not name", async () => {
    expect(verdict(await knock(route, {}))).toEqual([401, "unauthorised"]);
  });

  test("that moves money takes a key to tell repetitions by", () => {
    const moves =
      [
        "/v1/payments",
        "/v1/payouts",
        "/v1/payout-batches",
        "/v1/checkout-sessions",
        "/v1/payments/{id}/refunds",
      ].includes(route.path) && route.method === "POST";
    expect(route.idempotent).toBe(moves);
    expect(route.problems.includes("idempotency_key_missing")).toBe(moves);
  });
});

test("no key that pays can be the one that approves by its scopes alone", () => {
  expect(ROUTES.approveBatch.scopes).toEqual(["payouts:approve"]);
  const making: readonly Route[] = [ROUTES.startPayout, ROUTES.startBatch, ROUTES.resumeBatch];
  for (const { scopes } of making) expect(scopes).toEqual(["payouts:write"]);
});

describe("the OpenAPI document", () => {
  const made = openApiDocument();
  const document = JSON.stringify(made);

  test("names every problem that a route can answer with, with its status", () => {
    const paths = made["paths"] as Record<string, Record<string, Record<string, unknown>>>;
    for (const { operation, path, method, problems } of routes)
      for (const code of problems) {
        const responses = paths[path]![method.toLowerCase()]!["responses"] as Record<string, { description: string }>;
        expect(responses[String(PROBLEMS[code].status)]?.description, operation).toContain(`\`${code}\``);
      }
  });

  test("names every code that a row is rejected with, and every reason that a file is refused for", () => {
    for (const code of ROW_PROBLEMS) expect(document).toContain(`"${code}"`);
    expect(FILE_REASONS).toEqual(FILE_PROBLEMS);
    expect(document).toContain(JSON.stringify(FILE_REASONS));
  });

  test("has no problem that no route ever answers with", () => {
    const everywhere = ["unauthorised", "forbidden", "rate_limit_exceeded", "internal_error", "unavailable"];
    const answered = new Set([...everywhere, ...routes.flatMap(({ problems }) => problems)]);
    expect(Object.keys(PROBLEMS).filter((code) => !answered.has(code))).toEqual([]);
  });
});
