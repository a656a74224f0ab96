/**
 * The stage on one page of CloudWatch, from what customers see down to what runs underneath, in the order in which one asks
 * at night: do people pay, why not, how long does it take, what waits, who knocks. It shows and decides nothing; what has
 * to wake somebody is an alarm.
 */
import { Duration, Stack } from "aws-cdk-lib";
import { Color, Dashboard, GraphWidget, MathExpression, Metric, Stats, TextWidget } from "aws-cdk-lib/aws-cloudwatch";
import type { IMetric, IWidget } from "aws-cdk-lib/aws-cloudwatch";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { METRICS_NAMESPACE } from "../../functions/runtime/metrics.ts";
import type { MeasureName, Metric as CounterName } from "../../functions/runtime/metrics.ts";
import type { Stage } from "../stage.ts";
import { serviceName } from "./gateway-function.ts";

const PERIOD = Duration.minutes(5);
/** A dashboard is 24 columns wide. */
const THIRD = { width: 8, height: 6 } as const;

export interface StageDashboardProps {
  readonly stage: Stage;
  /** By the name that the work in it goes by. */
  readonly queues: Readonly<Record<string, IQueue>>;
  /** Requests that the firewall in front of the callbacks refused. */
  readonly blocked: Metric;
}

/** The counters that say that somebody has to look. */
const WORRIES: readonly CounterName[] = [
  "ExceptionOpened",
  "PaymentOverdue",
  "PayoutOverdue",
  "RefundOverdue",
  "UnclassifiedCode",
  "UnverifiedCallback",
  "CallbackNotStored",
  "PayoutsHalted",
  "BatchWaitsForFloat",
  "FloatLow",
];

export class StageDashboard extends Construct {
  readonly #service: string;

  constructor(scope: Construct, id: string, props: StageDashboardProps) {
    super(scope, id);
    this.#service = serviceName(props.stage);
    new Dashboard(this, "Dashboard", {
      dashboardName: this.#service,
      defaultInterval: Duration.hours(12),
      widgets: [this.#heading(props), this.#payments(), this.#times(), this.#moneyOut(props), this.#underneath(props)],
    });
  }

  #own(
    metricName: MeasureName | CounterName,
    options: { statistic?: string; label?: string; color?: string } = {},
  ): Metric {
    return new Metric({
      namespace: METRICS_NAMESPACE,
      metricName,
      dimensionsMap: { service: this.#service },
      statistic: options.statistic ?? Stats.SUM,
      period: PERIOD,
      ...(options.label === undefined ? {} : { label: options.label }),
      ...(options.color === undefined ? {} : { color: options.color }),
    });
  }

  /** The share of what ended that ended well, in per cent; nothing where nothing ended. */
  #share(succeeded: MeasureName, failed: MeasureName): IMetric {
    return new MathExpression({
      expression: "100 * good / (good + bad)",
      label: "succeeded, per cent",
      usingMetrics: { good: this.#own(succeeded), bad: this.#own(failed) },
      period: PERIOD,
    });
  }

  #whyFailed(name: MeasureName): IMetric {
    return new MathExpression({
      expression: `SEARCH('{${METRICS_NAMESPACE},service,code} service="${this.#service}" MetricName="${name}"', 'Sum', ${PERIOD.toSeconds()})`,
      label: "",
      usingMetrics: {},
      period: PERIOD,
    });
  }

  #graph(
    title: string,
    left: readonly IMetric[],
    more: { stacked?: boolean; right?: readonly IMetric[]; unit?: string } = {},
  ) {
    return new GraphWidget({
      ...THIRD,
      title,
      left: [...left],
      right: [...(more.right ?? [])],
      stacked: more.stacked ?? false,
      leftYAxis: { min: 0, ...(more.unit === undefined ? {} : { label: more.unit, showUnits: false }) },
      rightYAxis: { min: 0, max: 100 },
    });
  }

  #quantiles(name: MeasureName): IMetric[] {
    return [
      this.#own(name, { statistic: Stats.percentile(50), label: "half are faster than" }),
      this.#own(name, { statistic: Stats.percentile(95), label: "95 of 100 are faster than" }),
    ];
  }

  #heading({ stage }: StageDashboardProps): IWidget[] {
    return [
      new TextWidget({
        width: 24,
        height: 2,
        markdown: `# Malipo ${stage.name}\nFrom customers at the top to what runs underneath. Alarms say who is hurt; \`docs/runbook.md\` says what to do.`,
      }),
    ];
  }

  #payments(): IWidget[] {
    return [
      this.#graph(
        "Payments that ended",
        [
          this.#own("PaymentsSucceeded", { label: "succeeded", color: Color.GREEN }),
          this.#own("PaymentsFailed", { label: "failed", color: Color.RED }),
        ],
        { stacked: true, right: [this.#share("PaymentsSucceeded", "PaymentsFailed")] },
      ),
      this.#graph("Why payments failed", [this.#whyFailed("PaymentsFailed")], { stacked: true }),
      this.#graph(
        "What somebody has to look at",
        WORRIES.map((name) => this.#own(name)),
        { stacked: true },
      ),
    ];
  }

  #times(): IWidget[] {
    return [
      this.#graph("From the order to its end", this.#quantiles("PaymentTime"), { unit: "ms" }),
      this.#graph("From M-PESA's time to our knowing", this.#quantiles("PaymentLag"), { unit: "ms" }),
      this.#graph("From the payout to its end", this.#quantiles("PayoutTime"), { unit: "ms" }),
    ];
  }

  #moneyOut({ queues }: StageDashboardProps): IWidget[] {
    return [
      this.#graph(
        "Payouts that ended",
        [
          this.#own("PayoutsSucceeded", { label: "succeeded", color: Color.GREEN }),
          this.#own("PayoutsFailed", { label: "failed", color: Color.RED }),
        ],
        { stacked: true, right: [this.#share("PayoutsSucceeded", "PayoutsFailed")] },
      ),
      this.#graph(
        "Why payouts and refunds failed",
        [this.#whyFailed("PayoutsFailed"), this.#whyFailed("RefundsFailed")],
        {
          stacked: true,
        },
      ),
      this.#graph(
        "How long the oldest has waited",
        Object.entries(queues).map(([label, queue]) =>
          queue.metricApproximateAgeOfOldestMessage({ label, period: PERIOD, statistic: Stats.MAXIMUM }),
        ),
        { unit: "s" },
      ),
    ];
  }

  #underneath({ stage, blocked }: StageDashboardProps): IWidget[] {
    const doors = ["storefronts", "callbacks"].map((door) => `malipo-${stage.name}-${door}`);
    const ofDoor = (metricName: string, statistic: string, ApiName: string): Metric =>
      new Metric({
        namespace: "AWS/ApiGateway",
        metricName,
        dimensionsMap: { ApiName },
        statistic,
        label: `${ApiName} ${metricName}`,
        period: PERIOD,
      });
    const errors = `SEARCH('{AWS/Lambda,FunctionName} FunctionName="${Stack.of(this).stackName}" MetricName="Errors"', 'Sum', ${PERIOD.toSeconds()})`;
    return [
      this.#graph("Who knocks", [
        ...doors.map((door) => ofDoor("Count", Stats.SUM, door)),
        ...doors.flatMap((door) => ["4XXError", "5XXError"].map((name) => ofDoor(name, Stats.SUM, door))),
        blocked.with({ period: PERIOD, label: "callbacks refused by the firewall" }),
      ]),
      this.#graph(
        "How long they wait",
        doors.map((door) => ofDoor("Latency", Stats.percentile(95), door)),
        { unit: "ms" },
      ),
      this.#graph("Functions that fail", [
        new MathExpression({ expression: errors, label: "", usingMetrics: {}, period: PERIOD }),
      ]),
    ];
  }
}
