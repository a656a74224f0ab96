/**
 * Every alarm of the template is made to ring, by what functions and services would really say when the thing happens, and
 * stays quiet on a working day. An alarm on a metric that nobody would ever write stays quiet for ever, and fails here.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, it } from "vitest";
import { createCount, MEASURES, METRICS, METRICS_NAMESPACE } from "../../functions/runtime/metrics.ts";
import type { Metric } from "../../functions/runtime/metrics.ts";
import { ROOT } from "../../lib/constructs/bundling.ts";
import { FUNCTIONS } from "../../lib/functions.ts";
import { createMetrics } from "../../sandbox/aws/metrics/metrics.ts";
import type { Metrics } from "../../sandbox/aws/metrics/metrics.ts";
import { readAlarms } from "../../sandbox/aws/metrics/read-alarm.ts";
import type { Alarm } from "../../sandbox/aws/metrics/read-alarm.ts";
import { ofAnswer, ofInvocation, ofIterator, ofQueue, ofSocket } from "../../sandbox/aws/metrics/services.ts";
import type { Deployment } from "../../sandbox/template/deployment.ts";
import { localStage } from "./local-stage.ts";

const MINUTE = 60_000;
const MORNING = Date.UTC(2026, 10, 22, 6);

let deployment: Deployment;
let alarms: readonly Alarm[];
beforeAll(() => {
  deployment = localStage();
  alarms = readAlarms(deployment);
});

/** A CloudWatch that has watched for this one alarm for two days, and a hand on its clock. */
const watch = ({ name }: Alarm) => {
  const place = alarms.findIndex((alarm) => alarm.name === name);
  let at = MORNING;
  const metrics = createMetrics({
    deployment: {
      ofType: (type) => (type === "AWS::CloudWatch::Alarm" ? deployment.ofType(type).slice(place, place + 1) : []),
    },
    now: () => at,
    queues: () => Promise.resolve([]),
    onTrouble: (sentence) => expect.fail(sentence),
  });
  metrics.close();
  at += 2 * 24 * 60 * MINUTE;
  const state = async () => (await metrics.alarms())[0]?.state;
  return { metrics, state, now: () => at, wait: (minutes: number) => void (at += minutes * MINUTE) };
};
type Watching = ReturnType<typeof watch>;

/** What is told, once or as often as a number says. */
type Told = (watching: Watching, alarm: Alarm) => void;
interface Situation {
  readonly happens: Told;
  readonly everyday: Told;
}

const only = ({ watched }: Alarm) => watched[0]!.id;
const dimension = (alarm: Alarm, name: string): string => only(alarm).dimensions[name] ?? "";
const put = ({ metrics, now }: Watching, data: (at: number) => Parameters<Metrics["put"]>[0]): void =>
  metrics.put(data(now()));

const GOOD = { ok: true, requestId: "r", payload: null } as const;
const failed = (errorType: string) => ({ ok: false, requestId: "r", error: { errorType, errorMessage: "" } }) as const;

/** An invocation of the alarm's function, which has to be one of the template's. */
const invoked =
  (result: typeof GOOD | ReturnType<typeof failed>, times: (alarm: Alarm) => number = () => 1): Told =>
  (watching, alarm) => {
    const functionName = dimension(alarm, "FunctionName");
    expect(deployment.ofType("AWS::Lambda::Function").map(({ ref }) => ref)).toContain(functionName);
    for (let time = 0; time < times(alarm); time += 1)
      put(watching, (at) => ofInvocation({ functionName, result, ms: 20, at }));
  };

const iterated =
  (ms: number): Told =>
  (watching, alarm) =>
    put(watching, (at) => ofIterator(dimension(alarm, "FunctionName"), ms, at));

const queued =
  (look: { visible: number; oldestMs: number }): Told =>
  (watching, alarm) => {
    const name = dimension(alarm, "QueueName");
    expect(deployment.ofType("AWS::SQS::Queue").map((queue) => queue.attribute("QueueName"))).toContain(name);
    put(watching, (at) => ofQueue({ name, ...look }, at));
  };

const answered =
  (...statuses: readonly number[]): Told =>
  (watching, alarm) => {
    const api = { name: dimension(alarm, "ApiName"), stage: dimension(alarm, "Stage") };
    for (const status of statuses) put(watching, (at) => ofAnswer({ api, status, ms: 20, at }));
  };

const onSocket =
  (isFault: boolean): Told =>
  (watching, alarm) => {
    const api = { id: dimension(alarm, "ApiId"), stage: dimension(alarm, "Stage") };
    put(watching, (at) => ofSocket(api, { isFault, at }));
  };

/** The firewall is Amazon's and is not run here: it says how many requests each minute's rules refused. */
const blocked =
  (requests: (alarm: Alarm) => number): Told =>
  (watching, alarm) =>
    put(watching, (at) => [{ ...only(alarm), value: requests(alarm), at }]);

/** Nobody is mailed here: it says how many of the topic's messages reached nobody. */
const undelivered =
  (messages: number): Told =>
  (watching, alarm) => {
    const topics = deployment.notRun.filter(({ type }) => type === "AWS::SNS::Topic");
    expect(topics.some(({ logicalId }) => dimension(alarm, "TopicName").endsWith(`-${logicalId}`))).toBe(true);
    put(watching, (at) => [{ ...only(alarm), value: messages, at }]);
  };

/** A function counts, through the very code that counts in production. */
const counted =
  (times: number): Told =>
  ({ metrics, now }, alarm) => {
    const service = dimension(alarm, "service");
    for (let time = 0; time < times; time += 1)
      createCount({ clock: { now }, service: () => service, write: (line) => metrics.logged(line) })(
        only(alarm).name as Metric,
      );
  };

const nothing: Told = () => undefined;
/** Everybody who knocks with a key that is none makes the authoriser throw. */
const everydayErrors = ({ name }: Alarm): number =>
  name.includes("authorise") ? FUNCTIONS.authorise.everydayErrors : 0;
const MANY = 10_000;

const SITUATIONS: Readonly<Record<string, Situation>> = {
  "AWS/Lambda Errors": {
    happens: invoked(failed("Sandbox.Timedout"), (alarm) => everydayErrors(alarm) + 1),
    everyday: (watching, alarm) => {
      invoked(GOOD)(watching, alarm);
      invoked(failed("Unauthorized"), everydayErrors)(watching, alarm);
    },
  },
  "AWS/Lambda Throttles": { happens: invoked(failed("TooManyRequestsException")), everyday: invoked(GOOD) },
  "AWS/Lambda Invocations": { happens: nothing, everyday: invoked(GOOD) },
  "AWS/Lambda IteratorAge": { happens: iterated(24 * 60 * MINUTE), everyday: iterated(2_000) },
  "AWS/SQS ApproximateNumberOfMessagesVisible": {
    happens: queued({ visible: 1, oldestMs: 1_000 }),
    everyday: queued({ visible: 0, oldestMs: 0 }),
  },
  "AWS/SQS ApproximateAgeOfOldestMessage": {
    happens: queued({ visible: 1, oldestMs: 24 * 60 * MINUTE }),
    everyday: queued({ visible: 1, oldestMs: 2_000 }),
  },
  "AWS/ApiGateway 5XXError": { happens: answered(200, 500), everyday: answered(200, 201, 404, 409, 429) },
  "AWS/ApiGateway ExecutionError": { happens: onSocket(true), everyday: onSocket(false) },
  "AWS/WAFV2 BlockedRequests": {
    happens: blocked(() => MANY),
    everyday: blocked(({ name }) => (name.includes("storefronts") ? 20 : 0)),
  },
  "AWS/SNS NumberOfNotificationsFailed": { happens: undelivered(1), everyday: undelivered(0) },
  [`${METRICS_NAMESPACE} count`]: { happens: counted(1), everyday: nothing },
};

const situationOf = (alarm: Alarm): Situation => {
  const { namespace, name } = only(alarm);
  const isCounter = namespace === METRICS_NAMESPACE && METRICS.some((counter) => counter === name);
  const known = SITUATIONS[`${namespace} ${isCounter ? "count" : name}`];
  if (known === undefined) throw new Error(`Nobody has said what makes ${alarm.name} ring (${namespace} ${name}).`);
  return known;
};

describe("every alarm of the template", () => {
  it("rings when the thing happens that it is there for", async () => {
    for (const alarm of alarms) {
      const watching = watch(alarm);
      situationOf(alarm).happens(watching, alarm);
      expect(await watching.state(), alarm.name).toBe("ALARM");
    }
  });

  it("is quiet on a working day", async () => {
    for (const alarm of alarms) {
      const watching = watch(alarm);
      situationOf(alarm).everyday(watching, alarm);
      expect(await watching.state(), alarm.name).toBe("OK");
    }
  });

  it("is over when the thing is, or when it has been said for as long as the alarm looks back", async () => {
    for (const alarm of alarms) {
      const watching = watch(alarm);
      situationOf(alarm).happens(watching, alarm);
      await watching.state();
      watching.wait(alarm.periodMinutes * alarm.periods);
      situationOf(alarm).everyday(watching, alarm);
      expect(await watching.state(), alarm.name).toBe("OK");
    }
  });
});

it("the sandbox tells of every metric that an alarm looks at, but of what it does not run", async () => {
  const silent: string[] = [];
  for (const alarm of alarms) {
    const [{ notRun } = { notRun: null }] = await watch(alarm).metrics.alarms();
    if (notRun !== null) silent.push(`${only(alarm).namespace}: ${notRun}`);
  }
  expect([...new Set(silent)].sort()).toEqual([
    "AWS/SNS: nobody is told here",
    "AWS/WAFV2: the firewall is not run here",
  ]);
});

describe("every name of a metric", () => {
  it("is counted or measured somewhere in the functions", () => {
    const directory = join(ROOT, "functions");
    const files = readdirSync(directory, { recursive: true, encoding: "utf8" }).filter(
      (file) => file.endsWith(".ts") && !file.endsWith("metrics.ts"),
    );
    const text = files.map((file) => readFileSync(join(directory, file), "utf8")).join("\n");
    expect(METRICS.filter((name) => !new RegExp(`\\bcount\\("${name}"\\)`).test(text))).toEqual([]);
    expect(Object.keys(MEASURES).filter((name) => !new RegExp(`\\b${name}\\b`).test(text))).toEqual([]);
  });
});
