import { describe, expect, it } from "vitest";
import { PROBLEMS } from "../../functions/api/problems.ts";
import { SECURITY_HEADERS } from "../../functions/runtime/http.ts";
import { FUNCTIONS } from "../../lib/functions.ts";
import { everyStage, everywhere, ofType, stageTemplate } from "./assembled.ts";
import type { Assembled } from "./assembled.ts";

describe("every API", () => {
  it("logs each request without anything about a person", () => {
    for (const stage of everywhere("AWS::ApiGateway::Stage")) {
      const format = String(stage.Properties["AccessLogSetting"].Format);
      expect(Object.keys(JSON.parse(format) as object)).toContain("request_id");
      expect(format).toContain("$context.resourcePath");
      expect(format).not.toMatch(
        /\$context\.(path|identity\.(sourceIp|userAgent|apiKey")|requestOverride|authorizer\.(?!latency|status))/,
      );
      expect(format).not.toMatch(/querystring|\$input|header/);
    }
  });

  it("keeps its access log for a time, and API Gateway's own logs of requests are off", () => {
    for (const stage of everywhere("AWS::ApiGateway::Stage")) {
      expect(stage.Properties["AccessLogSetting"].DestinationArn).toBeDefined();
      const levels = (
        stage.Properties["MethodSettings"] as { LoggingLevel?: string; DataTraceEnabled?: boolean }[]
      ).filter((setting) => (setting.LoggingLevel ?? "OFF") !== "OFF" || setting.DataTraceEnabled === true);
      expect(levels).toEqual([]);
    }
  });

  it("speaks TLS 1.2 or later on a domain of its own and is reached there alone", () => {
    const production = stageTemplate("production");
    const domains = ofType(production, "AWS::ApiGateway::DomainName");
    expect(domains.map((domain) => domain.Properties["DomainName"] as string).sort()).toEqual([
      "api.duka.co.ke",
      "pay.duka.co.ke",
    ]);
    for (const domain of domains) expect(domain.Properties["SecurityPolicy"]).toBe("TLS_1_2");
    for (const api of ofType(production, "AWS::ApiGateway::RestApi")) {
      expect(api.Properties["DisableExecuteApiEndpoint"]).toBe(true);
    }
  });

  it("refuses with the same problem documents and headers as the handlers", () => {
    for (const refusal of everywhere("AWS::ApiGateway::GatewayResponse")) {
      const document = JSON.parse(String(refusal.Properties["ResponseTemplates"]["application/json"])) as Record<
        string,
        unknown
      >;
      const code = String(document["code"]);
      expect(PROBLEMS, refusal.id).toHaveProperty(code);
      expect(document).toMatchObject({
        status: Number(refusal.Properties["StatusCode"]),
        request_id: "$context.requestId",
      });
      const headers = refusal.Properties["ResponseParameters"] as Record<string, string>;
      expect(headers["gatewayresponse.header.content-type"], refusal.id).toBe("'application/problem+json'");
      for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
        expect(headers[`gatewayresponse.header.${name}`], refusal.id).toBe(`'${value}'`);
      }
    }
  });

  it("tells an unknown path apart from a missing key", () => {
    const status = (assembled: Assembled, type: string): unknown =>
      ofType(assembled, "AWS::ApiGateway::GatewayResponse").find(
        (refusal) => refusal.Properties["ResponseType"] === type,
      )?.Properties["StatusCode"];
    for (const assembled of everyStage()) {
      expect(status(assembled, "MISSING_AUTHENTICATION_TOKEN")).toBe("404");
      expect(status(assembled, "UNAUTHORIZED")).toBe("401");
      expect(status(assembled, "ACCESS_DENIED")).toBe("403");
      expect(status(assembled, "THROTTLED")).toBe("429");
      expect(status(assembled, "QUOTA_EXCEEDED")).toBe("429");
    }
  });
});

describe("the functions behind Safaricom's door", () => {
  it("keep room for themselves in production, and in no other stage, whose accounts may have little", () => {
    const reserved = (assembled: Assembled): Readonly<Record<string, unknown>> =>
      Object.fromEntries(
        ofType(assembled, "AWS::Lambda::Function").map(({ Properties }) => [
          String(Properties["Description"]),
          Properties["ReservedConcurrentExecutions"] as unknown,
        ]),
      );
    const behind = ["stk-callback", "validate-payment", "confirm-payment", "results"] as const;
    for (const assembled of everyStage()) {
      const kept = reserved(assembled);
      const wanted = assembled.stage === "production" ? 150 : undefined;
      expect(behind.map((name) => kept[FUNCTIONS[name].purpose])).toEqual(behind.map(() => wanted));
      const numbers = Object.values(kept).filter((number) => typeof number === "number");
      expect(numbers).toHaveLength(wanted === undefined ? 0 : behind.length);
    }
  });
});
