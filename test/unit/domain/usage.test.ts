import { expect, it } from "vitest";
import { browserUsage } from "../../../functions/domain/usage.ts";

it("all browsers of a stage are metered as one caller, and those of another stage as another", () => {
  expect(browserUsage("dev")).toBe(browserUsage("dev"));
  expect(browserUsage("dev")).not.toBe(browserUsage("prod"));
  expect(browserUsage("dev")).toMatch(/^malipo-dev-/);
});
