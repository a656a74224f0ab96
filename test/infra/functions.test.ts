import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { isBuiltin } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";
import { describe, expect, it } from "vitest";
import { buildApp } from "../../lib/app.ts";
import { ENV } from "../../functions/runtime/env.ts";
import { BUNDLE_FILE, FUNCTIONS_DIR, bundleOptions } from "../../lib/constructs/bundling.ts";
import { FUNCTIONS, GATEWAY_TIMEOUT_SECONDS } from "../../lib/functions.ts";
import { assembleStage, everyStage, everywhere, ofType, referred, stageTemplate } from "./assembled.ts";
import type { Resource } from "./assembled.ts";

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
    for (const { Properties } of ofType(assembleStage({ xray: true }), "AWS::Lambda::Function")) {
      expect(Properties["TracingConfig"]).toEqual({ Mode: "Active" });
    }
  });

  it("that answers API Gateway stops before API Gateway gives up", () => {
    const { sweep, ...answering } = FUNCTIONS;
    for (const spec of Object.values(answering)) expect(spec.timeoutSeconds).toBeLessThan(GATEWAY_TIMEOUT_SECONDS);
    expect(sweep.timeoutSeconds).toBe(900);
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

  it("tell only the function that pushes where Daraja calls back", () => {
    const told = Object.entries(FUNCTIONS).filter(
      ([, spec]) => "CALLBACK_BASE_URL" in variables("sandbox", spec.purpose),
    );
    expect(told.map(([name]) => name)).toEqual(["start-payment"]);
  });

  it("replace Safaricom's host in the local stage alone", () => {
    const purpose = FUNCTIONS["verify-payment"].purpose;
    expect(variables("local", purpose)).toHaveProperty("DARAJA_BASE_URL", "http://127.0.0.1:8081");
    expect(variables("sandbox", purpose)).not.toHaveProperty("DARAJA_BASE_URL");
  });
});

describe("every bundle", () => {
  it.each(Object.entries(FUNCTIONS))("of %s holds all it needs and gives Lambda its handler", (_name, { entry }) => {
    expect(existsSync(join(FUNCTIONS_DIR, entry))).toBe(true);
    const { metafile, outputFiles } = buildSync(bundleOptions(entry));
    expect(outputFiles[0]?.text, "calls require at run time").not.toContain("Dynamic require of");
    const [output] = Object.values(metafile.outputs);
    const outside = output!.imports.filter((imported) => imported.external && !isBuiltin(imported.path));
    expect(outside).toEqual([]);
    expect(output!.exports).toContain("handler");
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
