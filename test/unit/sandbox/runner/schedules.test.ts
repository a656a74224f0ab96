import { Duration, TimeZone } from "aws-cdk-lib";
import type { Stack } from "aws-cdk-lib";
import { CfnRule, Rule, Schedule } from "aws-cdk-lib/aws-events";
import { LambdaFunction } from "aws-cdk-lib/aws-events-targets";
import { CfnSchedule, ScheduleExpression, ScheduleTargetInput, Schedule as Scheduled } from "aws-cdk-lib/aws-scheduler";
import type { CfnScheduleProps } from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke, SqsSendMessage } from "aws-cdk-lib/aws-scheduler-targets";
import { Queue } from "aws-cdk-lib/aws-sqs";
import { describe, expect, onTestFinished, test, vi } from "vitest";

import { readSchedules } from "../../../../sandbox/aws/schedules/schedules.ts";
import type { Timer } from "../../../../sandbox/aws/schedules/schedules.ts";
import { permissionsOf } from "../../../../sandbox/template/permissions.ts";
import { runApp } from "./run-app.ts";
import type { BuildApp, RunningApp } from "./run-app.ts";

const CLOSER = "export const handler = async (event) => void console.log(JSON.stringify(event));";
const EVENING = Date.parse("2026-11-21T20:00:00Z");

/** A clock that stands still until it is put forward. */
const handClock = (from: number) => {
  let now = from;
  let waiting: { due: number; run: () => void }[] = [];
  const timer: Timer = {
    now: () => now,
    after(delayMs, run) {
      const entry = { due: now + delayMs, run };
      waiting.push(entry);
      return () => void (waiting = waiting.filter((each) => each !== entry));
    },
  };
  const forwardTo = (instant: number): void => {
    for (let first = earliest(); first !== undefined && first.due <= instant; first = earliest()) {
      waiting = waiting.filter((each) => each !== first);
      now = first.due;
      first.run();
    }
    now = instant;
  };
  /** As a laptop does: nothing runs before it wakes. */
  const sleepTo = (instant: number): void => {
    now = instant;
    for (const entry of waiting.filter(({ due }) => due <= instant)) {
      waiting = waiting.filter((each) => each !== entry);
      entry.run();
    }
  };
  /** Puts the clock forward, has `tell` tell of it, and runs what wants to run at once because of that. */
  const leapTo = (instant: number, tell: () => void): void => {
    const before = waiting;
    now = instant;
    tell();
    for (const entry of waiting.filter((each) => !before.includes(each) && each.due <= now)) {
      waiting = waiting.filter((each) => each !== entry);
      entry.run();
    }
  };
  const earliest = () => [...waiting].sort((a, b) => a.due - b.due)[0];
  return { timer, forwardTo, sleepTo, leapTo, waiting: () => waiting.length };
};

const run = async (build: BuildApp): Promise<RunningApp> => {
  const app = await runApp(build);
  onTestFinished(() => app.close());
  return app;
};

/** The app's schedules by a clock of the test's own, with what they hand over. */
const byHand = ({ deployment }: RunningApp) => {
  const clock = handClock(EVENING);
  const handed: { at: string; to: string; event: unknown }[] = [];
  const schedules = readSchedules({
    deployment,
    fastestMs: 5_000,
    requirePermission: permissionsOf(deployment),
    timer: clock.timer,
    targets: {
      kindOf: () => "function",
      deliver: (to, event) =>
        void handed.push({ at: new Date(clock.timer.now()).toISOString(), to: to.split(":").at(-1)!, event }),
    },
  });
  return { ...clock, schedules, handed };
};

const closeDay: BuildApp = (stack, lambda) => {
  const close = lambda("CloseDay", CLOSER, { functionName: "close-day" });
  new Scheduled(stack, "Nightly", {
    schedule: ScheduleExpression.cron({ minute: "0", hour: "1", timeZone: TimeZone.AFRICA_NAIROBI }),
    target: new LambdaInvoke(close, {
      input: ScheduleTargetInput.fromObject({ due: "<aws.scheduler.scheduled-time>", of: "yesterday" }),
    }),
  });
  new Rule(stack, "Weekly", {
    schedule: Schedule.cron({ minute: "0", hour: "6", weekDay: "MON" }),
    targets: [new LambdaFunction(close)],
  });
  new Rule(stack, "Asleep", { schedule: Schedule.rate(Duration.minutes(1)), enabled: false });
};

describe("the clock", () => {
  test("runs each schedule at its times, in its zone, and says for when", async () => {
    const { schedules, handed, forwardTo } = byHand(await run(closeDay));
    schedules.start();
    forwardTo(Date.parse("2026-11-23T12:00:00Z"));
    expect(handed).toEqual([
      { at: "2026-11-21T22:00:00.000Z", to: "close-day", event: { due: "2026-11-21T22:00:00Z", of: "yesterday" } },
      { at: "2026-11-22T22:00:00.000Z", to: "close-day", event: { due: "2026-11-22T22:00:00Z", of: "yesterday" } },
      {
        at: "2026-11-23T06:00:00.000Z",
        to: "close-day",
        event: expect.objectContaining({ source: "aws.events", time: "2026-11-23T06:00:00Z", detail: {} }),
      },
    ]);
  });

  test("runs nothing before it is started or after it is stopped, and leaves no timer", async () => {
    const { schedules, handed, forwardTo, waiting } = byHand(await run(closeDay));
    forwardTo(EVENING + 86_400_000);
    schedules.start();
    schedules.start();
    expect(waiting()).toBe(2);
    schedules.stop();
    forwardTo(EVENING + 7 * 86_400_000);
    expect(handed).toEqual([]);
    expect(waiting()).toBe(0);
  });

  test("after a long sleep runs once and not once for each time that was slept through", async () => {
    const { schedules, handed, forwardTo, sleepTo } = byHand(await run(closeDay));
    schedules.start();
    sleepTo(Date.parse("2026-11-25T12:00:00Z"));
    expect(handed).toHaveLength(2); // the nightly one and the weekly one
    forwardTo(Date.parse("2026-11-25T23:00:00Z"));
    expect(handed).toHaveLength(3);
    expect(handed[2]?.at).toBe("2026-11-25T22:00:00.000Z");
  });

  test("that is put forward is looked at at once when somebody says so", async () => {
    const { schedules, handed, leapTo } = byHand(await run(closeDay));
    schedules.start();
    const wake = (): void => schedules.wake();
    leapTo(Date.parse("2026-11-22T21:59:59Z"), wake);
    expect(handed.map(({ event }) => event)).toEqual([{ due: "2026-11-21T22:00:00Z", of: "yesterday" }]);
    leapTo(Date.parse("2026-11-22T21:59:59Z"), wake);
    expect(handed).toHaveLength(1);
    leapTo(Date.parse("2026-11-22T22:00:01Z"), wake);
    expect(handed.at(-1)?.event).toEqual({ due: "2026-11-22T22:00:00Z", of: "yesterday" });
  });

  test("lets a schedule be run at once, whatever the hour", async () => {
    const { schedules, handed } = byHand(await run(closeDay));
    schedules.run("Nightly");
    expect(handed).toEqual([expect.objectContaining({ event: { due: "2026-11-21T20:00:00Z", of: "yesterday" } })]);
    expect(() => schedules.run("Daily")).toThrow('0 schedules fit "Daily"');
  });

  test("keeps to a schedule's beginning and end", async () => {
    const app = await run((stack, lambda) => {
      const { functionArn: arn } = lambda("CloseDay", CLOSER);
      odd(stack, arn, {
        scheduleExpression: "rate(1 hour)",
        startDate: "2026-11-22T00:00:00Z",
        endDate: "2026-11-22T02:30:00Z",
      });
    });
    const { schedules, handed, forwardTo } = byHand(app);
    schedules.start();
    forwardTo(EVENING + 5 * 86_400_000);
    expect(handed.map(({ at }) => at.slice(0, 16))).toEqual([
      "2026-11-22T00:00",
      "2026-11-22T01:00",
      "2026-11-22T02:00",
    ]);
  });
});

test("a schedule reaches its function and its queue", async () => {
  const app = await run((stack, lambda) => {
    const schedule = ScheduleExpression.rate(Duration.hours(1));
    new Scheduled(stack, "ToFunction", { schedule, target: new LambdaInvoke(lambda("CloseDay", CLOSER)) });
    const input = ScheduleTargetInput.fromObject({ hello: "queue" });
    new Scheduled(stack, "ToQueue", { schedule, target: new SqsSendMessage(new Queue(stack, "Work"), { input }) });
  });
  app.schedules.run("ToFunction");
  app.schedules.run("ToQueue");
  const queue = app.deployment.ofType("AWS::SQS::Queue")[0]!.attribute("Arn");
  await vi.waitFor(async () => expect(await app.queues!.peek(queue)).toEqual(['{"hello":"queue"}']));
  await vi.waitFor(() => expect(app.told("CloseDay")).toHaveLength(1), { timeout: 5_000 });
  expect(app.told("CloseDay")[0]).toMatchObject({ source: "aws.scheduler", detail: "{}" });
});

const odd = (stack: Stack, arn: string, properties: Partial<CfnScheduleProps>): CfnSchedule =>
  new CfnSchedule(stack, "Odd", {
    scheduleExpression: "rate(1 hour)",
    flexibleTimeWindow: { mode: "OFF" },
    target: { arn, roleArn: "arn:aws:iam::000000000000:role/x" },
    ...properties,
  });

test.each<[string, BuildApp, string]>([
  [
    "has an expression that is none",
    (stack, lambda) => void odd(stack, lambda("F", CLOSER).functionArn, { scheduleExpression: "daily" }),
    "daily",
  ],
  [
    "calls a service directly",
    (stack) => void odd(stack, "arn:aws:scheduler:::aws-sdk:sqs:purgeQueue", {}),
    "functions and queues",
  ],
  [
    "also waits for events",
    (stack) => {
      new CfnRule(stack, "Odd", { eventPattern: { source: ["aws.s3"] }, scheduleExpression: "rate(1 hour)" });
    },
    "ScheduleExpression",
  ],
])("a schedule that %s stops the start", async (_what, build, said) => {
  await expect(runApp(build)).rejects.toThrow(said);
});
