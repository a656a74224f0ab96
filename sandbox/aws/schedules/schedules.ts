/**
 * EventBridge rules that run by the clock. EventBridge knows nothing faster than once a minute; a rule at that fastest rate
 * is one that would like to be faster, so the sandbox runs it at its own interval. Slower rules keep their rate. A target is
 * invoked asynchronously, so a run that takes longer than the interval overlaps the next, as it would in an account.
 */
import { randomUUID } from "node:crypto";
import * as z from "zod";

import type { Deployment, Resource } from "../../template/deployment.ts";
import type { RequirePermission } from "../../template/permissions.ts";

const RuleProperties = z.object({
  ScheduleExpression: z.string(),
  State: z.string().default("ENABLED"),
  Targets: z.array(z.object({ Arn: z.string(), Input: z.string().optional() })).default([]),
});

export type SchedulesOptions = {
  readonly deployment: Deployment;
  /** Replaces the fastest rate. */
  readonly fastestMs: number;
  /** Hands an event to the function with this ARN. */
  readonly fire: (functionArn: string, event: unknown) => void;
  readonly requirePermission: RequirePermission;
};

export type Schedules = {
  /** Starts the clock; nothing fires before. */
  start(): void;
  /** Stops it until the next start. */
  stop(): void;
};

type Rule = { readonly intervalMs: number; readonly run: () => void };

const FASTEST_MS = 60_000;
const UNITS_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** Throws for a schedule that is not a rate: the sandbox runs no other yet. */
export const readSchedules = (options: SchedulesOptions): Schedules => {
  const rules = options.deployment.ofType("AWS::Events::Rule").flatMap((resource) => readRule(resource, options));
  const timers = new Set<NodeJS.Timeout>();
  const stop = (): void => {
    for (const timer of timers) clearInterval(timer);
    timers.clear();
  };
  return {
    stop,
    start() {
      stop();
      for (const { intervalMs, run } of rules) timers.add(setInterval(run, intervalMs));
    },
  };
};

const readRule = (resource: Resource, { deployment, fastestMs, fire, requirePermission }: SchedulesOptions): Rule[] => {
  const { ScheduleExpression, State, Targets } = resource.properties(RuleProperties);
  const rateMs = rateOf(ScheduleExpression, resource.logicalId);
  const sourceArn = resource.attribute("Arn");
  for (const { Arn } of Targets) {
    requirePermission({ functionArn: Arn, principal: "events.amazonaws.com", sourceArn });
  }
  if (State !== "ENABLED") return [];
  const run = (): void => {
    for (const { Arn, Input } of Targets) {
      const event: unknown = Input === undefined ? scheduledEvent(deployment, sourceArn) : JSON.parse(Input);
      fire(Arn, event);
    }
  };
  return [{ intervalMs: rateMs === FASTEST_MS ? fastestMs : rateMs, run }];
};

const rateOf = (expression: string, name: string): number => {
  const [, count = "", unit = ""] = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression) ?? [];
  const rateMs = Number(count) * (UNITS_MS[unit] ?? 0);
  if (rateMs <= 0) throw new Error(`The sandbox runs rates only; ${name} has ${expression}.`);
  return rateMs;
};

const scheduledEvent = ({ place }: Deployment, ruleArn: string): unknown => ({
  version: "0",
  id: randomUUID(),
  "detail-type": "Scheduled Event",
  source: "aws.events",
  account: place.accountId,
  time: new Date().toISOString().replace(/\.\d{3}Z$/, "Z"),
  region: place.region,
  resources: [ruleArn],
  detail: {},
});
