/** The dashboard as the sandbox draws it: what a line of it says in each step. */
import { describe, expect, it } from "vitest";
import type * as z from "zod";
import { draw } from "../../../../sandbox/aws/metrics/draw.ts";
import { readFormula } from "../../../../sandbox/aws/metrics/formula.ts";
import { createMetricStore } from "../../../../sandbox/aws/metrics/metric-store.ts";
import { readDashboards } from "../../../../sandbox/aws/metrics/read-dashboard.ts";
import { createSeries, MINUTE_MS, minuteOf } from "../../../../sandbox/aws/metrics/series.ts";
import type { Resource } from "../../../../sandbox/template/deployment.ts";

const NOW = Date.UTC(2026, 10, 22, 6, 10, 30);

const templateWith = (metrics: unknown[], more: object = {}) => {
  const properties = { view: "timeSeries", title: "T", metrics, ...more };
  const DashboardBody = JSON.stringify({
    widgets: [
      { type: "text", properties: { markdown: "# T" } },
      { type: "metric", properties },
    ],
  });
  return {
    ofType: (type: string): readonly Resource[] =>
      type === "AWS::CloudWatch::Dashboard"
        ? [
            {
              ...{ stack: "S", logicalId: "D", type, ref: "d" },
              attribute: () => "",
              learn: () => undefined,
              properties: <T>(schema: z.ZodType<T>): T => schema.parse({ DashboardBody }),
            },
          ]
        : [],
  };
};

const stored = (
  data: readonly [name: string, dimensions: Record<string, string>, value: number, minutesAgo: number][],
) => {
  const store = createMetricStore();
  for (const [name, dimensions, value, minutesAgo] of data)
    store.put({ namespace: "Shop", name, dimensions, value, at: NOW - minutesAgo * MINUTE_MS });
  return store;
};
const SPAN = { minute: minuteOf(NOW), minutes: 3, step: 1 };
const FRONT = { door: "front" };

describe("a graph", () => {
  it("has the statistic of each step, and nothing where nothing was said", () => {
    const store = stored([
      ["Sales", FRONT, 2, 0],
      ["Sales", FRONT, 3, 0],
      ["Sales", FRONT, 7, 2],
      ["Sales", { door: "back" }, 100, 0],
    ]);
    const row = ["Shop", "Sales", "door", "front", { stat: "Sum", label: "sold", color: "#123456" }];
    const [graph] = draw(readDashboards(templateWith([row], { stacked: true })), store, SPAN).graphs;
    expect(graph).toMatchObject({ title: "T", stacked: true });
    expect(graph?.lines).toEqual([{ label: "sold", color: "#123456", axis: "left", adds: true, values: [7, null, 5] }]);
  });

  it("computes with lines that it does not show", () => {
    const store = stored([
      ["Good", FRONT, 3, 0],
      ["Bad", FRONT, 1, 0],
    ]);
    const hidden = (name: string, id: string) => ["Shop", name, "door", "front", { stat: "Sum", visible: false, id }];
    const share = [{ expression: "100 * good / (good + bad)", label: "share", yAxis: "right" }];
    const graphs = readDashboards(templateWith([share, hidden("Good", "good"), hidden("Bad", "bad")]));
    expect(draw(graphs, store, SPAN).graphs[0]?.lines).toEqual([
      { label: "share", color: null, axis: "right", adds: false, values: [null, null, 75] },
    ]);
  });

  it("finds a line for each value of a dimension, and none of another shape", () => {
    const store = stored([
      ["Failed", { door: "front", code: "wrong_pin" }, 2, 1],
      ["Failed", { door: "front", code: "cancelled" }, 1, 0],
      ["Failed", { door: "back", code: "cancelled" }, 5, 0],
      ["Failed", FRONT, 3, 0],
    ]);
    const search = [
      { expression: `SEARCH('{Shop,door,code} door="front" MetricName="Failed"', 'Sum', 300)`, label: "" },
    ];
    const { lines } = draw(readDashboards(templateWith([search])), store, SPAN).graphs[0]!;
    expect(lines.map(({ label, values }) => [label, values])).toEqual([
      ["wrong_pin", [null, 2, null]],
      ["cancelled", [null, null, 1]],
    ]);
  });

  it("that can't be drawn here stops the start", () => {
    const graph = (expression: string) => () => readDashboards(templateWith([[{ expression, label: "" }]]));
    expect(graph("ANOMALY_DETECTION_BAND(m1)")).toThrow(/knows no function ANOMALY_DETECTION_BAND/);
    expect(graph("SEARCH('{Shop,door} door=front', 'Sum', 300)")).toThrow(/whole values in quotes/);
    expect(graph("good ^ 2")).toThrow(/does not compute/);
  });
});

describe("a formula", () => {
  const value = (text: string, values: Record<string, number | null> = {}) =>
    readFormula(text)({ valueOf: (name) => values[name] ?? null, seconds: 60 });

  it.each([
    ["1 + 2 * 3", 7],
    ["(1 + 2) * 3", 9],
    ["8 / 4 / 2", 1],
    ["10 - 3 - 2", 5],
    ["100 * used / (2 * PERIOD(used))", 50],
  ])("%s is %d", (text, result) => {
    expect(value(text, { used: 60 })).toBe(result);
  });

  it("has no result without a value, or by nought", () => {
    expect([value("1 + gone"), value("1 / 0")]).toEqual([null, null]);
  });

  it.each(["", "1 +", "(1", "1 2", "PERIOD()", "sum(a)"])("refuses %j", (text) => {
    expect(() => readFormula(text)).toThrow();
  });
});

describe("the values of a metric", () => {
  it("are forgotten after a day, however many come", () => {
    const series = createSeries();
    for (let minute = 0; minute < 3 * 1_440; minute += 1) series.add(1, NOW + minute * MINUTE_MS);
    const last = minuteOf(NOW) + 3 * 1_440;
    expect(series.between(0, last, "Sum")).toBe(1_441);
  });

  it("give percentiles within five in a hundred, and never outside of what was said", () => {
    const series = createSeries();
    for (let value = 1; value <= 1_000; value += 1) series.add(value, NOW);
    const at = minuteOf(NOW);
    const percentile = (statistic: "p0" | "p50" | "p95" | "p100") => series.between(at, at, statistic)!;
    expect(Math.abs(percentile("p50") - 500)).toBeLessThan(25);
    expect(Math.abs(percentile("p95") - 950)).toBeLessThan(48);
    expect([percentile("p0"), percentile("p100")]).toEqual([1, 1_000]);
    expect(series.between(at, at, "Average")).toBe(500.5);
  });
});
