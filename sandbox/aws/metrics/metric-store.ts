/** Every metric that anything here has told of, with its values. Bounded in how many there are. */
import type { Dimensions, Datum, MetricId } from "./metric.ts";
import { keyOf } from "./metric.ts";
import { createSeries } from "./series.ts";
import type { Series, Statistic } from "./series.ts";

/** More than the stage has by far; what comes after that is a dimension that grows with what people do. */
const MOST_METRICS = 3_000;

/** Minutes counted from the epoch, both among them. */
export type Stretch = { readonly from: number; readonly to: number };

export type MetricStore = {
  /** False when there are too many metrics already. */
  put(datum: Datum): boolean;
  value(id: MetricId, statistic: Statistic, stretch: Stretch): number | null;
  /** Metrics of a namespace with exactly these names of dimensions. */
  withDimensions(namespace: string, dimensionNames: readonly string[]): readonly MetricId[];
};

const sameNames = (dimensions: Dimensions, names: readonly string[]): boolean =>
  Object.keys(dimensions).length === names.length && names.every((name) => Object.hasOwn(dimensions, name));

export const createMetricStore = (): MetricStore => {
  const all = new Map<string, { readonly id: MetricId; readonly series: Series }>();
  return {
    put({ value, at, namespace, name, dimensions }) {
      const id = { namespace, name, dimensions };
      const key = keyOf(id);
      const known = all.get(key);
      if (known === undefined && all.size >= MOST_METRICS) return false;
      const kept = known ?? { id, series: createSeries() };
      kept.series.add(value, at);
      all.set(key, kept);
      return true;
    },
    value: (id, statistic, { from, to }) => all.get(keyOf(id))?.series.between(from, to, statistic) ?? null,
    withDimensions: (namespace, names) =>
      [...all.values()]
        .map(({ id }) => id)
        .filter((id) => id.namespace === namespace && sameNames(id.dimensions, names)),
  };
};
