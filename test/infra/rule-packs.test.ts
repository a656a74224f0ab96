import { Stack, Validations } from "aws-cdk-lib";
import { CfnBucket } from "aws-cdk-lib/aws-s3";
import { describe, expect, it } from "vitest";
import type { IConstruct } from "constructs";
import * as z from "zod";
import { addRulePacks, rulePacks } from "../../lib/rule-packs.ts";
import { GIVEN, assemble, assembleStage, everyStage } from "./assembled.ts";
import type { Assembled } from "./assembled.ts";

interface Finding {
  readonly rule: string;
  /** The path of the resource that it is about. */
  readonly path: string;
}

const findings = ({ app }: Assembled): readonly Finding[] =>
  rulePacks(app)
    .flatMap((pack) => pack.validateScope(app).violations)
    .flatMap(({ ruleName: rule, violatingResources }) =>
      violatingResources.map(({ constructPath }) => ({ rule, path: constructPath ?? "" })),
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
      .map(([rule, reason]) => ({ at, rule: rule.replace(/^annotation::/i, ""), reason })),
  );

describe("the rule packs AwsSolutions and Serverless", () => {
  it("find nothing in any stage that was not accepted", () => {
    for (const assembled of [...everyStage(), assembleStage({ xray: true })]) {
      expect(findings(assembled), assembled.stage).toEqual([]);
    }
  });

  it("would find a bucket that anybody added carelessly, and stop the deployment", () => {
    const careless = assemble({ ...GIVEN.sandbox, stage: "sandbox" });
    new CfnBucket(careless.app.node.children.filter((child) => child instanceof Stack)[0]!, "Careless");
    expect(findings(careless)).toContainEqual({ rule: "AwsSolutions-S1", path: "MalipoData-sandbox/Careless" });
    addRulePacks(careless.app);
    expect(() => careless.app.synth({ force: true })).toThrow(/AwsSolutions-S1/);
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

  it("covers one finding on one resource, which is still there", () => {
    const assembled = assemble({ ...GIVEN.sandbox, stage: "sandbox" });
    const accepted = acceptances(assembled);
    for (const { at } of accepted) {
      for (const entry of at.node.metadata) {
        if (entry.type === Validations.ACKNOWLEDGED_RULES_METADATA_KEY) Object.assign(entry, { data: {} });
      }
    }
    const found = findings(assembled);
    for (const { at, rule } of accepted) {
      const covered = found.filter(
        (finding) => finding.rule === rule && `${finding.path}/`.startsWith(`${at.node.path}/`),
      );
      expect(covered, `${rule} at ${at.node.path}`).toHaveLength(1);
    }
  });
});
