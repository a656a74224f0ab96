import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { buildApp } from "../../lib/app.ts";
import { ENV } from "../../functions/runtime/env.ts";
import { BUNDLE_FILE, bundleEntries, bundleOptions } from "../../lib/constructs/bundling.ts";
import { GATEWAY_TIMEOUT_SECONDS } from "../../lib/function-spec.ts";
import type { FunctionSpec } from "../../lib/function-spec.ts";
import { FUNCTIONS } from "../../lib/functions.ts";
import { stageFor } from "../../lib/stages.ts";
import { assembleStage, calledBy, everyStage, everywhere, ofType, referred, stageTemplate } from "./assembled.ts";
import type { Resource } from "./assembled.ts";

const ENTRIES = Object.values(FUNCTIONS).map(({ entry }) => entry);

describe("every function", () => {
  it("runs on arm64 with Node 24", () => {
    for (const { id, Properties } of everywhere("AWS::Lambda::Function")) {
      expect({ id, Architectures: Properties["Architectures"], Runtime: Properties["Runtime"] }).toEqual({
        id,
        Architectures: ["arm64"],
        Runtime: "nodejs24.x",
      });
    }
  });

  it("is one of those that the data describes, and all of those are there", () => {
    for (const assembled of everyStage()) {
      const purposes = ofType(assembled, "AWS::Lambda::Function").map(
        (found) => found.Properties["Description"] as string,
      );
      expect(purposes.sort()).toEqual(
        Object.values(FUNCTIONS)
          .map((spec) => spec.purpose)
          .sort(),
      );
    }
  });

  it("writes to a log of its own that is not kept for ever", () => {
    for (const assembled of everyStage()) {
      const logs = new Map(
        ofType(assembled, "AWS::Logs::LogGroup").map((log) => [log.id, log.Properties["RetentionInDays"] as number]),
      );
      const functions = ofType(assembled, "AWS::Lambda::Function");
      const used = functions.map((resource) => referred(resource.Properties["LoggingConfig"]?.LogGroup));
      expect(new Set(used).size).toBe(functions.length);
      for (const id of used) expect(logs.get(id), id).toBeGreaterThan(0);
    }
  });

  it("has a role of its own", () => {
    for (const assembled of everyStage()) {
      const roles = ofType(assembled, "AWS::Lambda::Function").map((resource) => referred(resource.Properties["Role"]));
      expect(roles).not.toContain("");
      expect(new Set(roles).size).toBe(roles.length);
    }
  });

  it("is traced only where the stage says so, which none does", () => {
    for (const { Properties } of everywhere("AWS::Lambda::Function")) {
      expect(Properties["TracingConfig"]).toBeUndefined();
    }
    const traced = assembleStage({ xray: true });
    const functions = ofType(traced, "AWS::Lambda::Function");
    for (const { Properties } of functions) expect(Properties["TracingConfig"]).toEqual({ Mode: "Active" });
    expect(traced.text.split('"xray:PutTraceSegments"').length - 1).toBe(functions.length);
    for (const { Properties } of ofType(traced, "AWS::ApiGateway::Stage"))
      expect(Properties["TracingEnabled"]).toBe(true);
  });

  it("that answers API Gateway stops before API Gateway gives up", () => {
    for (const { invokedBy, timeoutSeconds, purpose } of Object.values(FUNCTIONS)) {
      if (invokedBy === "gateway") expect(timeoutSeconds, purpose).toBeLessThan(GATEWAY_TIMEOUT_SECONDS);
      else expect(timeoutSeconds, purpose).toBeLessThanOrEqual(900);
    }
  });

  it("is run by whoever its description says", () => {
    for (const assembled of everyStage()) {
      const integrations = JSON.stringify([
        ...ofType(assembled, "AWS::ApiGateway::Method").map(({ Properties }) => Properties["Integration"] as unknown),
        ...ofType(assembled, "AWS::ApiGatewayV2::Integration"),
      ]);
      const authorisers = JSON.stringify(ofType(assembled, "AWS::ApiGateway::Authorizer"));
      const mappings = ofType(assembled, "AWS::Lambda::EventSourceMapping");
      const mappedTo = (isStream: boolean): readonly string[] =>
        mappings
          .filter(({ Properties }) => (Properties["StartingPosition"] !== undefined) === isStream)
          .map(({ Properties }) => referred(Properties["FunctionName"]));
      const told = ofType(assembled, "AWS::Lambda::EventInvokeConfig").map(({ Properties }) =>
        referred(Properties["FunctionName"]),
      );
      const rotating = ofType(assembled, "AWS::SecretsManager::RotationSchedule").map(({ Properties }) =>
        referred(Properties["RotationLambdaARN"]),
      );
      for (const { id, Properties } of ofType(assembled, "AWS::Lambda::Function")) {
        const spec = Object.values(FUNCTIONS).find(({ purpose }) => purpose === Properties["Description"]);
        const behindGateway = calledBy(assembled, id).some(
          (name) => integrations.includes(name) || authorisers.includes(name),
        );
        const runners = {
          gateway: behindGateway,
          queue: mappedTo(false).includes(id),
          stream: mappedTo(true).includes(id),
          event: told.includes(id),
          rotation: rotating.includes(id),
        };
        expect(runners, id).toEqual({
          gateway: false,
          queue: false,
          stream: false,
          event: false,
          rotation: false,
          [spec!.invokedBy]: true,
        });
      }
    }
  });
});

describe("a function's variables", () => {
  const known = new Set<string>([...Object.values(ENV), "POWERTOOLS_SERVICE_NAME", "POWERTOOLS_LOG_LEVEL"]);
  const variables = (stage: "local" | "sandbox", purpose: string): Record<string, unknown> => {
    const found = ofType(stageTemplate(stage), "AWS::Lambda::Function").find(
      (resource) => resource.Properties["Description"] === purpose,
    );
    return found?.Properties["Environment"].Variables as Record<string, unknown>;
  };

  it("are only those that the functions' own code reads", () => {
    for (const { id, Properties } of everywhere("AWS::Lambda::Function")) {
      const names = Object.keys(Properties["Environment"].Variables as object);
      expect(
        names.filter((name) => !known.has(name)),
        id,
      ).toEqual([]);
    }
  });

  it("name nothing that the function does not use", () => {
    expect(Object.keys(variables("sandbox", FUNCTIONS.meta.purpose)).sort()).toEqual(
      ["ALLOWED_ORIGINS", "POWERTOOLS_LOG_LEVEL", "POWERTOOLS_SERVICE_NAME", "STAGE"].sort(),
    );
  });

  it("carry no setting that the function's code never reads", () => {
    const readable = bundleEntries(ENTRIES, { minify: false });
    for (const [name, { entry, uses }] of Object.entries<FunctionSpec>(FUNCTIONS)) {
      const read = [...readable.get(entry)!.text.matchAll(/\benv\d*\.(\w+)/g)].map((match) => match[1]);
      expect(
        uses.settings.filter((setting) => !read.includes(setting)),
        name,
      ).toEqual([]);
    }
  });

  it("tell only the functions that Daraja has to call back where to", () => {
    for (const { purpose, uses } of Object.values<FunctionSpec>(FUNCTIONS)) {
      const isTold = "CALLBACK_BASE_URL" in variables("sandbox", purpose);
      expect(isTold, purpose).toBe(uses.daraja === "push" || uses.daraja === "pay");
      if (isTold) expect(uses.secrets, `${purpose} It signs the address.`).toContain("signing");
    }
  });

  it("that hold Daraja's credentials without calling it say nothing of how to call", () => {
    for (const { purpose, uses } of Object.values<FunctionSpec>(FUNCTIONS)) {
      if (uses.daraja !== "credentials") continue;
      const names = Object.keys(variables("local", purpose));
      expect(names, purpose).toContain("DARAJA_SECRET_ARN");
      expect(
        names.filter((name) => /^(DARAJA_BASE_URL|DARAJA_ENVIRONMENT|LANES|CALLBACK_BASE_URL)$/.test(name)),
      ).toEqual([]);
    }
  });

  it("carry the stage's rules for payouts in the shape that the functions read", () => {
    const { payouts } = stageFor("sandbox");
    for (const { purpose, uses } of Object.values<FunctionSpec>(FUNCTIONS)) {
      if (!uses.settings.includes("payoutPolicy")) continue;
      const policy: unknown = JSON.parse(String(variables("sandbox", purpose)["PAYOUT_POLICY"]));
      expect(policy, purpose).toEqual({
        secondApprovalTotal: payouts.secondApprovalTotal,
        secondApprovalSingle: payouts.secondApprovalSingle,
        singleMaximum: payouts.singleMaximum,
        lowFloat: payouts.lowFloat,
      });
    }
  });

  it("replace Safaricom's host in the local stage alone", () => {
    const purpose = FUNCTIONS["verify-payment"].purpose;
    expect(variables("local", purpose)).toHaveProperty("DARAJA_BASE_URL", "http://127.0.0.1:8081");
    expect(variables("sandbox", purpose)).not.toHaveProperty("DARAJA_BASE_URL");
  });
});

describe("every bundle", () => {
  it("holds all it needs and gives Lambda its handler", () => {
    const bundles = bundleEntries(ENTRIES);
    for (const [name, { entry }] of Object.entries(FUNCTIONS)) {
      const { text, output } = bundles.get(entry)!;
      // A string of half a megabyte says nothing in a failure.
      expect(text.includes("Dynamic require of"), `${name} calls require at run time`).toBe(false);
      const outside = output.imports.filter((imported) => imported.external && !isBuiltin(imported.path));
      expect(outside, name).toEqual([]);
      expect(output.exports, name).toContain("handler");
    }
  });

  it("is another one for each function", () => {
    const outdir = mkdtempSync(join(tmpdir(), "malipo-bundles-"));
    const [, gateway] = buildApp({ stage: "local", outdir }).synth().stacks;
    const bundled = Object.values((gateway!.template as { Resources: Record<string, Resource> }).Resources)
      .filter(({ Type }) => Type === "AWS::Lambda::Function")
      .map(({ Properties }) => (Properties["Code"] as { S3Key: string }).S3Key);
    expect(new Set(bundled).size).toBe(Object.keys(FUNCTIONS).length);
    for (const key of bundled)
      expect(existsSync(join(outdir, `asset.${key.replace(".zip", "")}`, BUNDLE_FILE))).toBe(true);
    rmSync(outdir, { recursive: true });
  });

  it("is one file under the name that the functions' handler names", () => {
    expect(bundleOptions("api/meta.lambda.ts").outfile).toBe(BUNDLE_FILE);
    for (const { Properties } of everywhere("AWS::Lambda::Function")) {
      expect(Properties["Handler"]).toBe(`${BUNDLE_FILE.replace(".mjs", "")}.handler`);
    }
  });
});
