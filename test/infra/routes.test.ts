import { describe, expect, it } from "vitest";
import { ROUTES } from "../../functions/api/contract.ts";
import type { Route } from "../../functions/api/contract.ts";
import { CALLBACK_KINDS, callbackUrl } from "../../functions/daraja/callback-url.ts";
import type { CallbackKind } from "../../functions/daraja/callback-url.ts";
import { browserUsage } from "../../functions/domain/usage.ts";
import { callbackPath } from "../../lib/constructs/callback-api.ts";
import { FUNCTIONS } from "../../lib/functions.ts";
import { stageFor } from "../../lib/stages.ts";
import { calledBy, everyStage, everywhere, ofType, referred, stageTemplate } from "./assembled.ts";
import type { Assembled, Resource } from "./assembled.ts";

/** Kinds of callbacks that have a function of their own; all others share one. */
const OF_THEIR_OWN: Partial<Record<CallbackKind, keyof typeof FUNCTIONS>> = {
  stk: "stk-callback",
  "c2b-validation": "validate-payment",
  "c2b-confirmation": "confirm-payment",
};

const STOREFRONTS = /-storefronts$/;
const CALLBACKS = /-callbacks$/;

const apiNamed = (assembled: Assembled, name: RegExp): Resource => {
  const found = ofType(assembled, "AWS::ApiGateway::RestApi").filter((api) =>
    name.test(String(api.Properties["Name"])),
  );
  expect(found).toHaveLength(1);
  return found[0]!;
};

const belongsTo = (api: Resource) => (resource: Resource) => referred(resource.Properties["RestApiId"]) === api.id;

/** The path of an API Gateway resource, root first. */
const pathOf = (assembled: Assembled, id: string): string => {
  const resource = ofType(assembled, "AWS::ApiGateway::Resource").find((candidate) => candidate.id === id);
  if (resource === undefined) return "";
  return `${pathOf(assembled, referred(resource.Properties["ParentId"]))}/${String(resource.Properties["PathPart"])}`;
};

interface Served {
  readonly route: string;
  readonly method: Resource;
  readonly purpose: unknown;
}

/** What an API serves, the browser's preflights left out. */
const served = (assembled: Assembled, name: RegExp): readonly Served[] =>
  ofType(assembled, "AWS::ApiGateway::Method")
    .filter(belongsTo(apiNamed(assembled, name)))
    .filter((method) => method.Properties["HttpMethod"] !== "OPTIONS")
    .map((method) => {
      const uri = JSON.stringify(method.Properties["Integration"]);
      const target = ofType(assembled, "AWS::Lambda::Function").find((candidate) =>
        calledBy(assembled, candidate.id).some((id) => uri.includes(id)),
      );
      const path = pathOf(assembled, referred(method.Properties["ResourceId"]));
      const route = `${String(method.Properties["HttpMethod"])} ${path}`;
      return { route, method, purpose: target?.Properties["Description"] };
    });

const contract: readonly Route[] = Object.values(ROUTES);

describe("the storefronts' API", () => {
  it("serves each route of the contract with that route's function, and nothing else", () => {
    const expected = contract.map((route) => [`${route.method} ${route.path}`, FUNCTIONS[route.function].purpose]);
    for (const assembled of everyStage()) {
      const found = served(assembled, STOREFRONTS).map(({ route, purpose }) => [route, purpose]);
      expect(found.sort()).toEqual(expected.sort());
    }
  });

  it("asks for a key wherever the contract does, and meters it", () => {
    for (const assembled of everyStage()) {
      for (const { route, method } of served(assembled, STOREFRONTS)) {
        const open = contract.find(({ method: verb, path }) => `${verb} ${path}` === route)?.auth === "none";
        expect(method.Properties["AuthorizationType"], route).toBe(open ? "NONE" : "CUSTOM");
        expect(method.Properties["ApiKeyRequired"] ?? false, route).toBe(!open);
      }
    }
  });

  it("takes the caller's meter from the authoriser and never from a header", () => {
    for (const assembled of everyStage()) {
      expect(apiNamed(assembled, STOREFRONTS).Properties["ApiKeySourceType"]).toBe("AUTHORIZER");
      const [authoriser, ...others] = ofType(assembled, "AWS::ApiGateway::Authorizer");
      expect(others).toEqual([]);
      expect(authoriser?.Properties).toMatchObject({
        Type: "TOKEN",
        IdentitySource: "method.request.header.Authorization",
        AuthorizerResultTtlInSeconds: 60,
      });
    }
  });

  it("runs the authoriser for keys and client tokens, and for nothing that can be neither", () => {
    const [authoriser] = everywhere("AWS::ApiGateway::Authorizer");
    const bearer = new RegExp(String(authoriser?.Properties["IdentityValidationExpression"]));
    for (const token of ["Bearer sk_test_storefront", "bearer sk_live_0aZ9", "Bearer ct_pay_0123abc.k2j3.Aa_-9"]) {
      expect(token).toMatch(bearer);
    }
    for (const token of [
      "sk_test_storefront",
      "Basic bWFsaXBv",
      "Bearer ",
      "Bearer sk_a b",
      `Bearer sk_${"a".repeat(201)}`,
    ]) {
      expect(token).not.toMatch(bearer);
    }
  });

  it("limits starting payments to what the STK lane allows", () => {
    for (const assembled of everyStage()) {
      const { lanes } = stageFor(assembled.stage, {});
      const stage = ofType(assembled, "AWS::ApiGateway::Stage").find(belongsTo(apiNamed(assembled, STOREFRONTS)));
      expect(stage?.Properties["MethodSettings"]).toContainEqual(
        expect.objectContaining({
          HttpMethod: "POST",
          ResourcePath: "/~1v1~1payments",
          ThrottlingRateLimit: lanes.stk,
        }),
      );
    }
  });

  it("gives each tier a rate, a burst and a daily quota, and browsers a meter of their own", () => {
    for (const assembled of everyStage()) {
      const plans = ofType(assembled, "AWS::ApiGateway::UsagePlan");
      expect(plans).toHaveLength(3);
      for (const { Properties } of plans) {
        expect(Properties["Throttle"]).toMatchObject({ RateLimit: expect.any(Number), BurstLimit: expect.any(Number) });
        expect(Properties["Quota"]).toMatchObject({ Period: "DAY", Limit: expect.any(Number) });
      }
      const [key, ...others] = ofType(assembled, "AWS::ApiGateway::ApiKey");
      expect(others).toEqual([]);
      expect(key?.Properties["Value"]).toBe(browserUsage(assembled.stage));
      const [member] = ofType(assembled, "AWS::ApiGateway::UsagePlanKey");
      expect(referred(member?.Properties["KeyId"])).toBe(key?.id);
    }
  });

  it("answers a browser's preflight for the stage's own origins alone", () => {
    const preflights = (assembled: Assembled): readonly Resource[] =>
      ofType(assembled, "AWS::ApiGateway::Method").filter((method) => method.Properties["HttpMethod"] === "OPTIONS");
    expect(preflights(stageTemplate("sandbox"))).toEqual([]);
    const production = preflights(stageTemplate("production"));
    expect(production.length).toBeGreaterThan(0);
    for (const preflight of production) {
      const text = JSON.stringify(preflight.Properties["Integration"]);
      expect(text).toContain("https://duka.co.ke");
      expect(text).toContain("https://www.duka.co.ke");
      expect(text).not.toContain("'*'");
    }
  });
});

describe("the callbacks' API", () => {
  it.each(CALLBACK_KINDS)("serves the address that Daraja is given for %s", (kind) => {
    const given = callbackUrl({ kind, id: "{id}", baseUrl: "https://pay.duka.co.ke", secret: "any" });
    const [prefix] = callbackPath(kind).split("{token}");
    expect(new URL(given.replace("{id}", "id")).pathname).toMatch(
      new RegExp(`^${prefix!.replace("{id}", "id")}[0-9a-z]+$`),
    );
  });

  it("takes pushes, validations, confirmations and everything else by a function each, and serves nothing else", () => {
    const expected = CALLBACK_KINDS.map((kind) => [
      `POST ${callbackPath(kind)}`,
      FUNCTIONS[OF_THEIR_OWN[kind] ?? "results"].purpose,
    ]);
    for (const assembled of everyStage()) {
      const found = served(assembled, CALLBACKS).map(({ route, purpose }) => [route, purpose]);
      expect(found.sort()).toEqual(expected.sort());
    }
  });

  it("lets in more than all storefronts together can cause", () => {
    for (const assembled of everyStage()) {
      const { apiThrottle, callbackThrottle } = stageFor(assembled.stage, {});
      expect(callbackThrottle.perSecond).toBeGreaterThan(apiThrottle.perSecond);
      expect(callbackThrottle.burst).toBeGreaterThan(apiThrottle.burst);
    }
  });
});
