/** An alarm as the control port and the page of the sandbox show it. */
import type { AlarmSeen } from "./metrics.ts";

/** An alarm's description ends in the section of the runbook that is about it. */
const DESCRIPTION = /^(.*?)(?:\s*What to do: (\S+))?$/s;

const inWords = (minutes: number): string => {
  if (minutes === 1) return "a minute";
  if (minutes < 60) return `${minutes} minutes`;
  if (minutes === 60) return "an hour";
  return minutes === 1_440 ? "a day" : `${minutes / 60} hours`;
};

const rings = ({ bad, periodMinutes, periods, badPeriods }: AlarmSeen["alarm"]): string => {
  const one = `${bad} in ${inWords(periodMinutes)}`;
  return periods === 1 ? one : `${one}, ${badPeriods} times of ${periods}`;
};

export const viewOfAlarm = ({ alarm, state, since, rangAt, value, notRun }: AlarmSeen) => {
  const [, impact = "", runbook = ""] = DESCRIPTION.exec(alarm.description) ?? [];
  return {
    name: alarm.name,
    state,
    since,
    rang_at: rangAt,
    value,
    rings: rings(alarm),
    impact,
    runbook,
    not_run: notRun,
    watches: alarm.watched.map(({ id, statistic }) => ({ ...id, statistic })),
  };
};
