import { beforeAll, describe, expect, it } from "vitest";
import { buildApp } from "../../../lib/app.ts";
import { TIERS } from "../../../lib/stage.ts";
import { DATA_OUTPUTS, GATEWAY_OUTPUTS, PAGES_OUTPUTS, STOREFRONT_OUTPUTS } from "../../../operator/stage.ts";

/** The names of each stack's outputs, by the stack's name. */
const outputs = new Map<string, readonly string[]>();

beforeAll(() => {
  const assembly = buildApp({ stage: "sandbox", bundling: false }).synth();
  for (const stack of assembly.stacks) {
    const { Outputs = {} } = stack.template as { Outputs?: Record<string, unknown> };
    outputs.set(stack.stackName, Object.keys(Outputs));
  }
}, 60_000);

describe("what the operator's commands ask of the stacks", () => {
  it("is among the data stack's outputs", () => {
    expect(outputs.get("MalipoData-sandbox")).toEqual(expect.arrayContaining([...DATA_OUTPUTS]));
  });

  it("is among the outputs of the gateway's stack and of the storefronts'", () => {
    expect(outputs.get("MalipoGateway-sandbox")).toEqual(expect.arrayContaining([...GATEWAY_OUTPUTS]));
    expect(outputs.get("MalipoStorefronts-sandbox")).toEqual(expect.arrayContaining([...STOREFRONT_OUTPUTS]));
  });

  it("is among the outputs of the pages' stack", () => {
    expect(outputs.get("MalipoPages-sandbox")).toEqual(expect.arrayContaining([...PAGES_OUTPUTS]));
  });

  it("offers a plan for every tier but the browsers'", () => {
    const plans = STOREFRONT_OUTPUTS.filter((name) => name.startsWith("UsagePlan"));
    expect(plans.map((name) => name.replace("UsagePlan", "").toLowerCase())).toEqual(
      TIERS.filter((tier) => tier !== "browser"),
    );
  });
});
