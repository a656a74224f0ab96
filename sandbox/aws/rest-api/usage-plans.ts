/**
 * Usage plans and the API keys in them. A key opens the stages of its plan, each key with buckets and a quota of its own.
 */
import { randomBytes } from "node:crypto";

import type { Deployment } from "../../template/deployment.ts";
import type { Refusal } from "./gateway-response.ts";
import type { Limits } from "./limits.ts";
import type { ApiKey, RestApi, UsagePlan } from "./model.ts";
import { ApiKeyProperties, UsagePlanKeyProperties, UsagePlanProperties } from "./schemas.ts";

export type Metered =
  | { readonly passed: true; readonly key: { readonly id: string; readonly value: string } }
  | { readonly passed: false; readonly because: Refusal };

export type UsagePlans = {
  /** The plans by name and id. */
  readonly plans: readonly UsagePlan[];
  /** Puts a key into a plan, as CreateApiKey and CreateUsagePlanKey would. Throws when there is no such plan. */
  addKey(planName: string, value: string): void;
  /** Checks a request's key against the plans of the API's stage and counts it. */
  meter(api: Pick<RestApi, "id" | "stage">, value: string | null): Metered;
};

type Member = { readonly key: ApiKey; readonly plan: UsagePlan };

export const readUsagePlans = (deployment: Deployment, limits: Limits): UsagePlans => {
  const plans = deployment.ofType("AWS::ApiGateway::UsagePlan").map((resource): UsagePlan => {
    const { UsagePlanName, ApiStages, Throttle, Quota } = resource.properties(UsagePlanProperties);
    return {
      id: resource.ref,
      name: UsagePlanName ?? resource.logicalId,
      throttle: Throttle === undefined ? null : { perSecond: Throttle.RateLimit, burst: Throttle.BurstLimit },
      quota: Quota === undefined ? null : { limit: Quota.Limit, period: Quota.Period },
      stages: ApiStages.map(({ ApiId, Stage }) => `${ApiId}:${Stage}`),
    };
  });
  const members = new Map<string, Member[]>();
  const join = (key: ApiKey, plan: UsagePlan): void => {
    members.set(key.value, [...(members.get(key.value) ?? []), { key, plan }]);
  };
  for (const { key, plan } of declaredMembers(deployment, plans)) join(key, plan);

  return {
    plans,
    addKey(planName, value) {
      const plan = plans.find(({ id, name }) => name === planName || id === planName);
      if (plan === undefined) {
        throw new Error(
          `No usage plan "${planName}". There are: ${plans.map(({ name }) => name).join(", ") || "none"}.`,
        );
      }
      if (members.get(value)?.some((member) => member.plan === plan) === true) return;
      join({ id: randomBytes(5).toString("hex"), value, enabled: true }, plan);
    },
    meter(api, value) {
      const stage = `${api.id}:${api.stage}`;
      const member = members.get(value ?? "")?.find(({ plan, key }) => key.enabled && plan.stages.includes(stage));
      if (member === undefined) return { passed: false, because: "INVALID_API_KEY" };
      const { key, plan } = member;
      const bucket = `${plan.id} ${key.id}`;
      if (plan.throttle !== null && !limits.take(bucket, plan.throttle)) return { passed: false, because: "THROTTLED" };
      if (plan.quota !== null && !limits.spend(bucket, plan.quota)) return { passed: false, because: "QUOTA_EXCEEDED" };
      return { passed: true, key };
    },
  };
};

const declaredMembers = (deployment: Deployment, plans: readonly UsagePlan[]): Member[] => {
  const keys = deployment.ofType("AWS::ApiGateway::ApiKey").map((resource): ApiKey => {
    const { Value, Enabled } = resource.properties(ApiKeyProperties);
    return { id: resource.ref, value: Value ?? randomBytes(20).toString("hex"), enabled: Enabled };
  });
  return deployment.ofType("AWS::ApiGateway::UsagePlanKey").map((resource) => {
    const { KeyId, UsagePlanId } = resource.properties(UsagePlanKeyProperties);
    const key = keys.find(({ id }) => id === KeyId);
    const plan = plans.find(({ id }) => id === UsagePlanId);
    if (key === undefined || plan === undefined)
      throw new Error(`${resource.logicalId} joins a key or a plan that is not there.`);
    return { key, plan };
  });
};
