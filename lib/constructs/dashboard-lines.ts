/**
 * The lines of a stage's dashboard: metrics of the stage's own service, and what is computed of them. All have one period,
 * so that lines of one graph can be compared.
 */
import { Duration } from "aws-cdk-lib";
import { MathExpression, Metric, Stats } from "aws-cdk-lib/aws-cloudwatch";
import type { IMetric } from "aws-cdk-lib/aws-cloudwatch";
import type { Lane } from "../../functions/daraja/pacing.ts";
import { METRICS_NAMESPACE } from "../../functions/runtime/metrics.ts";
import type { MeasureName, Metric as CounterName } from "../../functions/runtime/metrics.ts";
import type { Stage } from "../stage.ts";

export const PERIOD = Duration.minutes(5);

const SLOTS = { stk: "StkSlots", query: "QuerySlots", bulk: "BulkSlots" } as const satisfies Record<Lane, MeasureName>;

export class DashboardLines {
  readonly #service: string;

  constructor(service: string) {
    this.#service = service;
  }

  /** What the functions count or measure, in all. */
  own(
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
  share(succeeded: MeasureName, failed: MeasureName): IMetric {
    return new MathExpression({
      expression: "100 * good / (good + bad)",
      label: "succeeded, per cent",
      usingMetrics: { good: this.own(succeeded), bad: this.own(failed) },
      period: PERIOD,
    });
  }

  /** One line for each value of the dimension that there is. */
  each(name: MeasureName, dimension: "code" | "age", statistic: string): IMetric {
    return new MathExpression({
      expression: `SEARCH('{${METRICS_NAMESPACE},service,${dimension}} service="${this.#service}" MetricName="${name}"', '${statistic}', ${PERIOD.toSeconds()})`,
      label: "",
      usingMetrics: {},
      period: PERIOD,
    });
  }

  /** Failures by their code. */
  whyFailed(name: MeasureName): IMetric {
    return this.each(name, "code", Stats.SUM);
  }

  /** How much of what Safaricom grants is used, in per cent. */
  used(lane: Lane, { lanes }: Stage): IMetric {
    return new MathExpression({
      expression: `100 * ${lane} / (${lanes[lane]} * PERIOD(${lane}))`,
      label: lane,
      usingMetrics: { [lane]: this.own(SLOTS[lane]) },
      period: PERIOD,
    });
  }

  /** How long half of them took at the most, and 95 of 100. */
  quantiles(name: MeasureName): IMetric[] {
    return [
      this.own(name, { statistic: Stats.percentile(50), label: "half are faster than" }),
      this.own(name, { statistic: Stats.percentile(95), label: "95 of 100 are faster than" }),
    ];
  }
}
