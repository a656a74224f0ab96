/**
 * EventBridge's default bus: what services of the account put there, and the template's rules that pick some of it and
 * hand it on.
 */
import { randomUUID } from "node:crypto";
import * as z from "zod";

import type { Targets } from "../../lambda/targets.ts";
import type { Deployment, Resource } from "../../template/deployment.ts";
import type { RequirePermission } from "../../template/permissions.ts";
import { compilePattern } from "../mappings/event-pattern.ts";
import type { Matches } from "../mappings/event-pattern.ts";
import { timestamp } from "../schedules/schedule.ts";
import { InputTransformer, compileTransformer } from "./input-transformer.ts";

/** Strict, so that a setting which is not run here is named and not ignored. */
const Properties = z.strictObject({
  Name: z.string().optional(),
  Description: z.string().optional(),
  EventPattern: z.record(z.string(), z.unknown()),
  State: z.enum(["ENABLED", "DISABLED"]).default("ENABLED"),
  Targets: z
    .array(
      z.strictObject({
        Id: z.string(),
        Arn: z.string(),
        Input: z.string().optional(),
        InputTransformer: InputTransformer.optional(),
        // Both are for a target that can't be reached; here it can, and what a function fails is Lambda's to retry.
        DeadLetterConfig: z.unknown().optional(),
        RetryPolicy: z.unknown().optional(),
      }),
    )
    .default([]),
  Tags: z.unknown().optional(),
});

/** What a service has to say; the bus adds the rest. */
export type Happening = {
  readonly source: string;
  readonly detailType: string;
  /** ARNs of what it is about. */
  readonly resources: readonly string[];
  readonly detail: unknown;
};

export type EventBus = {
  /** Hands it to the targets of every rule that it fits. */
  put(happening: Happening): void;
};

export type EventBusOptions = {
  readonly deployment: Deployment;
  readonly targets: Targets;
  readonly requirePermission: RequirePermission;
  readonly now: () => number;
};

type Rule = { readonly matches: Matches; readonly hand: (event: unknown) => void };

const Patterned = z.looseObject({ EventPattern: z.unknown().optional() });

/** Whether a rule goes by events; one that does not goes by the clock. */
export const hasPattern = (rule: Resource): boolean => rule.properties(Patterned).EventPattern !== undefined;

/** Throws for a rule that the sandbox can't run, or whose function nobody lets EventBridge invoke. */
export const readEventBus = (options: EventBusOptions): EventBus => {
  const { place } = options.deployment;
  const rules = options.deployment
    .ofType("AWS::Events::Rule")
    .filter(hasPattern)
    .map((rule) => readRule(rule, options));
  return {
    put({ source, detailType, resources, detail }) {
      const time = timestamp(options.now());
      const { region, accountId: account } = place;
      const head = { version: "0", id: randomUUID(), "detail-type": detailType, source, account, time, region };
      const event = { ...head, resources, detail };
      for (const { matches, hand } of rules) if (matches(event)) hand(event);
    },
  };
};

const readRule = (resource: Resource, { targets, requirePermission }: EventBusOptions): Rule => {
  const { EventPattern, State, Targets } = resource.properties(Properties);
  const matches = compilePattern(EventPattern);
  const sourceArn = resource.attribute("Arn");
  const handing = Targets.map(({ Arn, Input, InputTransformer: transformer }) => {
    if (targets.kindOf(Arn, resource.logicalId) === "function")
      requirePermission({ functionArn: Arn, principal: "events.amazonaws.com", sourceArn });
    const fixed: unknown = Input === undefined ? undefined : JSON.parse(Input);
    const transform = transformer === undefined ? (event: unknown) => fixed ?? event : compileTransformer(transformer);
    return (event: unknown): void => targets.deliver(Arn, transform(event));
  });
  return {
    matches: (event) => State === "ENABLED" && matches(event),
    hand: (event) => handing.forEach((deliver) => deliver(event)),
  };
};
