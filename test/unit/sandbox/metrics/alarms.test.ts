/** The sandbox's alarms: when CloudWatch would say that one rings, is over, or can't be told. */
import { describe, expect, it } from "vitest";
import type * as z from "zod";
import { judge } from "../../../../sandbox/aws/metrics/judge-alarm.ts";
import { createMetrics } from "../../../../sandbox/aws/metrics/metrics.ts";
import { readAlarms } from "../../../../sandbox/aws/metrics/read-alarm.ts";
import type { Resource } from "../../../../sandbox/template/deployment.ts";

const MINUTE = 60_000;
const BEGAN = Date.UTC(2026, 10, 22, 6, 0, 30);

const SINGLE = {
  AlarmName: "faults",
  AlarmDescription: "Somebody is hurt. What to do: docs/runbook.md#faults",
  Namespace: "Shop",
  MetricName: "Faults",
  Dimensions: [{ Name: "door", Value: "front" }],
  Period: 300,
  Statistic: "Sum",
  ComparisonOperator: "GreaterThanThreshold",
  Threshold: 2,
  EvaluationPeriods: 1,
  TreatMissingData: "notBreaching",
};

/** A template with one alarm, made of these settings. */
const templateWith = (settings: Record<string, unknown>) => ({
  ofType: (type: string): readonly Resource[] =>
    type === "AWS::CloudWatch::Alarm"
      ? [
          {
            ...{ stack: "S", logicalId: "TheAlarm", type, ref: "the-alarm" },
            attribute: () => "",
            learn: () => undefined,
            properties: <T>(schema: z.ZodType<T>): T => schema.parse(settings),
          },
        ]
      : [],
});

const watch = (settings: Record<string, unknown>) => {
  let at = BEGAN;
  const troubles: string[] = [];
  const metrics = createMetrics({
    deployment: templateWith(settings),
    now: () => at,
    queues: () => Promise.resolve([{ name: "letters", visible: 3, oldestMs: 61_500 }]),
    onTrouble: (sentence) => void troubles.push(sentence),
  });
  metrics.close();
  const put = (value: number, door = "front", name = "Faults"): void =>
    metrics.put([{ namespace: "Shop", name, dimensions: { door }, value, at }]);
  const state = async () => (await metrics.alarms())[0];
  return { metrics, troubles, put, state, now: () => at, pass: (ms: number) => void (at += ms) };
};

describe("an alarm on a sum", () => {
  it("rings above its threshold, by the values of its own dimensions alone, and is over when the period is", async () => {
    const { put, state, pass, now } = watch(SINGLE);
    put(2);
    put(9, "back");
    expect(await state()).toMatchObject({ state: "OK", value: 2, rangAt: null });
    pass(4 * MINUTE);
    put(1);
    expect(await state()).toMatchObject({ state: "ALARM", value: 3, since: now(), rangAt: now() });
    pass(MINUTE);
    expect(await state()).toMatchObject({ state: "OK", value: 1 });
  });

  it("that rings on says when something last made it", async () => {
    const { put, state, pass, now } = watch(SINGLE);
    put(3);
    const rang = now();
    pass(MINUTE);
    expect(await state()).toMatchObject({ since: rang, rangAt: rang });
    put(1);
    expect(await state()).toMatchObject({ since: rang, rangAt: now() });
  });
});

describe("an alarm on silence", () => {
  const SILENCE = { ...SINGLE, ComparisonOperator: "LessThanThreshold", Threshold: 1, TreatMissingData: "breaching" };

  it("rings once a whole period was lived through without a word", async () => {
    const { state, pass, put } = watch(SILENCE);
    expect(await state()).toMatchObject({ state: "INSUFFICIENT_DATA", value: null });
    pass(5 * MINUTE);
    expect(await state()).toMatchObject({ state: "ALARM" });
    put(1);
    expect(await state()).toMatchObject({ state: "OK" });
  });

  it("does not count the time that somebody travelled, in which nobody could say a word", async () => {
    const { metrics, state, pass, put } = watch(SILENCE);
    put(1);
    expect(await state()).toMatchObject({ state: "OK" });
    pass(8 * 60 * MINUTE);
    metrics.arrived();
    expect(await state()).toMatchObject({ state: "OK" });
    pass(5 * MINUTE);
    expect(await state()).toMatchObject({ state: "ALARM" });
  });
});

describe("an alarm over several periods or metrics", () => {
  it("rings when as many periods were bad as it says", async () => {
    const { put, state, pass } = watch({ ...SINGLE, Period: 60, EvaluationPeriods: 3, DatapointsToAlarm: 2 });
    put(3);
    pass(MINUTE);
    expect(await state()).toMatchObject({ state: "OK" });
    pass(MINUTE);
    put(3);
    expect(await state()).toMatchObject({ state: "ALARM" });
  });

  it("adds several metrics up", async () => {
    const { MetricName, Namespace, Dimensions, Period, Statistic, ...common } = SINGLE;
    const stat = (Id: string, name: string) => ({
      Id,
      MetricStat: { Metric: { Namespace, MetricName: name, Dimensions }, Period, Stat: Statistic },
      ReturnData: false,
    });
    const sum = { Id: "sum", Expression: "SUM(METRICS())" };
    const { put, state } = watch({ ...common, Metrics: [sum, stat("a", MetricName), stat("b", "Others")] });
    put(2);
    expect(await state()).toMatchObject({ state: "OK" });
    put(1, "front", "Others");
    expect(await state()).toMatchObject({ state: "ALARM", value: 3 });
  });

  it("without any data is what it says of missing data", () => {
    const nothing = [{ value: null, isLived: true }];
    const alarm = (missing: string) => readAlarms(templateWith({ ...SINGLE, TreatMissingData: missing }))[0]!;
    expect(["missing", "ignore", "notBreaching", "breaching"].map((how) => judge(alarm(how), nothing))).toEqual([
      "INSUFFICIENT_DATA",
      null,
      "OK",
      "ALARM",
    ]);
  });
});

describe("a setting that is not judged here", () => {
  it.each([
    ["an expression of its own", { Metrics: [{ Id: "e", Expression: "m1/m2" }] }, /no other expression|MetricName/],
    ["a percentile that is not a statistic of ours", { Statistic: "tm99" }, /Statistic/],
    ["a unit", { Unit: "Seconds" }, /Unit/],
    ["a period that is no whole minute", { Period: 10 }, /Period/],
    ["missing data over several periods", { EvaluationPeriods: 2, TreatMissingData: "missing" }, /missing data/],
  ])("stops the start: %s", (_what, change, reason) => {
    expect(() => readAlarms(templateWith({ ...SINGLE, ...change }))).toThrow(reason);
  });
});

describe("what functions write", () => {
  const line = (more: object): string =>
    JSON.stringify({
      _aws: {
        Timestamp: BEGAN,
        CloudWatchMetrics: [{ Namespace: "Shop", Dimensions: [["door"]], Metrics: [{ Name: "Faults" }] }],
      },
      door: "front",
      ...more,
    });

  it("counts, alone and many at once; a line of another kind does not", async () => {
    const { metrics, state } = watch(SINGLE);
    metrics.logged(line({ Faults: [1, 1] }));
    metrics.logged(`{"code":"request.refused"}`);
    metrics.logged(`not JSON, though it says "_aws"`);
    expect(await state()).toMatchObject({ value: 2 });
    metrics.logged(line({ Faults: 1 }));
    expect(await state()).toMatchObject({ state: "ALARM", value: 3 });
  });

  it("is said aloud when CloudWatch would drop it without a word", async () => {
    const { metrics, state, troubles } = watch(SINGLE);
    metrics.logged(line({ Faults: "three" }));
    metrics.logged(line({ door: 7, Faults: 1 }));
    metrics.logged(JSON.stringify({ _aws: { Timestamp: BEGAN } }));
    expect(troubles).toHaveLength(3);
    expect(await state()).toMatchObject({ value: null });
  });
});

it("an alarm on a queue sees what lies there when it is looked at", async () => {
  const { state } = watch({
    ...SINGLE,
    Namespace: "AWS/SQS",
    MetricName: "ApproximateAgeOfOldestMessage",
    Dimensions: [{ Name: "QueueName", Value: "letters" }],
    Statistic: "Maximum",
    Threshold: 60,
  });
  expect(await state()).toMatchObject({ state: "ALARM", value: 61 });
});
