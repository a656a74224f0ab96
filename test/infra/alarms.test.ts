import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { METRICS, METRICS_NAMESPACE } from "../../functions/runtime/metrics.ts";
import { MESSAGES } from "../../functions/runtime/logger.ts";
import { ROOT } from "../../lib/constructs/bundling.ts";
import { FUNCTIONS } from "../../lib/functions.ts";
import { everyStage, everywhere, ofType, referred } from "./assembled.ts";
import type { Resource } from "./assembled.ts";

const runbook = readFileSync(join(ROOT, "docs/runbook.md"), "utf8");
const sections = new Map(
  runbook
    .split(/^## /m)
    .slice(1)
    .map((section): [string, string] => {
      const [heading = "", ...lines] = section.split("\n");
      return [heading.toLowerCase().replaceAll(" ", "-"), lines.join("\n")];
    }),
);

/** Headings that are about all alarms and not about one. */
const ABOUT_ALL = ["where-to-look", "a-deployment-that-was-taken-back"];

const anchor = (alarm: Resource): string =>
  /What to do: docs\/runbook\.md#([a-z-]+)$/.exec(String(alarm.Properties["AlarmDescription"]))?.[1] ?? "";

const dimension = (alarm: Resource, name: string): unknown =>
  (alarm.Properties["Dimensions"] as { Name: string; Value: unknown }[] | undefined)?.find(({ Name }) => Name === name)
    ?.Value;

describe("every alarm", () => {
  it("says in a sentence who is hurt", () => {
    for (const alarm of everywhere("AWS::CloudWatch::Alarm")) {
      const [impact = ""] = String(alarm.Properties["AlarmDescription"]).split(" What to do:");
      expect(impact, alarm.id).toMatch(/^[A-Z].{30,}\.$/);
    }
  });

  it("has its own section in the runbook, which says what it means, who is hurt and what to do", () => {
    for (const alarm of everywhere("AWS::CloudWatch::Alarm")) {
      const section = sections.get(anchor(alarm));
      expect(section, `${alarm.id} -> ${anchor(alarm)}`).toBeDefined();
      expect(section).toMatch(/\*\*Means:\*\*/);
      expect(section).toMatch(/\*\*Hurt:\*\*/);
      expect(section).toMatch(/^1\. /m);
    }
  });

  it("is what a section of the runbook is about, and the other way round", () => {
    for (const assembled of everyStage()) {
      const anchors = ofType(assembled, "AWS::CloudWatch::Alarm").map(anchor);
      expect([...anchors].sort()).toEqual(
        [...sections.keys()].filter((heading) => !ABOUT_ALL.includes(heading)).sort(),
      );
    }
  });

  it("tells somebody, when it begins and when it is over", () => {
    for (const assembled of everyStage()) {
      const topics = ofType(assembled, "AWS::SNS::Topic").map((topic) => topic.id);
      for (const alarm of ofType(assembled, "AWS::CloudWatch::Alarm")) {
        for (const action of ["AlarmActions", "OKActions"] as const) {
          expect((alarm.Properties[action] as unknown[]).map(referred), alarm.id).toEqual(topics);
        }
      }
    }
  });
});

describe("there is an alarm", () => {
  it("on the errors and the throttles of every function", () => {
    for (const assembled of everyStage()) {
      const alarms = ofType(assembled, "AWS::CloudWatch::Alarm");
      for (const lambda of ofType(assembled, "AWS::Lambda::Function")) {
        const metrics = alarms
          .filter((alarm) => referred(dimension(alarm, "FunctionName")) === lambda.id)
          .map((alarm) => alarm.Properties["MetricName"] as string);
        expect(metrics, lambda.id).toEqual(expect.arrayContaining(["Errors", "Throttles"]));
      }
    }
  });

  it("that rings at the first error of every function but the authoriser, which refuses keys by throwing", () => {
    const late = Object.entries(FUNCTIONS).filter(([, spec]) => spec.everydayErrors > 0);
    expect(late.map(([name]) => name)).toEqual(["authorise"]);
    for (const alarm of everywhere("AWS::CloudWatch::Alarm")) {
      if (alarm.Properties["MetricName"] !== "Errors") continue;
      const expected = anchor(alarm) === "authorise-errors" ? FUNCTIONS.authorise.everydayErrors : 0;
      expect(alarm.Properties["Threshold"], alarm.id).toBe(expected);
    }
  });

  it("on every dead-letter queue, and no queue is without one", () => {
    for (const assembled of everyStage()) {
      const queues = ofType(assembled, "AWS::SQS::Queue");
      const letters = new Set(
        queues
          .map((queue) => referred(queue.Properties["RedrivePolicy"]?.deadLetterTargetArn))
          .filter((id) => id !== ""),
      );
      const watched = ofType(assembled, "AWS::CloudWatch::Alarm").map((alarm) =>
        referred(dimension(alarm, "QueueName")),
      );
      // Alarms' own mail: it is the topic that rings, whoever of those who listen to it was not reached.
      const mail = ofType(assembled, "AWS::SNS::Subscription").map(({ Properties }) =>
        referred(Properties["RedrivePolicy"].deadLetterTargetArn),
      );
      expect(
        ofType(assembled, "AWS::CloudWatch::Alarm").filter(
          ({ Properties }) => Properties["MetricName"] === "NumberOfNotificationsFailed",
        ),
      ).toHaveLength(1);
      for (const queue of queues) {
        const isWorking = queue.Properties["RedrivePolicy"] !== undefined;
        if (!isWorking) expect([...watched, ...mail], queue.id).toContain(queue.id);
        expect(isWorking && letters.has(queue.id), queue.id).toBe(false);
      }
    }
  });

  it("on server errors of both doors", () => {
    for (const assembled of everyStage()) {
      const apis = ofType(assembled, "AWS::CloudWatch::Alarm")
        .filter((alarm) => alarm.Properties["MetricName"] === "5XXError")
        .map((alarm) => dimension(alarm, "ApiName"));
      expect(apis.sort()).toEqual([`malipo-${assembled.stage}-callbacks`, `malipo-${assembled.stage}-storefronts`]);
    }
  });

  it("on the sweep's silence, for which no data is bad news", () => {
    for (const assembled of everyStage()) {
      const silent = ofType(assembled, "AWS::CloudWatch::Alarm").filter((alarm) => anchor(alarm) === "sweep-silent");
      expect(silent).toHaveLength(1);
      expect(silent[0]?.Properties).toMatchObject({ MetricName: "Invocations", TreatMissingData: "breaching" });
    }
  });

  it("on every counter that the functions keep, under the name and the service they keep it with", () => {
    for (const assembled of everyStage()) {
      const counters = ofType(assembled, "AWS::CloudWatch::Alarm").filter(
        (alarm) => alarm.Properties["Namespace"] === METRICS_NAMESPACE,
      );
      expect(counters.map((alarm) => alarm.Properties["MetricName"] as string).sort()).toEqual([...METRICS].sort());
      const services = ofType(assembled, "AWS::Lambda::Function").map((lambda) => {
        const variables = lambda.Properties["Environment"].Variables as Record<string, unknown>;
        return variables["POWERTOOLS_SERVICE_NAME"];
      });
      for (const counter of counters) expect(services, counter.id).toContain(dimension(counter, "service"));
    }
  });
});

describe("the runbook", () => {
  it("quotes only log codes that exist", () => {
    const quoted = [...runbook.matchAll(/`([a-z]+\.[a-z_]+)`/g)].map((match) => match[1] ?? "");
    expect(quoted.length).toBeGreaterThan(5);
    expect(quoted.filter((code) => !(code in MESSAGES))).toEqual([]);
  });
});
