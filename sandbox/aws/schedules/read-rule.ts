/** An EventBridge rule that runs by the clock. Its cron expressions are in UTC. */
import { randomUUID } from "node:crypto";
import * as z from "zod";

import type { Resource } from "../../template/deployment.ts";
import type { Place } from "../../template/physical.ts";
import { parseExpression } from "./expression.ts";
import { never, timestamp } from "./schedule.ts";
import type { Schedule, ScheduleContext } from "./schedule.ts";

/** Strict, so that a setting which is not run here is named and not ignored. */
const Properties = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  ScheduleExpression: z.string("a rule without a pattern goes by the clock"),
  State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  Targets: z
    .array(
      z.strictObject({
        Id: z.string(),
        Arn: z.string(),
        Input: z.string().optional(),
        // Both are for a target that can't be reached; here it can, and what a function fails is Lambda's to retry.
        DeadLetterConfig: z.unknown().optional(),
        RetryPolicy: z.unknown().optional(),
      }),
    )
    .default([]),
  Tags: z.unknown().optional(),
});

/** Throws for a rule that the sandbox can't run, or whose function nobody lets EventBridge invoke. */
export const readRule = (resource: Resource, context: ScheduleContext): Schedule => {
  const { deployment, fastestMs, targets, requirePermission } = context;
  const { ScheduleExpression, State, Targets } = resource.properties(Properties);
  const { logicalId } = resource;
  const sourceArn = resource.attribute("Arn");
  for (const { Arn } of Targets) {
    if (targets.kindOf(Arn, logicalId) === "function")
      requirePermission({ functionArn: Arn, principal: "events.amazonaws.com", sourceArn });
  }
  const next = parseExpression(ScheduleExpression, { fastestMs, timeZone: "UTC" });
  return {
    logicalId,
    next: State === "ENABLED" ? next : never,
    run(dueMs) {
      for (const { Arn, Input } of Targets) {
        const event: unknown =
          Input === undefined ? scheduledEvent(deployment.place, sourceArn, dueMs) : JSON.parse(Input);
        targets.deliver(Arn, event);
      }
    },
  };
};

const scheduledEvent = (place: Place, ruleArn: string, dueMs: number): unknown => ({
  version: "0",
  id: randomUUID(),
  "detail-type": "Scheduled Event",
  source: "aws.events",
  account: place.accountId,
  time: timestamp(dueMs),
  region: place.region,
  resources: [ruleArn],
  detail: {},
});
