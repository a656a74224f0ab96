/**
 * The values of one metric, by the minute. What must stay true: it stays small however long the sandbox runs and however
 * much is put in: minutes are forgotten after a day, and of a minute only its distribution is kept.
 */
import * as z from "zod";

export const MINUTE_MS = 60_000;

/** One more than the longest period that an alarm may have. */
const MOST_MINUTES = 24 * 60 + 1;

/** Percentiles are as exact as this step between two of the kept values; CloudWatch keeps distributions likewise. */
const STEP = Math.log(1.05);

/** As templates spell it: `Sum`, `p95`. */
export const Statistic = z.union([
  z.enum(["Sum", "Average", "Minimum", "Maximum", "SampleCount"]),
  z.templateLiteral(["p", z.number().min(0).max(100)]),
]);
export type Statistic = z.infer<typeof Statistic>;

/** What is known of some stretch of time. */
type Summary = {
  sum: number;
  count: number;
  minimum: number;
  maximum: number;
  /** How many values there are on each step; those that are not positive are on none. */
  readonly steps: Map<number, number>;
};

const emptySummary = (): Summary => ({ sum: 0, count: 0, minimum: Infinity, maximum: -Infinity, steps: new Map() });

const stepOf = (value: number): number => (value > 0 ? Math.round(Math.log(value) / STEP) : -Infinity);

const addValue = (to: Summary, value: number): void => {
  to.sum += value;
  to.count += 1;
  to.minimum = Math.min(to.minimum, value);
  to.maximum = Math.max(to.maximum, value);
  to.steps.set(stepOf(value), (to.steps.get(stepOf(value)) ?? 0) + 1);
};

const merge = (to: Summary, from: Summary): void => {
  to.sum += from.sum;
  to.count += from.count;
  to.minimum = Math.min(to.minimum, from.minimum);
  to.maximum = Math.max(to.maximum, from.maximum);
  for (const [step, count] of from.steps) to.steps.set(step, (to.steps.get(step) ?? 0) + count);
};

const percentile = ({ count, steps, minimum, maximum }: Summary, percent: number): number => {
  let left = Math.max(1, Math.ceil((count * percent) / 100));
  for (const [step, among] of [...steps].sort(([a], [b]) => a - b)) {
    left -= among;
    if (left <= 0) return Math.min(maximum, Math.max(minimum, step === -Infinity ? 0 : Math.exp(step * STEP)));
  }
  return maximum;
};

const valueOf = (summary: Summary, statistic: Statistic): number => {
  switch (statistic) {
    case "Sum":
      return summary.sum;
    case "Average":
      return summary.sum / summary.count;
    case "Minimum":
      return summary.minimum;
    case "Maximum":
      return summary.maximum;
    case "SampleCount":
      return summary.count;
    default:
      return percentile(summary, Number(statistic.slice(1)));
  }
};

export type Series = {
  /** Takes a value of `at`, epoch milliseconds. What is older than a day is not kept. */
  add(value: number, at: number): void;
  /** The statistic over the minutes `from` to `to`, both among them, counted from the epoch; null when nothing was said. */
  between(from: number, to: number, statistic: Statistic): number | null;
};

export const minuteOf = (at: number): number => Math.floor(at / MINUTE_MS);

export const createSeries = (): Series => {
  const minutes = new Map<number, Summary>();
  const forget = (newest: number): void => {
    for (const minute of minutes.keys()) if (minute <= newest - MOST_MINUTES) minutes.delete(minute);
  };
  return {
    add(value, at) {
      const minute = minuteOf(at);
      const known = minutes.get(minute);
      const summary = known ?? emptySummary();
      addValue(summary, value);
      if (known !== undefined) return;
      minutes.set(minute, summary);
      forget(Math.max(...minutes.keys()));
    },
    between(from, to, statistic) {
      const whole = emptySummary();
      for (let minute = Math.max(from, to - MOST_MINUTES); minute <= to; minute += 1) {
        const summary = minutes.get(minute);
        if (summary !== undefined) merge(whole, summary);
      }
      return whole.count === 0 ? null : valueOf(whole, statistic);
    },
  };
};
