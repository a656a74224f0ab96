/** What a metric is called, and one value of it, as CloudWatch has them: a namespace, a name, and dimensions in any order. */

export type Dimensions = Readonly<Record<string, string>>;

export type MetricId = {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Dimensions;
};

export type Datum = MetricId & {
  readonly value: number;
  /** Epoch milliseconds. */
  readonly at: number;
};

/** The same for two ids of one metric, whatever the order of their dimensions. */
export const keyOf = ({ namespace, name, dimensions }: MetricId): string =>
  JSON.stringify([namespace, name, ...Object.entries(dimensions).sort(([a], [b]) => (a < b ? -1 : 1))]);
