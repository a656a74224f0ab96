/** Payers' sockets in every stage: one function behind all routes, throttled, and a log without a token or a person. */
import { describe, expect, it } from "vitest";
import { ENV } from "../../functions/runtime/env.ts";
import { everyStage, everywhere, functionPolicies, ofType, referred } from "./assembled.ts";
import type { Assembled, Resource } from "./assembled.ts";

const only = (stage: Assembled, type: string): Resource => {
  const found = ofType(stage, type);
  expect(found, stage.stage).toHaveLength(1);
  return found[0]!;
};

const variable = ({ Properties }: Resource, name: string): unknown => Properties["Environment"]?.Variables?.[name];

describe("the sockets", () => {
  it("are opened, spoken on and closed by one function, which also answers", () => {
    for (const stage of everyStage()) {
      const integration = only(stage, "AWS::ApiGatewayV2::Integration");
      expect(JSON.stringify(integration.Properties["IntegrationUri"])).toMatch(/"LiveFunction[A-Z0-9]{8}"/);
      const routes = ofType(stage, "AWS::ApiGatewayV2::Route");
      expect(routes.map(({ Properties }) => String(Properties["RouteKey"])).sort()).toEqual([
        "$connect",
        "$default",
        "$disconnect",
      ]);
      const answered = referred(only(stage, "AWS::ApiGatewayV2::RouteResponse").Properties["RouteId"]);
      expect(routes.find(({ id }) => id === answered)?.Properties).toMatchObject({
        RouteKey: "$default",
        RouteResponseSelectionExpression: "$default",
      });
    }
  });

  it("are throttled, and log each event without the token or anything about a person", () => {
    for (const { Properties: stage } of everywhere("AWS::ApiGatewayV2::Stage")) {
      const settings = stage["DefaultRouteSettings"];
      expect(settings.ThrottlingRateLimit).toBeGreaterThan(0);
      expect(settings.ThrottlingBurstLimit).toBeGreaterThan(0);
      expect(settings).toMatchObject({ LoggingLevel: "OFF", DataTraceEnabled: false });
      const format = String(stage["AccessLogSettings"].Format);
      expect(Object.keys(JSON.parse(format) as object)).toContain("route");
      expect(format).not.toMatch(/querystring|\$input|header|identity|sourceIp|userAgent|authorizer/i);
    }
  });

  it("are spoken on by who is told where they are, who may say something on them and nothing else", () => {
    for (const stage of everyStage()) {
      const told = ofType(stage, "AWS::Lambda::Function").filter((one) => variable(one, ENV.socketEndpoint));
      const managed = functionPolicies(stage).filter(({ Properties }) =>
        JSON.stringify(Properties).includes("execute-api:ManageConnections"),
      );
      expect(managed).toHaveLength(told.length);
      for (const { Properties } of managed)
        for (const { Action, Resource: resource } of Properties["PolicyDocument"].Statement as {
          Action: unknown;
          Resource: unknown;
        }[])
          if (Action === "execute-api:ManageConnections")
            expect(JSON.stringify(resource)).toMatch(/\/ws\/POST\/@connections\/\*"/);
    }
  });
});
