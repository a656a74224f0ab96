/**
 * What runs by the clock: EventBridge's rules, Scheduler's schedules, and what others bring. EventBridge knows nothing faster than once a
 * minute; what has that fastest rate would like to be faster, so the sandbox runs it at its own interval. The rest keeps
 * its times. A target is invoked asynchronously, so a run that takes longer than the interval overlaps the next, as it
 * would in an account.
 */
import { hasPattern } from "../events/event-bus.ts";
import { readRule } from "./read-rule.ts";
import { readSchedule } from "./read-schedule.ts";
import type { Schedule, ScheduleContext } from "./schedule.ts";

export type Timer = {
  now(): number;
  /** Runs something later, once; gives what calls it off. */
  after(delayMs: number, run: () => void): () => void;
};

/** By the sandbox's clock; what waits, waits by the machine's. */
export const timerOf = (now: () => number): Timer => ({
  now,
  after(delayMs, run) {
    const timer = setTimeout(run, delayMs);
    return () => clearTimeout(timer);
  },
});

export type SchedulesOptions = ScheduleContext & {
  readonly timer: Timer;
  /** Schedules of another service that go by the clock too. */
  readonly others?: readonly Schedule[];
};

export type Schedules = {
  /** Starts the clock; nothing fires before. */
  start(): void;
  /** Stops it until the next start. */
  stop(): void;
  /** Looks at the clock now: what has become due meanwhile runs, each once. */
  wake(): void;
  /** Runs one now, clock or not, by its logical id or the beginning of one. Throws when not exactly one fits. */
  run(name: string): void;
};

/** A timer can't wait for a month, and a laptop sleeps: the clock is looked at again after this long. */
const LONGEST_WAIT_MS = 3_600_000;

/** Throws for a schedule that the sandbox can't run. */
export const readSchedules = ({ timer, others = [], ...context }: SchedulesOptions): Schedules => {
  const { deployment } = context;
  const all = [
    ...deployment
      .ofType("AWS::Events::Rule")
      .filter((rule) => !hasPattern(rule))
      .map((rule) => readRule(rule, context)),
    ...deployment.ofType("AWS::Scheduler::Schedule").map((resource) => readSchedule(resource, context)),
    ...others,
  ];
  const armed = new Map<Schedule, { readonly due: number; readonly callOff: () => void }>();

  const arm = (schedule: Schedule): void => {
    const due = schedule.next(timer.now());
    if (due !== null) waitFor(schedule, due);
    else armed.delete(schedule);
  };
  const waitFor = (schedule: Schedule, due: number): void => {
    const left = due - timer.now();
    const look = (): void => {
      if (timer.now() < due) waitFor(schedule, due);
      else {
        arm(schedule); // first, because what runs may stop the clock
        schedule.run(due);
      }
    };
    armed.set(schedule, { due, callOff: timer.after(Math.min(Math.max(left, 0), LONGEST_WAIT_MS), look) });
  };
  const stop = (): void => {
    for (const { callOff } of armed.values()) callOff();
    armed.clear();
  };

  return {
    stop,
    start() {
      stop();
      all.forEach(arm);
    },
    wake() {
      for (const [schedule, { due, callOff }] of [...armed]) {
        if (due > timer.now()) continue;
        callOff();
        waitFor(schedule, due);
      }
    },
    run(name) {
      const found = all.filter(({ logicalId }) => logicalId.startsWith(name));
      const [only] = found;
      if (only === undefined || found.length > 1) throw new Error(`${found.length} schedules fit "${name}".`);
      only.run(timer.now());
    },
  };
};
