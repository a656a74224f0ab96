/** A REST API as API Gateway sees it, read from the template: no names of the template's are left but what an event shows. */
import type { VelocityTemplate } from "./velocity.ts";

/** A token bucket: so many requests a second, and so many at once. */
export type Throttle = { readonly perSecond: number; readonly burst: number };
export type Quota = { readonly limit: number; readonly period: "DAY" | "WEEK" | "MONTH" };

export type Authorizer = {
  readonly id: string;
  readonly type: "TOKEN" | "REQUEST";
  readonly functionArn: string;
  readonly ttlSeconds: number;
  /** Names of the headers that identify the caller, lower case. All must be there. */
  readonly identityHeaders: readonly string[];
  /** What a TOKEN authoriser's header must match before the function is asked at all. */
  readonly validation: RegExp | null;
};

export type MockIntegration = {
  readonly kind: "mock";
  readonly status: number;
  /** Header names and literal values. */
  readonly headers: Readonly<Record<string, string>>;
  /** Sets headers by the request, e.g. the allowed origin by the asking one. */
  readonly template: VelocityTemplate | null;
};
export type LambdaIntegration = { readonly kind: "lambda"; readonly functionArn: string; readonly timeoutMs: number };

export type Method = {
  readonly httpMethod: string;
  readonly authorizer: Authorizer | null;
  readonly apiKeyRequired: boolean;
  readonly integration: LambdaIntegration | MockIntegration;
  /** The stage's limit for this method alone. */
  readonly throttle: Throttle | null;
};

export type ResourceNode = {
  readonly id: string;
  /** As declared: `/v1/payments/{id}`. */
  readonly path: string;
  readonly children: Map<string, ResourceNode>;
  readonly methods: Map<string, Method>;
};

export type GatewayResponse = {
  readonly status: number | null;
  readonly templates: Readonly<Record<string, string>>;
  /** Header names and mapping expressions: `'literal'` or `context.requestId`. */
  readonly headers: Readonly<Record<string, string>>;
};

export type UsagePlan = {
  readonly id: string;
  readonly name: string;
  readonly throttle: Throttle | null;
  readonly quota: Quota | null;
  /** `<api id>:<stage>` of the stages that it opens. */
  readonly stages: readonly string[];
};

export type ApiKey = { readonly id: string; readonly value: string; readonly enabled: boolean };

export type RestApi = {
  readonly id: string;
  readonly name: string;
  readonly stage: string;
  readonly apiKeySource: "HEADER" | "AUTHORIZER";
  readonly root: ResourceNode;
  /** The stage's limit for every method without one of its own: each method has its own bucket of this size. */
  readonly throttle: Throttle | null;
  readonly gatewayResponses: ReadonlyMap<string, GatewayResponse>;
};
