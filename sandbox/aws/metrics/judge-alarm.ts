/**
 * What state an alarm is in, by CloudWatch's rules for the last periods of its metric. Pure. A period ends with the minute
 * under way and slides with it.
 */
import type { MetricStore, Stretch } from "./metric-store.ts";
import type { Alarm } from "./read-alarm.ts";

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";

/** What one period has: null where nothing was said in it, which proves something only of a time that was lived through. */
export type Found = { readonly value: number | null; readonly isLived: boolean };

const valueOf = ({ watched }: Alarm, store: MetricStore, stretch: Stretch): number | null => {
  const values = watched.flatMap(({ id, statistic }) => store.value(id, statistic, stretch) ?? []);
  return values.length === 0 ? null : values.reduce((sum, value) => sum + value, 0);
};

/**
 * The alarm's periods, the newest first. `minute` is the one under way; a period that began before the minute `since` was
 * not wholly lived through here.
 */
export const periodsOf = (
  alarm: Alarm,
  store: MetricStore,
  { minute, since }: { readonly minute: number; readonly since: number },
): readonly Found[] =>
  Array.from({ length: alarm.periods }, (_unused, index) => {
    const to = minute - index * alarm.periodMinutes;
    const from = to - alarm.periodMinutes + 1;
    return { value: valueOf(alarm, store, { from, to }), isLived: from > since };
  });

/** The state that these periods prove; null where they prove nothing and it stays as it was. */
export const judge = (alarm: Alarm, periods: readonly Found[]): AlarmState | null => {
  const said = periods.filter(({ value }) => value !== null);
  const bad = said.filter(({ value }) => value !== null && alarm.isBad(value)).length;
  if (said.length === 0 && alarm.missing === "missing") return "INSUFFICIENT_DATA";
  if (said.length === 0 && alarm.missing === "ignore") return null;
  if (alarm.missing !== "breaching") return bad >= alarm.badPeriods ? "ALARM" : "OK";
  const silent = periods.filter(({ value }) => value === null);
  const proven = silent.filter(({ isLived }) => isLived).length;
  if (bad + proven >= alarm.badPeriods) return "ALARM";
  return bad + silent.length >= alarm.badPeriods ? null : "OK";
};
