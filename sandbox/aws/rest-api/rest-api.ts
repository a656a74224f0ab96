/**
 * One REST API at work: route, authoriser, API key, throttles, integration, in API Gateway's order. Every way in which the
 * gateway itself refuses ends in one of its gateway responses.
 */
import { setTimeout as wait } from "node:timers/promises";

import type { LambdaFunction } from "../../lambda/function-pool.ts";
import type { Place } from "../../template/physical.ts";
import type { Authorise } from "./authorise.ts";
import { headerOf } from "./exchange.ts";
import type { GatewayAnswer, GatewayRequest } from "./exchange.ts";
import { gatewayResponse } from "./gateway-response.ts";
import type { Refusal } from "./gateway-response.ts";
import { lambdaAnswer } from "./lambda-answer.ts";
import type { Limits } from "./limits.ts";
import type { LambdaIntegration, MockIntegration, RestApi } from "./model.ts";
import { proxyEvent } from "./proxy-event.ts";
import type { Caller, Subject } from "./proxy-event.ts";
import { matchRoute } from "./route.ts";
import type { UsagePlans } from "./usage-plans.ts";

export type RestApiDeps = {
  readonly place: Place;
  readonly findFunction: (arn: string) => LambdaFunction;
  readonly authorise: Authorise;
  readonly usagePlans: UsagePlans;
  readonly limits: Limits;
};

type Refused = { readonly refused: Refusal };
const isRefused = (outcome: Caller | Refused): outcome is Refused => "refused" in outcome;

export type HandleRequest = (request: GatewayRequest) => Promise<GatewayAnswer>;

export const createRestApi = (api: RestApi, deps: RestApiDeps): HandleRequest => {
  return async (request) => {
    const refuse = (refusal: Refusal, status?: number): GatewayAnswer =>
      gatewayResponse({ api, request, context: {} }, refusal, status);
    const match = matchRoute(api.root, request.path, request.method);
    if (match === null) return refuse("MISSING_AUTHENTICATION_TOKEN");
    const subject: Subject = { api, match, request, place: deps.place };
    const caller = await admit(subject, deps);
    if (isRefused(caller)) return refuse(caller.refused);
    if (isThrottled(subject, deps.limits)) return refuse("THROTTLED");
    if (request.body === null) return refuse("REQUEST_TOO_LARGE");
    const { integration } = match.method;
    if (integration.kind === "mock") return mockAnswer(integration, request);
    return invoke(integration, { deps, event: proxyEvent(subject, caller), refuse });
  };
};

/** Who is calling, if the method asks, and whether the key's plan lets the request through. */
const admit = async (subject: Subject, deps: RestApiDeps): Promise<Caller | Refused> => {
  const { api, request } = subject;
  const { authorizer, apiKeyRequired } = subject.match.method;
  const admission = authorizer === null ? null : await deps.authorise(authorizer, subject, methodArn(subject));
  if (admission?.admitted === false) return { refused: admission.because };
  const caller: Caller = { authorizer: admission?.authorizer ?? null, apiKey: null };
  if (!apiKeyRequired) return caller;
  const value =
    api.apiKeySource === "HEADER" ? headerOf(request, "x-api-key") : (admission?.usageIdentifierKey ?? null);
  const metered = deps.usagePlans.meter(api, value);
  return metered.passed ? { ...caller, apiKey: metered.key } : { refused: metered.because };
};

const methodArn = ({ api, request, place }: Subject): string =>
  `arn:aws:execute-api:${place.region}:${place.accountId}:${api.id}/${api.stage}/${request.method}${request.path}`;

const isThrottled = ({ api, match }: Subject, limits: Limits): boolean => {
  const throttle = match.method.throttle ?? api.throttle;
  return throttle !== null && !limits.take(`${api.id} ${match.method.httpMethod} ${match.resource.path}`, throttle);
};

type Invocation = {
  readonly deps: RestApiDeps;
  readonly event: unknown;
  readonly refuse: (refusal: Refusal, status?: number) => GatewayAnswer;
};

/** A function that is still running at the limit goes on; only the caller stops waiting for it. */
const invoke = async (integration: LambdaIntegration, { deps, event, refuse }: Invocation): Promise<GatewayAnswer> => {
  const cancel = new AbortController();
  const tooLate = wait(integration.timeoutMs, null, { signal: cancel.signal }).catch(() => null);
  const result = await Promise.race([deps.findFunction(integration.functionArn).invoke(event), tooLate]);
  cancel.abort();
  if (result === null) return refuse("INTEGRATION_TIMEOUT");
  if (!result.ok && result.error.errorType === "RequestTooLargeException") return refuse("REQUEST_TOO_LARGE");
  if (!result.ok && result.error.errorType === "TooManyRequestsException") return refuse("DEFAULT_5XX");
  const answer = result.ok ? lambdaAnswer(result.payload) : null;
  return answer ?? refuse("DEFAULT_5XX", 502);
};

const mockAnswer = (integration: MockIntegration, request: GatewayRequest): GatewayAnswer => {
  const headers = new Map(Object.entries(integration.headers).map(([name, value]) => [name.toLowerCase(), value]));
  if (integration.template !== null) {
    const header = (name: string): string => request.headers.find(([sent]) => sent === name)?.[1] ?? "";
    for (const [name, value] of Object.entries(integration.template({ header })))
      headers.set(name.toLowerCase(), value);
  }
  return { status: integration.status, headers: [...headers], body: Buffer.alloc(0) };
};
