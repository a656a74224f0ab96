/** The dashboard's lines as numbers, step by step, up to the minute under way. */
import type { MetricStore, Stretch } from "./metric-store.ts";
import type { Graph, Line } from "./read-dashboard.ts";
import { isFound, labelOf } from "./search.ts";
import { MINUTE_MS } from "./series.ts";
import type { Statistic } from "./series.ts";

export type DrawnLine = {
  readonly label: string;
  readonly color: string | null;
  readonly axis: "left" | "right";
  /** Whether the steps' values add up to one of the whole span. */
  readonly adds: boolean;
  /** One for each step; null where nothing was said. */
  readonly values: readonly (number | null)[];
};

export type DrawnGraph = Pick<Graph, "title" | "stacked" | "unit"> & { readonly lines: readonly DrawnLine[] };

export type Drawn = {
  /** When each step begins, epoch milliseconds. */
  readonly steps: readonly number[];
  readonly graphs: readonly DrawnGraph[];
};

/** The last `minutes`, the one under way among them, in steps of `step` minutes that begin on their own multiples. */
export type Span = { readonly minute: number; readonly minutes: number; readonly step: number };

const stretchesOf = ({ minute, minutes, step }: Span): readonly Stretch[] => {
  const last = Math.floor(minute / step);
  const count = Math.ceil(minutes / step);
  return Array.from({ length: count }, (_unused, index) => {
    const from = (last - count + 1 + index) * step;
    return { from, to: from + step - 1 };
  });
};

const adds = (statistic: Statistic): boolean => statistic === "Sum" || statistic === "SampleCount";

const drawLine = (line: Line, store: MetricStore, stretches: readonly Stretch[]): readonly DrawnLine[] => {
  const { source, label, color, axis } = line;
  if (source.kind === "search") {
    const { search } = source;
    return store
      .withDimensions(search.namespace, search.dimensionNames)
      .filter((id) => isFound(search, id))
      .map((id) => {
        const values = stretches.map((stretch) => store.value(id, search.statistic, stretch));
        return {
          label: [label, labelOf(search, id)].join(" ").trim(),
          color,
          axis,
          adds: adds(search.statistic),
          values,
        };
      })
      .filter(({ values }) => values.some((value) => value !== null));
  }
  const values = stretches.map((stretch) => {
    if (source.kind === "metric") return store.value(source.id, source.statistic, stretch);
    const valueOf = (name: string): number | null => {
      const named = source.lines.get(name);
      return named === undefined ? null : store.value(named.id, named.statistic, stretch);
    };
    return source.formula({ valueOf, seconds: ((stretch.to - stretch.from + 1) * MINUTE_MS) / 1_000 });
  });
  return [{ label, color, axis, adds: source.kind === "metric" && adds(source.statistic), values }];
};

export const draw = (graphs: readonly Graph[], store: MetricStore, span: Span): Drawn => {
  const stretches = stretchesOf(span);
  return {
    steps: stretches.map(({ from }) => from * MINUTE_MS),
    graphs: graphs.map(({ title, stacked, unit, lines }) => ({
      title,
      stacked,
      unit,
      lines: lines.flatMap((line) => drawLine(line, store, stretches)),
    })),
  };
};
