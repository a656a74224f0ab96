/** The stage's page in CloudWatch: of the stage's own numbers, under the names that the functions write. */
import { describe, expect, it } from "vitest";
import { MEASURES, METRICS, METRICS_NAMESPACE } from "../../functions/runtime/metrics.ts";
import { everyStage, ofType } from "./assembled.ts";
import type { Assembled } from "./assembled.ts";

/** The page's text; what only a deployment knows stands there as what it refers to. */
const pageOf = (assembled: Assembled): string => {
  const pages = ofType(assembled, "AWS::CloudWatch::Dashboard");
  expect(pages).toHaveLength(1);
  const body = pages[0]!.Properties["DashboardBody"] as string | { "Fn::Join": [string, (string | object)[]] };
  if (typeof body === "string") return body;
  return body["Fn::Join"][1].map((part) => (typeof part === "string" ? part : "REFERENCE")).join("");
};

interface Widget {
  readonly properties: { readonly title?: string; readonly metrics?: readonly (readonly unknown[])[] };
}

const widgets = (assembled: Assembled): readonly Widget[] =>
  (JSON.parse(pageOf(assembled)) as { widgets: Widget[] }).widgets;

describe("the dashboard", () => {
  it("shows numbers that the functions write, of its own stage alone", () => {
    const known = [...Object.keys(MEASURES), ...METRICS];
    for (const assembled of everyStage()) {
      const own = widgets(assembled)
        .flatMap(({ properties }) => properties.metrics ?? [])
        .filter(([namespace]) => namespace === METRICS_NAMESPACE);
      expect(own.length).toBeGreaterThan(15);
      for (const [, name, dimension, value] of own) {
        expect(known).toContain(name);
        expect([dimension, value]).toEqual(["service", `malipo-${assembled.stage}`]);
      }
    }
  });

  it("shows every measure that the functions take", () => {
    for (const assembled of everyStage()) {
      const page = pageOf(assembled);
      for (const name of Object.keys(MEASURES).filter((measure) => !measure.startsWith("Refund")))
        expect(page, name).toContain(name);
      expect(page).toContain("RefundsFailed");
    }
  });

  it("gives failures by their code, and how long the oldest has waited in every queue of work", () => {
    for (const assembled of everyStage()) {
      expect(pageOf(assembled)).toContain(String.raw`MetricName=\"PaymentsFailed\"`);
      const waiting = widgets(assembled).find(({ properties }) => properties.title?.includes("oldest"));
      const working = ofType(assembled, "AWS::SQS::Queue").filter(
        ({ Properties }) => Properties["RedrivePolicy"] !== undefined,
      );
      expect(waiting?.properties.metrics).toHaveLength(working.length);
    }
  });
});
