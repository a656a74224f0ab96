import { describe, expect, it } from "vitest";
import { SAFARICOM_CALLBACK_ADDRESSES } from "../../functions/daraja/environment.ts";
import { StageRefused, stageFor } from "../../lib/stages.ts";
import { GIVEN, assemble, ofType, stageTemplate } from "./assembled.ts";

const production = GIVEN.production;

describe("a production stage", () => {
  it("can't be built without a domain for callbacks, and says which word Daraja would refuse", () => {
    const build = () => assemble({ ...production, stage: "production", callbackDomain: undefined });
    expect(build).toThrow(StageRefused);
    expect(build).toThrow(/contains "exec".*-c callbackDomain=/);
  });

  it("can't be built on a callback domain that Daraja refuses", () => {
    for (const callbackDomain of [
      "mpesa.duka.co.ke",
      "pay-query.duka.co.ke",
      "duka.ngrok.io",
      "Pay.duka.co.ke",
      "pay.local",
    ]) {
      const build = () => assemble({ ...production, stage: "production", callbackDomain });
      expect(build, callbackDomain).toThrow(StageRefused);
    }
  });

  it("can't be built without a domain for storefronts", () => {
    const build = () => assemble({ ...production, stage: "production", apiDomain: undefined });
    expect(build).toThrow(/-c apiDomain=/);
  });

  it("can't be built with a domain and no certificate for it", () => {
    const build = () => assemble({ ...production, stage: "production", certificateArn: undefined });
    expect(build).toThrow(/needs a certificate/);
  });

  it("gives Daraja addresses on its callback domain", () => {
    const told = ofType(stageTemplate("production"), "AWS::Lambda::Function")
      .map((lambda) => (lambda.Properties["Environment"].Variables as Record<string, unknown>)["CALLBACK_BASE_URL"])
      .filter((url) => url !== undefined);
    expect(new Set(told)).toEqual(new Set(["https://pay.duka.co.ke"]));
  });
});

describe("a deployed stage", () => {
  it("can't be pointed at anything but Safaricom", () => {
    for (const name of ["sandbox", "production"] as const) {
      const build = () => stageFor(name, { ...production, darajaBaseUrl: "http://127.0.0.1:8081" });
      expect(build).toThrow(/local stage/);
    }
  });

  it("believes callbacks from Safaricom's published addresses", () => {
    for (const name of ["sandbox", "production"] as const) {
      expect(stageFor(name, production).safaricomAddresses).toEqual(SAFARICOM_CALLBACK_ADDRESSES);
    }
  });

  it("spares a phone that Safaricom would block", () => {
    for (const name of ["sandbox", "production"] as const) {
      expect(stageFor(name, production).promptLimits).toMatchObject({ perWindow: 3, uncompletedInRow: 5 });
    }
  });
});

describe("the local stage", () => {
  it("believes callbacks from this machine alone", () => {
    expect(stageFor("local").safaricomAddresses).toEqual(["127.0.0.1"]);
  });

  it("takes its addresses and its pace from whoever runs it", () => {
    const local = assemble({
      stage: "local",
      darajaBaseUrl: "http://127.0.0.1:9001",
      callbackBaseUrl: "http://127.0.0.1:9000",
      sweepIntervalSeconds: 2,
      bulkPerSecond: 10,
    });
    expect(local.text).toContain('"DARAJA_BASE_URL":"http://127.0.0.1:9001"');
    expect(local.text).toContain('"CALLBACK_BASE_URL":"http://127.0.0.1:9000"');
    expect(local.text).toContain('"SWEEP_INTERVAL_SECONDS":"2"');
    const lanes = JSON.stringify(JSON.stringify({ ...stageFor("local").lanes, bulk: 10, apartMs: 300 }));
    expect(local.text).toContain(`"LANES":${lanes}`);
    expect(local.text).toContain('"ALLOWED_ORIGINS":"http://127.0.0.1:9000"');
  });

  it("leaves nothing behind when its stacks go", () => {
    const kept = stageTemplate("local").resources.filter((resource) => resource.DeletionPolicy === "Retain");
    expect(kept.map((resource) => resource.Type).sort()).toEqual([
      "AWS::ApiGateway::Account",
      "AWS::IAM::ManagedPolicy",
      "AWS::IAM::Role",
    ]);
  });
});

describe("every stage", () => {
  it("protects the stack that holds data wherever data must last", () => {
    for (const [stage, isProtected] of [
      ["local", false],
      ["sandbox", true],
      ["production", true],
    ] as const) {
      const stacks = stageTemplate(stage).app.node.children;
      const data = stacks.find((stack) => stack.node.id === `MalipoData-${stage}`);
      expect(data).toHaveProperty("terminationProtection", isProtected);
    }
  });

  it("sweeps by the minute on EventBridge, which knows nothing faster, and pulls by the hour where M-PESA is real", () => {
    const ratesOf = (stage: keyof typeof GIVEN): readonly string[] =>
      ofType(stageTemplate(stage), "AWS::Events::Rule")
        .map((rule) => String(rule.Properties["ScheduleExpression"]))
        .filter((expression) => expression.startsWith("rate("))
        .sort();
    expect(ratesOf("local")).toEqual(Array.from({ length: 4 }, () => "rate(1 minute)"));
    for (const stage of ["sandbox", "production"] as const)
      expect(ratesOf(stage)).toEqual(["rate(1 hour)", "rate(1 minute)", "rate(1 minute)", "rate(1 minute)"]);
  });

  it("asks for a second approval no later than for the whole of what one may pay alone", () => {
    for (const stage of ["local", "sandbox", "production"] as const) {
      const { payouts } = stageFor(stage, GIVEN[stage]);
      expect(payouts.secondApprovalSingle).toBeLessThanOrEqual(payouts.secondApprovalTotal);
      expect(payouts.dispatchers).toBeGreaterThanOrEqual(2);
      if (stage !== "local") expect(payouts.singleMaximum).toBeLessThanOrEqual(payouts.secondApprovalSingle);
    }
  });
});
