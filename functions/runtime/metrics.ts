/**
 * Counters that alarms stand on, in CloudWatch's embedded metric format: a line of JSON in the log that CloudWatch turns
 * into a metric, without a call. Their names are data, because the stack builds its alarms from them. Written by hand: the
 * library for it would be a fortieth of start-payment's bundle for these few lines (docs/benchmarks.md).
 */
import type { Clock } from "../domain/clock.ts";

export const METRICS_NAMESPACE = "Malipo";
export const METRICS = [
  "BatchWaitsForFloat",
  "CallbackNotStored",
  "ExceptionOpened",
  "FloatLow",
  "LedgerRewritten",
  "PaymentOverdue",
  "PayoutOverdue",
  "PayoutsHalted",
  "PullFailed",
  "PullGap",
  "PullSaysNothing",
  "RefundOverdue",
  "UnclassifiedCode",
  "UnverifiedCallback",
  "WebhookEndpointDisabled",
] as const;
export type Metric = (typeof METRICS)[number];
export type Count = (metric: Metric) => void;

interface CountDeps {
  readonly clock: Clock;
  /** Value of the one dimension. */
  readonly service: () => string;
  readonly write: (line: string) => void;
}

/** Counts one and writes it at once, so that a function that is killed afterwards has still told. */
export const createCount =
  ({ clock, service, write }: CountDeps): Count =>
  (metric) => {
    const definition = {
      Namespace: METRICS_NAMESPACE,
      Dimensions: [["service"]],
      Metrics: [{ Name: metric, Unit: "Count" }],
    };
    const _aws = { Timestamp: clock.now(), CloudWatchMetrics: [definition] };
    write(JSON.stringify({ _aws, service: service(), [metric]: 1 }));
  };
