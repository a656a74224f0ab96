/** Schedule expressions, `rate(...)`, `cron(...)` and `at(...)`: when the next run is due. */
import { parseCron } from "./cron.ts";
import type { Next } from "./cron.ts";
import { wallClock } from "./wall-clock.ts";
import type { WallClock } from "./wall-clock.ts";

export type ExpressionOptions = {
  /** Replaces EventBridge's fastest rate, one minute. */
  readonly fastestMs: number;
  /** An IANA name; rates do not depend on it. */
  readonly timeZone: string;
};

const FASTEST_MS = 60_000;
const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Throws for an expression that EventBridge refuses. */
export const parseExpression = (expression: string, { fastestMs, timeZone }: ExpressionOptions): Next => {
  const [, kind, inside = ""] = /^(rate|cron|at)\((.+)\)$/.exec(expression) ?? [];
  if (kind === "cron") return parseCron(inside, wallClock(timeZone));
  if (kind === "at") return once(inside, wallClock(timeZone));
  const rateMs = kind === "rate" ? rateOf(inside) : null;
  if (rateMs === null) throw new Error(`"${expression}" is not a rate, a cron expression or a time.`);
  const intervalMs = rateMs === FASTEST_MS ? fastestMs : rateMs;
  return (afterMs) => afterMs + intervalMs;
};

/** EventBridge wants `1 minute` and `2 minutes`, and refuses `1 minutes`. */
const rateOf = (text: string): number | null => {
  const [, count = "", unit = "", plural] = /^([1-9]\d*) (minute|hour|day)(s)?$/.exec(text) ?? [];
  const rateMs = Number(count) * (UNITS_MS[unit] ?? 0);
  return rateMs > 0 && (Number(count) === 1) === (plural === undefined) ? rateMs : null;
};

const once = (text: string, clock: WallClock): Next => {
  const [, year, month, day, hour, minute, second] =
    /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)$/.exec(text)?.map(Number) ?? [];
  if (year === undefined || month === undefined || day === undefined || hour === undefined || minute === undefined)
    throw new Error(`"${text}" is not a time like 2026-01-31T23:59:00.`);
  const minuteMs = clock.instantOf({ year, month, day, hour, minute });
  const dueMs = minuteMs === null ? null : minuteMs + (second ?? 0) * 1000;
  return (afterMs) => (dueMs !== null && dueMs > afterMs ? dueMs : null);
};
