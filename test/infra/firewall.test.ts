/** The firewalls: in front of both doors, nothing of Safaricom's refused, and no token in what they write down. */
import { describe, expect, it } from "vitest";
import * as z from "zod";
import { stageFor } from "../../lib/stages.ts";
import { everyStage, ofType } from "./assembled.ts";
import type { Assembled } from "./assembled.ts";

const Rule = z.looseObject({
  Name: z.string(),
  Priority: z.number(),
  Action: z.looseObject({}).optional(),
  Statement: z.looseObject({
    RateBasedStatement: z.looseObject({ AggregateKeyType: z.string(), Limit: z.number() }).optional(),
    ManagedRuleGroupStatement: z.looseObject({ Name: z.string() }).optional(),
    IPSetReferenceStatement: z.unknown().optional(),
  }),
  VisibilityConfig: z.object({ SampledRequestsEnabled: z.boolean() }).loose(),
});

const rulesOf = (assembled: Assembled, door: string) => {
  const acl = ofType(assembled, "AWS::WAFv2::WebACL").find(
    ({ Properties }) => Properties["Name"] === `malipo-${assembled.stage}-${door}`,
  );
  return z
    .array(Rule)
    .parse(acl?.Properties["Rules"])
    .sort((a, b) => a.Priority - b.Priority);
};

describe("the firewalls", () => {
  it("stand in front of every API that strangers can reach", () => {
    for (const assembled of everyStage()) {
      const guarded = ofType(assembled, "AWS::WAFv2::WebACLAssociation").map(({ Properties }) =>
        JSON.stringify(Properties["ResourceArn"]),
      );
      const stages = ofType(assembled, "AWS::ApiGateway::Stage");
      expect(stages).toHaveLength(2);
      for (const { id } of stages) expect(guarded.filter((arn) => arn.includes(`"${id}"`))).toHaveLength(1);
    }
  });

  it("let in what Safaricom publishes before any other rule is asked", () => {
    for (const assembled of everyStage()) {
      const [first, ...others] = rulesOf(assembled, "callbacks");
      expect(first).toMatchObject({ Name: "Safaricom", Action: { Allow: {} } });
      expect(first?.Statement.IPSetReferenceStatement).toBeDefined();
      expect(others.length).toBeGreaterThan(0);
      const [addresses] = ofType(assembled, "AWS::WAFv2::IPSet").map(
        ({ Properties }) => Properties["Addresses"] as unknown,
      );
      expect(addresses).toEqual(stageFor(assembled.stage).safaricomAddresses.map((address) => `${address}/32`));
    }
  });

  it("judge no callback by its words, and refuse no more of a stranger's than a flood", () => {
    for (const assembled of everyStage()) {
      for (const { Statement } of rulesOf(assembled, "callbacks")) {
        expect(Statement.ManagedRuleGroupStatement).toBeUndefined();
        const limit = Statement.RateBasedStatement?.Limit;
        // All that the door lets through in a second, for more than half a minute.
        if (limit !== undefined)
          expect(limit).toBeGreaterThan(stageFor(assembled.stage).callbackThrottle.perSecond * 30);
      }
    }
  });

  it("count payers by their page's token and by where they are, and never by CloudFront's address", () => {
    for (const assembled of everyStage()) {
      const rates = rulesOf(assembled, "storefronts").flatMap(({ Name, Statement }) =>
        Statement.RateBasedStatement ? [[Name, Statement.RateBasedStatement] as const] : [],
      );
      const byAddress = rates.filter(([, { AggregateKeyType }]) => AggregateKeyType === "IP");
      expect(byAddress.map(([name]) => name)).toEqual(["StrangersFlood", "ServersFlood"]);
      for (const [name, statement] of byAddress) {
        const scope = JSON.stringify(statement["ScopeDownStatement"]);
        expect(scope, name).toContain("bearer sk_");
        expect(scope.includes("bearer ct_"), name).toBe(scope.includes("NotStatement"));
      }
      expect(Object.fromEntries(rates)).toMatchObject({
        PageFlood: { AggregateKeyType: "CUSTOM_KEYS" },
        PromptFlood: { AggregateKeyType: "FORWARDED_IP", ForwardedIPConfig: { HeaderName: "X-Forwarded-For" } },
      });
    }
  });

  it("write refusals down, and neither tokens nor paths, for as long as other logs are kept", () => {
    for (const assembled of everyStage()) {
      const logging = ofType(assembled, "AWS::WAFv2::LoggingConfiguration");
      expect(logging).toHaveLength(2);
      for (const { Properties } of logging) {
        expect(Properties["RedactedFields"]).toEqual([
          { SingleHeader: { Name: "authorization" } },
          { UriPath: {} },
          { QueryString: {} },
        ]);
        expect(Properties["LoggingFilter"]).toMatchObject({ DefaultBehavior: "DROP" });
        expect(JSON.stringify(Properties["LogDestinationConfigs"])).not.toContain(":*");
      }
      for (const acl of ofType(assembled, "AWS::WAFv2::WebACL")) {
        const samples = z
          .array(Rule)
          .parse(acl.Properties["Rules"])
          .map((rule) => rule.VisibilityConfig);
        expect(samples.every(({ SampledRequestsEnabled }) => !SampledRequestsEnabled)).toBe(true);
      }
    }
  });
});
