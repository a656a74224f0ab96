/** A schedule of EventBridge Scheduler: like a rule, with a time zone, a beginning and an end. It invokes by its role. */
import { randomUUID } from "node:crypto";
import * as z from "zod";

import type { Resource } from "../../template/deployment.ts";
import type { Place } from "../../template/physical.ts";
import type { Next } from "./cron.ts";
import { parseExpression } from "./expression.ts";
import { never, timestamp } from "./schedule.ts";
import type { Schedule, ScheduleContext } from "./schedule.ts";

const Time = z.iso.datetime().transform((text) => Date.parse(text));

/** Strict, so that a setting which is not run here is named and not ignored. */
const Properties = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  GroupName: z.string().default("default"),
  KmsKeyArn: z.string().optional(),
  ScheduleExpression: z.string(),
  ScheduleExpressionTimezone: z.string().default("UTC"),
  // A run anywhere in a flexible window is right, so it is at the window's beginning.
  FlexibleTimeWindow: z.object({ Mode: z.enum(["OFF", "FLEXIBLE"]) }),
  StartDate: Time.default(Number.NEGATIVE_INFINITY),
  EndDate: Time.default(Number.POSITIVE_INFINITY),
  State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  Target: z.strictObject({
    Arn: z.string(),
    RoleArn: z.string(),
    Input: z.string().refine(isJson, "the sandbox hands on JSON only").optional(),
    SqsParameters: z.strictObject({}).optional(), // a message group, which only FIFO queues have
    // Both are for a target that can't be reached; here it can, and what a function fails is Lambda's to retry.
    DeadLetterConfig: z.unknown().optional(),
    RetryPolicy: z.unknown().optional(),
  }),
});

/** Throws for a schedule that the sandbox can't run. */
export const readSchedule = (resource: Resource, { deployment, fastestMs, targets }: ScheduleContext): Schedule => {
  const { GroupName, Target, State, ...when } = resource.properties(Properties);
  const { place } = deployment;
  const { logicalId, ref } = resource;
  targets.kindOf(Target.Arn, logicalId);
  const arn = `arn:aws:scheduler:${place.region}:${place.accountId}:schedule/${GroupName}/${ref}`;
  const next = parseExpression(when.ScheduleExpression, { fastestMs, timeZone: when.ScheduleExpressionTimezone });
  return {
    logicalId,
    next: State === "ENABLED" ? between(next, when) : never,
    run: (dueMs) => targets.deliver(Target.Arn, eventOf(Target.Input, { arn, dueMs, place })),
  };
};

type When = Pick<z.infer<typeof Properties>, "ScheduleExpression" | "StartDate" | "EndDate">;

/** A rate begins with its beginning; a cron expression with its first time after that. */
const between = (next: Next, when: When): Next => {
  const isRate = when.ScheduleExpression.startsWith("rate(");
  return (afterMs) => {
    const isEarly = afterMs < when.StartDate;
    const due = isEarly && isRate ? when.StartDate : next(isEarly ? when.StartDate - 1 : afterMs);
    return due !== null && due <= when.EndDate ? due : null;
  };
};

type Run = { readonly arn: string; readonly dueMs: number; readonly place: Place };

/** The schedule's own input with what it names of the run; without one, what the service sends by itself. */
const eventOf = (input: string | undefined, { arn, dueMs, place }: Run): unknown => {
  const id = randomUUID();
  const time = timestamp(dueMs);
  if (input !== undefined) {
    const facts = { "schedule-arn": arn, "scheduled-time": time, "execution-id": id, "attempt-number": "1" };
    const filled = Object.entries(facts).reduce(
      (text, [name, value]) => text.replaceAll(`<aws.scheduler.${name}>`, value),
      input,
    );
    return JSON.parse(filled);
  }
  return {
    version: "0",
    id,
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account: place.accountId,
    time,
    region: place.region,
    resources: [arn],
    detail: "{}",
  };
};

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
