/**
 * The storefronts' door: every route of the contract, an authoriser in front of all that is not public, a usage plan for
 * each tier, and a throttle on starting payments that is the standing limit of the STK lane.
 */
import { Duration } from "aws-cdk-lib";
import { ApiKey, AuthorizationType, TokenAuthorizer, UsagePlan, Period } from "aws-cdk-lib/aws-apigateway";
import type { CorsOptions } from "aws-cdk-lib/aws-apigateway";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { ROUTES } from "../../functions/api/contract.ts";
import type { ApiFunction, Route } from "../../functions/api/contract.ts";
import { browserUsage } from "../../functions/domain/usage.ts";
import type { Stage, Tier } from "../stage.ts";
import type { GatewayFunction } from "./gateway-function.ts";
import { PublicApi } from "./public-api.ts";

/** A revoked key is let in for at most this long, because API Gateway remembers the authoriser's answer. */
const AUTHORISER_CACHE = Duration.seconds(60);

/** What can be a key or a client token at all; anything else is refused without running the authoriser. */
const BEARER = "^[Bb]earer (sk|ct)_[A-Za-z0-9_.-]{1,200}$";

export interface StorefrontApiProps {
  readonly stage: Stage;
  readonly functions: Readonly<Record<ApiFunction | "authorise", GatewayFunction>>;
}

/** Browsers may send these; the handlers read no others. */
const corsOf = (stage: Stage): CorsOptions | null =>
  stage.allowedOrigins.length === 0
    ? null
    : {
        allowOrigins: [...stage.allowedOrigins],
        allowMethods: ["GET", "POST", "PATCH", "DELETE"],
        allowHeaders: ["Authorization", "Content-Type", "Idempotency-Key"],
        maxAge: Duration.hours(1),
      };

export class StorefrontApi extends Construct {
  readonly door: PublicApi;
  readonly plans: Readonly<Record<Tier, UsagePlan>>;

  constructor(scope: Construct, id: string, props: StorefrontApiProps) {
    super(scope, id);
    const { stage } = props;
    // Both doors to the lane of prompts: each alone may use all of it, and the lane's own slots hold them together.
    const stk = { perSecond: stage.lanes.stk, burst: Math.max(1, Math.ceil(stage.lanes.stk)) };
    const prompts = [ROUTES.startPayment, ROUTES.payCheckoutSession];
    this.door = new PublicApi(this, "Door", {
      stage,
      name: `malipo-${stage.name}-storefronts`,
      description: "Malipo for storefronts.",
      domain: stage.apiDomain,
      throttle: stage.apiThrottle,
      routeThrottles: Object.fromEntries(prompts.map(({ method, path }) => [`${path}/${method}`, stk])),
      cors: corsOf(stage),
    });
    this.#routes(props);
    this.plans = this.#usagePlans(stage);
  }

  #routes({ functions }: StorefrontApiProps): void {
    const authorizer = new TokenAuthorizer(this, "Authoriser", {
      handler: LambdaFunction.fromFunctionAttributes(this, "Authorise", {
        functionArn: functions.authorise.callee.functionArn,
        // Its permission stands here, beside the API that is permitted: beside the function it would tie the two in a circle.
        sameEnvironment: true,
      }),
      resultsCacheTtl: AUTHORISER_CACHE,
      validationRegex: BEARER,
    });
    for (const route of Object.values<Route>(ROUTES)) {
      const target = { method: route.method, path: route.path, function: functions[route.function].callee };
      this.door.route(
        target,
        route.auth === "none"
          ? { authorizationType: AuthorizationType.NONE }
          : { authorizer, authorizationType: AuthorizationType.CUSTOM, apiKeyRequired: true },
      );
    }
  }

  /** Keys are added to a tier's plan by the operator's command; the browser's one key is part of the stack. */
  #usagePlans(stage: Stage): Readonly<Record<Tier, UsagePlan>> {
    const browser = this.#usagePlan(stage, "browser");
    browser.addApiKey(
      new ApiKey(this, "BrowserKey", {
        description: "Meters all client tokens together. Not a credential: the API takes no key from a header.",
        value: browserUsage(stage.name),
      }),
    );
    return { browser, standard: this.#usagePlan(stage, "standard"), high: this.#usagePlan(stage, "high") };
  }

  #usagePlan(stage: Stage, tier: Tier): UsagePlan {
    const limits = stage.tiers[tier];
    return new UsagePlan(this, `Plan-${tier}`, {
      name: `malipo-${stage.name}-${tier}`,
      apiStages: [{ stage: this.door.api.deploymentStage }],
      throttle: { rateLimit: limits.perSecond, burstLimit: limits.burst },
      quota: { limit: limits.perDay, period: Period.DAY },
    });
  }
}
