import { Validations } from "aws-cdk-lib";
import { CfnBucket } from "aws-cdk-lib/aws-s3";
import { Stack } from "aws-cdk-lib";
import { describe, expect, it } from "vitest";
import type { IConstruct } from "constructs";
import * as z from "zod";
import { rulePacks } from "../../lib/rule-packs.ts";
import { GIVEN, assemble, everyStage } from "./assembled.ts";
import type { Assembled } from "./assembled.ts";

const findings = ({ app }: Assembled): readonly string[] =>
  rulePacks(app).flatMap((pack) =>
    pack
      .validateScope(app)
      .violations.flatMap(({ ruleName, violatingResources }) =>
        violatingResources.map(({ constructPath }) => `${ruleName} at ${constructPath ?? "?"}`),
      ),
  );

interface Acceptance {
  readonly at: IConstruct;
  readonly rule: string;
  readonly reason: string;
}

const acceptances = ({ app }: Assembled): readonly Acceptance[] =>
  app.node.findAll().flatMap((at) =>
    at.node.metadata
      .filter(({ type }) => type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY)
      .flatMap(({ data }) => Object.entries(z.record(z.string(), z.string()).parse(data)))
      .map(([rule, reason]) => ({ at, rule, reason })),
  );

describe("the rule packs AwsSolutions and Serverless", () => {
  it("find nothing in any stage that was not accepted", () => {
    for (const assembled of everyStage()) expect(findings(assembled), assembled.stage).toEqual([]);
  });

  it("would find a bucket that anybody added carelessly", () => {
    const careless = assemble({ ...GIVEN.sandbox, stage: "sandbox" });
    new CfnBucket(careless.app.node.children.filter((child) => child instanceof Stack)[0]!, "Careless");
    expect(findings(careless).join("\n")).toMatch(/AwsSolutions-S1 at MalipoData-sandbox\/Careless/);
  });
});

describe("an accepted finding", () => {
  it("is accepted on one resource, never on a stack or the app", () => {
    for (const assembled of everyStage()) {
      const accepted = acceptances(assembled);
      expect(accepted.length).toBeGreaterThan(0);
      for (const { at, rule } of accepted) {
        expect(at instanceof Stack || at === assembled.app, `${rule} at ${at.node.path}`).toBe(false);
        expect(at.node.path.split("/").length, `${rule} at ${at.node.path}`).toBeGreaterThan(1);
      }
    }
  });

  it("comes with a reason, not with an excuse", () => {
    for (const assembled of everyStage()) {
      for (const { rule, reason } of acceptances(assembled)) {
        expect(reason.length, rule).toBeGreaterThan(80);
        expect(reason, rule).not.toMatch(/\b(later|for now|temporar|demo|sample|prototype)/i);
      }
    }
  });

  it("is still found when nobody accepts it, so no acceptance has outlived its finding", () => {
    const assembled = assemble({ ...GIVEN.sandbox, stage: "sandbox" });
    const accepted = new Set(acceptances(assembled).map(({ rule }) => rule.replace(/^annotation::/i, "")));
    for (const node of assembled.app.node.findAll()) {
      for (const entry of node.node.metadata) {
        if (entry.type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY) Object.assign(entry, { data: {} });
      }
    }
    const found = new Set(findings(assembled).map((finding) => finding.replace(/ at .*$/, "")));
    expect([...accepted].filter((rule) => !found.has(rule))).toEqual([]);
  });
});
