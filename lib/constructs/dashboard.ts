/**
 * The stage on one page of CloudWatch, from what customers see down to what runs underneath, in the order in which one asks
 * at night: do people pay, why not, how long does it take, what does nobody know, what waits, who knocks. It shows and
 * decides nothing; what has to wake somebody is an alarm. The sandbox draws the same page at `/metrics`.
 */
import { Duration } from "aws-cdk-lib";
import { Color, Dashboard, GraphWidget, Metric, Stats, TextWidget } from "aws-cdk-lib/aws-cloudwatch";
import type { IMetric, IWidget } from "aws-cdk-lib/aws-cloudwatch";
import type { IQueue } from "aws-cdk-lib/aws-sqs";
import { Construct } from "constructs";
import { LANES } from "../../functions/daraja/pacing.ts";
import type { Metric as CounterName } from "../../functions/runtime/metrics.ts";
import type { Stage } from "../stage.ts";
import { COUNTERS } from "./counters.ts";
import { DashboardLines, PERIOD } from "./dashboard-lines.ts";
import { serviceName } from "./gateway-function.ts";
import type { GatewayFunctions } from "./gateway-functions.ts";

/** A dashboard is 24 columns wide. */
const THIRD = { width: 8, height: 6 } as const;

export interface StageDashboardProps {
  readonly stage: Stage;
  /** By the name that the work in it goes by. */
  readonly queues: Readonly<Record<string, IQueue>>;
  readonly functions: GatewayFunctions;
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

const graph = (
  title: string,
  left: readonly IMetric[],
  more: { stacked?: boolean; right?: readonly IMetric[]; unit?: string } = {},
): GraphWidget =>
  new GraphWidget({
    ...THIRD,
    title,
    left: [...left],
    right: [...(more.right ?? [])],
    stacked: more.stacked ?? false,
    leftYAxis: { min: 0, ...(more.unit === undefined ? {} : { label: more.unit, showUnits: false }) },
    rightYAxis: { min: 0, max: 100 },
  });

export class StageDashboard extends Construct {
  readonly #lines: DashboardLines;

  constructor(scope: Construct, id: string, props: StageDashboardProps) {
    super(scope, id);
    const service = serviceName(props.stage);
    this.#lines = new DashboardLines(service);
    new Dashboard(this, "Dashboard", {
      dashboardName: service,
      defaultInterval: Duration.hours(12),
      widgets: [
        this.#heading(props),
        this.#payments(),
        this.#times(),
        this.#unsettled(),
        this.#moneyOut(props),
        this.#traffic(props),
        this.#underneath(props),
      ],
    });
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
      graph(
        "Payments that ended",
        [
          this.#lines.own("PaymentsSucceeded", { label: "succeeded", color: Color.GREEN }),
          this.#lines.own("PaymentsFailed", { label: "failed", color: Color.RED }),
        ],
        { stacked: true, right: [this.#lines.share("PaymentsSucceeded", "PaymentsFailed")] },
      ),
      graph("Why payments failed", [this.#lines.whyFailed("PaymentsFailed")], { stacked: true }),
      graph(
        "What somebody has to look at",
        WORRIES.map((name) => this.#lines.own(name, { label: COUNTERS[name].name })),
        { stacked: true },
      ),
    ];
  }

  #times(): IWidget[] {
    return [
      graph("From the order to its end", this.#lines.quantiles("PaymentTime"), { unit: "ms" }),
      graph("From M-PESA's time to our knowing", this.#lines.quantiles("PaymentLag"), { unit: "ms" }),
      graph("From the payout to its end", this.#lines.quantiles("PayoutTime"), { unit: "ms" }),
    ];
  }

  #unsettled(): IWidget[] {
    return [
      graph(
        "How long the silent ones have been silent",
        [
          this.#lines.own("PaymentUnknownAge", { statistic: Stats.MAXIMUM, label: "oldest payment" }),
          this.#lines.own("PaymentUnknownAge", { statistic: Stats.percentile(50), label: "half of the payments" }),
          this.#lines.own("PayoutUnknownAge", { statistic: Stats.MAXIMUM, label: "oldest payout" }),
        ],
        { unit: "ms" },
      ),
      graph(
        "Asked or sent in vain",
        [
          this.#lines.own("PaymentUnknownAge", { statistic: Stats.SAMPLE_COUNT, label: "payments asked about" }),
          this.#lines.own("PayoutUnknownAge", { statistic: Stats.SAMPLE_COUNT, label: "payouts asked about" }),
          this.#lines.own("WebhooksPutBack", { label: "webhooks" }),
        ],
        { stacked: true },
      ),
      graph("Exceptions that wait, by age", [this.#lines.each("OpenExceptions", "age", Stats.MAXIMUM)], {
        stacked: true,
      }),
    ];
  }

  #moneyOut({ queues }: StageDashboardProps): IWidget[] {
    return [
      graph(
        "Payouts that ended",
        [
          this.#lines.own("PayoutsSucceeded", { label: "succeeded", color: Color.GREEN }),
          this.#lines.own("PayoutsFailed", { label: "failed", color: Color.RED }),
        ],
        { stacked: true, right: [this.#lines.share("PayoutsSucceeded", "PayoutsFailed")] },
      ),
      graph(
        "Why payouts and refunds failed",
        [this.#lines.whyFailed("PayoutsFailed"), this.#lines.whyFailed("RefundsFailed")],
        {
          stacked: true,
        },
      ),
      graph(
        "How long the oldest has waited",
        Object.entries(queues).map(([label, queue]) =>
          queue.metricApproximateAgeOfOldestMessage({ label, period: PERIOD, statistic: Stats.MAXIMUM }),
        ),
        { unit: "s" },
      ),
    ];
  }

  #traffic({ stage }: StageDashboardProps): IWidget[] {
    return [
      graph("Float", [this.#lines.own("Float", { statistic: Stats.MINIMUM, label: "utility account" })], {
        unit: "KES",
      }),
      graph(
        "How full the lanes to Daraja are",
        LANES.map((lane) => this.#lines.used(lane, stage)),
        { unit: "%" },
      ),
      graph("From the event to the webhook's delivery", this.#lines.quantiles("WebhookTime"), { unit: "ms" }),
    ];
  }

  #underneath({ stage, blocked, functions }: StageDashboardProps): IWidget[] {
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
    return [
      graph("Who knocks", [
        ...doors.map((door) => ofDoor("Count", Stats.SUM, door)),
        ...doors.flatMap((door) => ["4XXError", "5XXError"].map((name) => ofDoor(name, Stats.SUM, door))),
        blocked.with({ period: PERIOD, label: "callbacks refused by the firewall" }),
      ]),
      graph(
        "How long they wait",
        doors.map((door) => ofDoor("Latency", Stats.percentile(95), door)),
        { unit: "ms" },
      ),
      graph(
        "Functions that fail",
        Object.entries(functions).map(([label, { lambda }]) =>
          lambda.metricErrors({ label, period: PERIOD, statistic: Stats.SUM }),
        ),
        { stacked: true },
      ),
    ];
  }
}
