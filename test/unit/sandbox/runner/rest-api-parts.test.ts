import { describe, expect, test } from "vitest";

import { headerOf } from "../../../../sandbox/aws/rest-api/exchange.ts";
import type { GatewayRequest } from "../../../../sandbox/aws/rest-api/exchange.ts";
import { gatewayResponse } from "../../../../sandbox/aws/rest-api/gateway-response.ts";
import { lambdaAnswer } from "../../../../sandbox/aws/rest-api/lambda-answer.ts";
import { createLimits } from "../../../../sandbox/aws/rest-api/limits.ts";
import type { GatewayResponse, Method, ResourceNode, RestApi } from "../../../../sandbox/aws/rest-api/model.ts";
import { fits, isAllowed, Policy } from "../../../../sandbox/aws/rest-api/policy.ts";
import { clfTime, proxyEvent } from "../../../../sandbox/aws/rest-api/proxy-event.ts";
import { matchRoute } from "../../../../sandbox/aws/rest-api/route.ts";
import { parseVelocity } from "../../../../sandbox/aws/rest-api/velocity.ts";

const method = (httpMethod: string): Method => ({
  httpMethod,
  authorizer: null,
  apiKeyRequired: false,
  integration: { kind: "lambda", functionArn: "arn", timeoutMs: 29_000 },
  throttle: null,
});

/** A tree from paths such as `GET /v1/payments/{id}`. */
const tree = (...routes: string[]): ResourceNode => {
  const root: ResourceNode = { id: "root", path: "/", children: new Map(), methods: new Map() };
  for (const route of routes) {
    const [httpMethod = "", path = ""] = route.split(" ");
    let at = root;
    for (const part of path.split("/").filter((each) => each !== "")) {
      const parent = at;
      at = parent.children.get(part) ?? {
        id: part,
        path: `${parent.path === "/" ? "" : parent.path}/${part}`,
        children: new Map(),
        methods: new Map(),
      };
      parent.children.set(part, at);
    }
    at.methods.set(httpMethod, method(httpMethod));
  }
  return root;
};

const api = (gatewayResponses: Record<string, GatewayResponse> = {}): RestApi => ({
  id: "abc123",
  name: "test",
  stage: "local",
  apiKeySource: "AUTHORIZER",
  root: tree(),
  throttle: null,
  gatewayResponses: new Map(Object.entries(gatewayResponses)),
});

const request = (overrides: Partial<GatewayRequest> = {}): GatewayRequest => ({
  method: "GET",
  path: "/v1/payments/pay_1",
  query: new URLSearchParams(),
  headers: [],
  body: Buffer.alloc(0),
  sourceIp: "127.0.0.2",
  requestId: "11111111-2222-3333-4444-555555555555",
  receivedAt: Date.UTC(2026, 10, 21, 17, 13, 5),
  ...overrides,
});

describe("a route is found", () => {
  const root = tree("GET /v1/payments", "GET /v1/payments/{id}", "POST /v1/payments/due", "ANY /files/{rest+}");
  test.each([
    ["by its fixed parts", "GET /v1/payments", "/v1/payments", {}],
    ["by a parameter, decoded", "GET /v1/payments/a%20b", "/v1/payments/{id}", { id: "a b" }],
    ["by a fixed part before a parameter", "POST /v1/payments/due", "/v1/payments/due", {}],
    [
      "by the parameter when the fixed part lacks the method",
      "GET /v1/payments/due",
      "/v1/payments/{id}",
      { id: "due" },
    ],
    ["by a greedy parameter with all that is left", "PUT /files/a/b%2Fc", "/files/{rest+}", { rest: "a/b/c" }],
  ])("%s", (...[, asked, resource, parameters]) => {
    const [httpMethod = "", path = ""] = asked.split(" ");
    expect(matchRoute(root, path, httpMethod)).toMatchObject({ resource: { path: resource }, parameters });
  });

  test.each([
    "GET /v1",
    "DELETE /v1/payments",
    "GET /v1/payments/",
    "GET /v2/payments",
    "GET /v1/payments/a/b",
    "GET /files",
  ])("but not for %s", (asked) => {
    const [httpMethod = "", path = ""] = asked.split(" ");
    expect(matchRoute(root, path, httpMethod)).toBeNull();
  });
});

describe("a policy", () => {
  const arn = "arn:aws:execute-api:af-south-1:000000000000:abc123/local/GET/v1/payments/pay_1";
  const policy = (...statements: unknown[]): boolean => isAllowed(Policy.parse({ Statement: statements }), arn);
  const allow = (resource: string | string[]) => ({
    Effect: "Allow",
    Action: "execute-api:Invoke",
    Resource: resource,
  });
  const deny = (resource: string) => ({ ...allow(resource), Effect: "Deny" });

  test("allows what a statement names, with wildcards that cross slashes", () => {
    expect(policy(allow(arn))).toBe(true);
    expect(policy(allow("arn:aws:execute-api:*:*:abc123/local/GET/*"))).toBe(true);
    expect(policy(allow(["x", "*"]))).toBe(true);
  });
  test("denies what no statement names", () => {
    expect(policy(allow(`${arn}1`))).toBe(false);
    expect(policy(allow("arn:aws:execute-api:*:*:abc123/local/POST/*"))).toBe(false);
    expect(policy({ ...allow("*"), Action: "lambda:InvokeFunction" })).toBe(false);
  });
  test("denies what one statement allows and another denies", () => {
    expect(policy(allow("*"), deny("*/GET/*"))).toBe(false);
  });
  test("is refused when it holds a condition, which is not evaluated here", () => {
    expect(Policy.safeParse({ Statement: [{ ...allow("*"), Condition: {} }] }).success).toBe(false);
  });
  test("reads its other characters as themselves", () => {
    expect(fits("a.b*", "axb")).toBe(false);
    expect(fits("a.b?", "a.bc")).toBe(true);
  });
});

describe("a proxy event", () => {
  const match = matchRoute(tree("GET /v1/payments/{id}"), "/v1/payments/pay_1", "GET")!;
  const place = { region: "af-south-1", accountId: "000000000000", awsUrl: "" };
  const event = proxyEvent(
    {
      api: api(),
      match,
      place,
      request: request({
        query: new URLSearchParams("a=1&a=2&b=%20"),
        headers: [
          ["Host", "127.0.0.1:8080"],
          ["X-Forwarded-For", "196.201.214.200"],
          ["x-twice", "1"],
          ["x-twice", "2"],
        ],
      }),
    },
    { authorizer: { principalId: "key_1", scopes: "a b" }, apiKey: null },
  );

  test("names the socket's address as the source, whatever the caller said of itself", () => {
    expect(event).toMatchObject({
      requestContext: { identity: { sourceIp: "127.0.0.2" } },
      headers: { "X-Forwarded-For": "196.201.214.200, 127.0.0.2" },
    });
  });
  test("gives headers and query both as last values and as lists", () => {
    expect(event).toMatchObject({
      headers: { "x-twice": "2" },
      multiValueHeaders: { "x-twice": ["1", "2"] },
      queryStringParameters: { a: "2", b: " " },
      multiValueQueryStringParameters: { a: ["1", "2"], b: [" "] },
    });
  });
  test("carries the declared resource, the parameters, the authoriser's words and the time", () => {
    expect(event).toMatchObject({
      resource: "/v1/payments/{id}",
      path: "/v1/payments/pay_1",
      pathParameters: { id: "pay_1" },
      stageVariables: null,
      body: null,
      isBase64Encoded: false,
      requestContext: {
        resourcePath: "/v1/payments/{id}",
        stage: "local",
        apiId: "abc123",
        requestTimeEpoch: 1_795_281_185_000,
        requestTime: "21/Nov/2026:17:13:05 +0000",
        authorizer: { principalId: "key_1", scopes: "a b" },
      },
    });
  });
  test("spells every month as the log format does", () => {
    expect(clfTime(Date.UTC(2027, 0, 2))).toBe("02/Jan/2027:00:00:00 +0000");
  });
});

describe("a gateway response", () => {
  const bodyOf = (refusal: Parameters<typeof gatewayResponse>[1], responses: Record<string, GatewayResponse> = {}) => {
    const answer = gatewayResponse({ api: api(responses), request: request(), context: {} }, refusal);
    return { ...answer, text: answer.body.toString("utf8") };
  };

  test("is API Gateway's own where the template sets none", () => {
    expect(bodyOf("UNAUTHORIZED")).toMatchObject({ status: 401, text: '{"message":"Unauthorized"}' });
    expect(bodyOf("THROTTLED")).toMatchObject({ status: 429, text: '{"message":"Too Many Requests"}' });
  });
  test("falls back to its class", () => {
    const responses = { DEFAULT_4XX: { status: null, templates: { "application/json": "mine" }, headers: {} } };
    expect(bodyOf("ACCESS_DENIED", responses)).toMatchObject({ status: 403, text: "mine" });
    expect(bodyOf("INTEGRATION_TIMEOUT", responses).text).not.toBe("mine");
  });
  test("takes the template's status, text and headers, with the context filled in", () => {
    const answer = bodyOf("MISSING_AUTHENTICATION_TOKEN", {
      MISSING_AUTHENTICATION_TOKEN: {
        status: 404,
        templates: { "application/json": '{"id":"$context.requestId","why":$context.error.messageString}' },
        headers: { "Content-Type": "'application/problem+json'", "x-request-id": "context.requestId" },
      },
    });
    expect(answer.status).toBe(404);
    expect(JSON.parse(answer.text)).toEqual({ id: request().requestId, why: "Missing Authentication Token" });
    expect(headerOf(answer, "content-type")).toBe("application/problem+json");
    expect(headerOf(answer, "x-request-id")).toBe(request().requestId);
  });
});

describe("a function's answer", () => {
  test("becomes the HTTP answer, JSON unless it says otherwise", () => {
    const answer = lambdaAnswer({
      statusCode: 201,
      headers: { "x-a": 1 },
      multiValueHeaders: { b: ["1", "2"] },
      body: "{}",
    });
    expect(answer?.status).toBe(201);
    expect(answer?.headers).toEqual([
      ["content-type", "application/json"],
      ["x-a", "1"],
      ["b", "1"],
      ["b", "2"],
    ]);
  });
  test("may be base64", () => {
    const answer = lambdaAnswer({
      statusCode: 200,
      body: Buffer.from([0, 255]).toString("base64"),
      isBase64Encoded: true,
    });
    expect(answer?.body).toEqual(Buffer.from([0, 255]));
  });
  test("loses the headers that API Gateway keeps for itself", () => {
    const headers = lambdaAnswer({
      statusCode: 401,
      headers: { "WWW-Authenticate": "Bearer", "Content-Length": "9" },
    })?.headers;
    expect(headers).toContainEqual(["x-amzn-Remapped-WWW-Authenticate", "Bearer"]);
    expect(JSON.stringify(headers)).not.toContain("Content-Length");
  });
  test.each([[null], ["text"], [{}], [{ statusCode: "ok" }], [{ statusCode: 200, body: { not: "text" } }]])(
    "that is malformed is none: %j",
    (payload) => {
      expect(lambdaAnswer(payload)).toBeNull();
    },
  );
});

describe("limits", () => {
  test("a bucket gives its burst at once and then its rate", () => {
    let now = 0;
    const limits = createLimits(() => now);
    const take = (): boolean => limits.take("key", { perSecond: 2, burst: 3 });
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
    now = 500;
    expect([take(), take()]).toEqual([true, false]);
    now = 60_000;
    expect([take(), take(), take(), take()]).toEqual([true, true, true, false]);
  });
  test("a quota begins anew with the UTC day", () => {
    let now = Date.UTC(2026, 10, 21, 23, 59, 59);
    const limits = createLimits(() => now);
    const spend = (): boolean => limits.spend("key", { limit: 1, period: "DAY" });
    expect([spend(), spend()]).toEqual([true, false]);
    now += 1000;
    expect(spend()).toBe(true);
  });
  test("keys do not share a bucket", () => {
    const limits = createLimits(() => 0);
    expect([limits.take("a", { perSecond: 1, burst: 1 }), limits.take("b", { perSecond: 1, burst: 1 })]).toEqual([
      true,
      true,
    ]);
  });
});

describe("a mapping template", () => {
  const cors = `#set($origin = $input.params().header.get("Origin"))
#if($origin == "")
  #set($origin = $input.params().header.get("origin"))
#end
#if($origin == "https://b.example" || $origin == "https://c.example")
  #set($context.responseOverride.header.Access-Control-Allow-Origin = $origin)
#else
  #set($context.responseOverride.header.X-Other = "yes")
#end`;
  const run = (headers: Record<string, string>) => parseVelocity(cors)({ header: (name) => headers[name] ?? "" });

  test("answers the asking origin when it is allowed, however the header is spelled", () => {
    expect(run({ Origin: "https://b.example" })).toEqual({ "Access-Control-Allow-Origin": "https://b.example" });
    expect(run({ origin: "https://c.example" })).toEqual({ "Access-Control-Allow-Origin": "https://c.example" });
  });
  test("takes the other branch when it is not", () => {
    expect(run({ Origin: "https://evil.example" })).toEqual({ "X-Other": "yes" });
  });
  test.each(["#foreach($a in $b)", '#if($a == "1")', "plain text", '#set($a = $util.escapeJavaScript("x"))'])(
    "that the sandbox can't run is refused when it is read: %s",
    (template) => {
      expect(() => parseVelocity(template)).toThrow("does not understand");
    },
  );
});
