/**
 * The template's dashboard as graphs with lines. What must stay true: what can't be drawn here stops the start, so the page
 * of the sandbox shows everything that the dashboard in CloudWatch shows.
 */
import * as z from "zod";

import type { Deployment } from "../../template/deployment.ts";
import { isRecord } from "../../template/json.ts";
import { readFormula } from "./formula.ts";
import type { Formula } from "./formula.ts";
import type { MetricId } from "./metric.ts";
import { readSearch } from "./search.ts";
import type { Search } from "./search.ts";
import { Statistic } from "./series.ts";

export type Watched = { readonly id: MetricId; readonly statistic: Statistic };

export type Line = {
  readonly label: string;
  /** As the template gives it; null leaves it to whoever draws. */
  readonly color: string | null;
  readonly axis: "left" | "right";
  readonly source:
    | ({ readonly kind: "metric" } & Watched)
    | { readonly kind: "formula"; readonly formula: Formula; readonly lines: ReadonlyMap<string, Watched> }
    | { readonly kind: "search"; readonly search: Search };
};

export type Graph = {
  readonly title: string;
  readonly stacked: boolean;
  /** What the left axis counts; empty where the dashboard does not say. */
  readonly unit: string;
  readonly lines: readonly Line[];
};

const Options = z.looseObject({
  stat: Statistic.default("Average"),
  label: z.string().optional(),
  color: z.string().optional(),
  id: z.string().optional(),
  visible: z.boolean().default(true),
  yAxis: z.enum(["left", "right"]).default("left"),
  expression: z.string().optional(),
});
type Options = z.infer<typeof Options>;

const Row = z
  .array(z.union([z.string(), z.record(z.string(), z.unknown())]))
  .transform((row): { names: readonly string[]; options: Options } => {
    const last = row.at(-1);
    const names = row.filter((part) => typeof part === "string");
    return { names, options: Options.parse(isRecord(last) ? last : {}) };
  });
type Row = z.infer<typeof Row>;

const Widget = z.discriminatedUnion("type", [
  z.looseObject({ type: z.literal("text") }),
  z.looseObject({
    type: z.literal("metric"),
    properties: z.looseObject({
      view: z.literal("timeSeries").default("timeSeries"),
      title: z.string(),
      stacked: z.boolean().default(false),
      metrics: z.array(Row),
      yAxis: z.looseObject({ left: z.looseObject({ label: z.string().default("") }).optional() }).optional(),
    }),
  }),
]);
const Body = z.looseObject({ widgets: z.array(Widget) });

const watchedOf = ({ names, options }: Row): Watched => {
  const [namespace = "", name = "", ...pairs] = names;
  const dimensions = Object.fromEntries(
    Array.from({ length: pairs.length / 2 }, (_unused, index) => [pairs[2 * index] ?? "", pairs[2 * index + 1] ?? ""]),
  );
  return { id: { namespace, name, dimensions }, statistic: options.stat };
};

const sourceOf = (row: Row, named: ReadonlyMap<string, Watched>): Line["source"] => {
  const { expression } = row.options;
  if (expression === undefined) return { kind: "metric", ...watchedOf(row) };
  const search = readSearch(expression);
  if (search !== null) return { kind: "search", search };
  return { kind: "formula", formula: readFormula(expression), lines: named };
};

const linesOf = (rows: readonly Row[]): readonly Line[] => {
  const named = new Map(
    rows.flatMap((row) =>
      row.options.id === undefined || row.options.expression ? [] : [[row.options.id, watchedOf(row)]],
    ),
  );
  return rows
    .filter(({ options }) => options.visible)
    .map((row) => ({
      label: row.options.label ?? row.names[1] ?? "",
      color: row.options.color ?? null,
      axis: row.options.yAxis,
      source: sourceOf(row, named),
    }));
};

/** The graphs of every dashboard, in the template's order. */
export const readDashboards = (deployment: Pick<Deployment, "ofType">): readonly Graph[] =>
  deployment.ofType("AWS::CloudWatch::Dashboard").flatMap((resource) => {
    const { DashboardBody } = resource.properties(z.object({ DashboardBody: z.string() }));
    const { widgets } = Body.parse(JSON.parse(DashboardBody));
    return widgets.flatMap((widget) => {
      if (widget.type === "text") return [];
      const { title, stacked, metrics, yAxis } = widget.properties;
      return [{ title, stacked, unit: yAxis?.left?.label ?? "", lines: linesOf(metrics) }];
    });
  });
