/**
 * Counters that alarms stand on, written as CloudWatch's embedded metric format: a log line, no call. Their names are
 * data because the stack builds its alarms from them.
 */
import { Metrics, MetricUnit } from "@aws-lambda-powertools/metrics";

export const METRICS_NAMESPACE = "Malipo";
export const METRICS = [
  "CallbackNotStored",
  "ExceptionOpened",
  "PaymentOverdue",
  "UnclassifiedCode",
  "UnverifiedCallback",
] as const;
export type Metric = (typeof METRICS)[number];
export type Count = (metric: Metric) => void;

let metrics: Metrics | undefined;

/** Counts one, and writes it at once, so that a function that is killed afterwards has still told. */
export const count: Count = (metric) => {
  metrics ??= new Metrics({ namespace: METRICS_NAMESPACE });
  metrics.addMetric(metric, MetricUnit.Count, 1);
  metrics.publishStoredMetrics();
};
