/**
 * An alarm, from the template: what it looks at, over how long, and what is bad. What must stay true: a setting that is not
 * judged here as CloudWatch judges it stops the start, so an alarm that never rings here never rings there either.
 */
import * as z from "zod";

import type { Deployment, Resource } from "../../template/deployment.ts";
import { MINUTE_MS, Statistic } from "./series.ts";
import type { MetricId } from "./metric.ts";

const COMPARE = {
  GreaterThanThreshold: { words: "above", holds: (value, threshold) => value > threshold },
  GreaterThanOrEqualToThreshold: { words: "at least", holds: (value, threshold) => value >= threshold },
  LessThanThreshold: { words: "below", holds: (value, threshold) => value < threshold },
  LessThanOrEqualToThreshold: { words: "at most", holds: (value, threshold) => value <= threshold },
} as const satisfies Readonly<
  Record<string, { readonly words: string; readonly holds: (value: number, threshold: number) => boolean }>
>;

const Comparison = z.enum([
  "GreaterThanThreshold",
  "GreaterThanOrEqualToThreshold",
  "LessThanThreshold",
  "LessThanOrEqualToThreshold",
]);

/** A period of whole minutes, a day at the most. */
const Period = z.int().min(60).max(86_400).multipleOf(60);
const DimensionList = z.array(z.strictObject({ Name: z.string(), Value: z.string() })).default([]);

const Stat = z.strictObject({
  Metric: z.strictObject({ Namespace: z.string(), MetricName: z.string(), Dimensions: DimensionList }),
  Period,
  Stat: Statistic,
});

/** One sum over several metrics is what is added up here; any other expression is refused. */
const Metrics = z.array(
  z.union([
    z.strictObject({ Id: z.string(), MetricStat: Stat, ReturnData: z.literal(false) }),
    z.strictObject({
      Id: z.string(),
      Expression: z.literal("SUM(METRICS())", "no other expression is judged here"),
      Label: z.string().optional(),
      Period: Period.optional(),
      ReturnData: z.literal(true).optional(),
    }),
  ]),
);

const Common = z.strictObject({
  AlarmName: z.string(),
  AlarmDescription: z.string().default(""),
  ComparisonOperator: Comparison,
  Threshold: z.number(),
  EvaluationPeriods: z.int().min(1),
  DatapointsToAlarm: z.int().min(1).optional(),
  TreatMissingData: z.enum(["breaching", "notBreaching", "ignore", "missing"]).default("missing"),
  ActionsEnabled: z.boolean().optional(),
  AlarmActions: z.array(z.string()).optional(),
  OKActions: z.array(z.string()).optional(),
  InsufficientDataActions: z.array(z.string()).optional(),
  Tags: z.unknown().optional(),
});
const OfOne = Common.extend({
  Namespace: z.string(),
  MetricName: z.string(),
  Dimensions: DimensionList,
  Period,
  Statistic,
});
const OfSeveral = Common.extend({ Metrics });

/** What CloudWatch makes of periods in which nothing was said. */
export type Missing = z.infer<typeof Common>["TreatMissingData"];

export type Alarm = {
  readonly name: string;
  readonly description: string;
  /** The values of one period: added up where there are several. */
  readonly watched: readonly { readonly id: MetricId; readonly statistic: Statistic }[];
  readonly periodMinutes: number;
  readonly periods: number;
  /** So many of the periods must be bad. */
  readonly badPeriods: number;
  readonly missing: Missing;
  readonly isBad: (value: number) => boolean;
  /** What is bad, in words: `above 0`. */
  readonly bad: string;
};

type Watching = Pick<Alarm, "watched"> & { readonly periodSeconds: number };

const idOf = (Namespace: string, MetricName: string, dimensions: z.infer<typeof DimensionList>): MetricId => ({
  namespace: Namespace,
  name: MetricName,
  dimensions: Object.fromEntries(dimensions.map(({ Name, Value }) => [Name, Value])),
});

const watchOne = (properties: z.infer<typeof OfOne>): Watching => {
  const { Namespace, MetricName, Dimensions, Period: periodSeconds, Statistic: statistic } = properties;
  return { periodSeconds, watched: [{ id: idOf(Namespace, MetricName, Dimensions), statistic }] };
};

const watchSeveral = (properties: z.infer<typeof OfSeveral>, refuse: (reason: string) => Error): Watching => {
  const added = properties.Metrics.flatMap((one) => ("MetricStat" in one ? [one.MetricStat] : []));
  const [periodSeconds, ...others] = [...new Set(added.map((stat) => stat.Period))];
  if (added.length === properties.Metrics.length || periodSeconds === undefined || others.length > 0)
    throw refuse("needs one SUM(METRICS()) over metrics of one period");
  return {
    periodSeconds,
    watched: added.map(({ Metric, Stat: statistic }) => ({
      id: idOf(Metric.Namespace, Metric.MetricName, Metric.Dimensions),
      statistic,
    })),
  };
};

/** Which of the two forms it has is looked at first, so that a refusal names the setting. */
const readProperties = (resource: Resource): z.infer<typeof OfOne> | z.infer<typeof OfSeveral> => {
  const { Metrics: several } = resource.properties(z.looseObject({ Metrics: z.unknown().optional() }));
  return several === undefined ? resource.properties(OfOne) : resource.properties(OfSeveral);
};

const readAlarm = (resource: Resource): Alarm => {
  const refuse = (reason: string): Error => new Error(`The alarm ${resource.logicalId} ${reason}.`);
  const properties = readProperties(resource);
  const { EvaluationPeriods: periods, TreatMissingData: missing, Threshold: threshold } = properties;
  if (periods > 1 && (missing === "missing" || missing === "ignore"))
    throw refuse(`looks at ${periods} periods and treats missing data as "${missing}", which is not judged here`);
  const { watched, periodSeconds } = "Metrics" in properties ? watchSeveral(properties, refuse) : watchOne(properties);
  const comparison = COMPARE[properties.ComparisonOperator];
  return {
    name: properties.AlarmName,
    description: properties.AlarmDescription,
    watched,
    periodMinutes: (periodSeconds * 1_000) / MINUTE_MS,
    periods,
    badPeriods: properties.DatapointsToAlarm ?? periods,
    missing,
    isBad: (value) => comparison.holds(value, threshold),
    bad: `${comparison.words} ${threshold}`,
  };
};

/** Every alarm of the template. Throws for one that can't be judged here. */
export const readAlarms = (deployment: Pick<Deployment, "ofType">): readonly Alarm[] =>
  deployment.ofType("AWS::CloudWatch::Alarm").map(readAlarm);
