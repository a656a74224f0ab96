/**
 * The template's alarms at work. CloudWatch looks once a minute; here an alarm is judged with every value that it watches, so
 * nobody waits and nothing that rang is missed, and all of them every few seconds, so that what is over ends.
 */
import { judge, periodsOf } from "./judge-alarm.ts";
import type { AlarmState } from "./judge-alarm.ts";
import { keyOf } from "./metric.ts";
import type { MetricId } from "./metric.ts";
import type { MetricStore } from "./metric-store.ts";
import type { Alarm } from "./read-alarm.ts";
import { minuteOf } from "./series.ts";

export type AlarmNow = {
  readonly alarm: Alarm;
  readonly state: AlarmState;
  /** Since when, epoch milliseconds; of the state it began with, since the start. */
  readonly since: number;
  /** When something last made it ring, or ring on; null when nothing has. */
  readonly rangAt: number | null;
  /** The value of the last period, as it was last judged. */
  readonly value: number | null;
};

export type Alarms = {
  /** Judges those that watch this metric: a value of it has come. */
  heard(id: MetricId): void;
  /** Judges all of them. */
  look(): void;
  /** From now on silence counts from now: nobody lived through the time that was travelled. */
  arrived(): void;
  now(): readonly AlarmNow[];
};

type Held = { -readonly [Key in keyof AlarmNow]: AlarmNow[Key] };

export const watchAlarms = (alarms: readonly Alarm[], store: MetricStore, now: () => number): Alarms => {
  let since = now();
  const held = alarms.map((alarm): Held => ({ alarm, state: "INSUFFICIENT_DATA", since, rangAt: null, value: null }));
  const watching = new Map<string, Held[]>();
  for (const one of held)
    for (const { id } of one.alarm.watched) watching.set(keyOf(id), [...(watching.get(keyOf(id)) ?? []), one]);

  const look = (one: Held, isNews: boolean): void => {
    const at = now();
    const periods = periodsOf(one.alarm, store, { minute: minuteOf(at), since: minuteOf(since) });
    const state = judge(one.alarm, periods) ?? one.state;
    const changed = state !== one.state;
    one.value = periods[0]?.value ?? null;
    if (state === "ALARM" && (changed || isNews)) one.rangAt = at;
    if (changed) one.since = at;
    one.state = state;
  };

  return {
    heard: (id) => watching.get(keyOf(id))?.forEach((one) => look(one, true)),
    look: () => held.forEach((one) => look(one, false)),
    arrived: () => void (since = now()),
    now: () => held.map((one) => ({ ...one })),
  };
};
