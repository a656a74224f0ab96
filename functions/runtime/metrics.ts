/**
 * Counters that alarms stand on, and measures that people watch, in CloudWatch's embedded metric format: a line of JSON in
 * the log that CloudWatch turns into metrics, without a call. Their names are data, because the stack builds its alarms
 * and its dashboard from them. Written by hand: the
 * library for it would be a fortieth of start-payment's bundle for these few lines (docs/benchmarks.md).
 */
import type { Clock } from "../domain/clock.ts";
import type { AgeBucket } from "../domain/exception-states.ts";

export const METRICS_NAMESPACE = "Malipo";
export const METRICS = [
  "BatchWaitsForFloat",
  "CallbackNotStored",
  "ExceptionOpened",
  "FloatLow",
  "LedgerRewritten",
  "OperatorPasswordAgeing",
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

/** What a payments team watches, and in what it is measured. */
export const MEASURES = {
  PaymentsSucceeded: "Count",
  PaymentsFailed: "Count",
  PayoutsSucceeded: "Count",
  PayoutsFailed: "Count",
  RefundsSucceeded: "Count",
  RefundsFailed: "Count",
  /** From the first write to the one that ended it. */
  PaymentTime: "Milliseconds",
  PayoutTime: "Milliseconds",
  RefundTime: "Milliseconds",
  /** From M-PESA's own time of a payment to our knowing of it. M-PESA's times are whole seconds. */
  PaymentLag: "Milliseconds",
  /** How old a silent payment or payout is that was asked about, and nobody could tell. */
  PaymentUnknownAge: "Milliseconds",
  PayoutUnknownAge: "Milliseconds",
  /** Exceptions that wait for somebody, by their age. */
  OpenExceptions: "Count",
  /** Calls to Daraja that were granted a slot, by lane. */
  QuerySlots: "Count",
  BulkSlots: "Count",
  StkSlots: "Count",
  /** What the utility account has, in whole shillings. */
  Float: "None",
  /** From the event to the attempt that delivered it. */
  WebhookTime: "Milliseconds",
  /** Webhooks that came due once more: an earlier attempt failed, or had to wait. */
  WebhooksPutBack: "Count",
} as const satisfies Readonly<Record<string, "Count" | "Milliseconds" | "None">>;
export type MeasureName = keyof typeof MEASURES;

/** The format's own limit to what one line may say of one metric. */
export const MOST_VALUES = 100;

/** Measures of one happening, or of up to `MOST_VALUES` of one kind. */
export interface Measured {
  readonly values: Readonly<Partial<Record<MeasureName, number | readonly number[]>>>;
  /** Why it failed: a second view of the same values. */
  readonly code: string | null;
  /** The age group that is measured: then there is no view of all together, which would add up what was told twice. */
  readonly age?: AgeBucket;
  /** When it happened, epoch milliseconds. */
  readonly at: number;
}
export type Measure = (measured: Measured) => void;

const isMeasure = (name: string): name is MeasureName => Object.hasOwn(MEASURES, name);

type EmbeddedDeps = Pick<CountDeps, "service" | "write">;

/** Writes measures down, in all and by their code. */
export const createMeasure =
  ({ service, write }: EmbeddedDeps): Measure =>
  ({ values, code, age, at }) => {
    const second = { ...(code === null ? {} : { code }), ...(age === undefined ? {} : { age }) };
    const views = Object.keys(second).map((name) => ["service", name]);
    const definition = {
      Namespace: METRICS_NAMESPACE,
      Dimensions: age === undefined ? [["service"], ...views] : views,
      Metrics: Object.keys(values)
        .filter(isMeasure)
        .map((name) => ({ Name: name, Unit: MEASURES[name] })),
    };
    const _aws = { Timestamp: at, CloudWatchMetrics: [definition] };
    write(JSON.stringify({ _aws, service: service(), ...second, ...values }));
  };

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
