/**
 * Safaricom's door. Kept apart from the storefronts' so that no storefront's burst, throttle or quota can cost a callback,
 * which may be sent only once.
 */
import { AuthorizationType } from "aws-cdk-lib/aws-apigateway";
import { CfnFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import { CALLBACK_KINDS } from "../../functions/daraja/callback-url.ts";
import type { CallbackKind } from "../../functions/daraja/callback-url.ts";
import type { Stage } from "../stage.ts";
import type { GatewayFunction } from "./gateway-function.ts";
import { PublicApi } from "./public-api.ts";

/** The shape of every callback address; `functions/daraja/callback-url.ts` fills it. */
export const callbackPath = (kind: CallbackKind): string => `/callbacks/v1/${kind}/{id}/{token}`;

export interface CallbackApiProps {
  readonly stage: Stage;
  readonly functions: Readonly<Record<CallbackFunction, GatewayFunction>>;
}

/** The functions of Safaricom's door. */
type CallbackFunction = "stk-callback" | "validate-payment" | "confirm-payment" | "results";

/**
 * Pushes, validations and confirmations have functions of their own: customers wait for them, however many payouts end at
 * the same time.
 */
const functionOf = (kind: CallbackKind): CallbackFunction => {
  if (kind === "stk") return "stk-callback";
  if (kind === "c2b-validation") return "validate-payment";
  return kind === "c2b-confirmation" ? "confirm-payment" : "results";
};

/** The account's other functions can't take it away, however many of them run. */
const keepRoom = ({ lambda }: GatewayFunction, { callbackConcurrency }: Stage): void => {
  const resource = lambda.node.defaultChild;
  if (callbackConcurrency === null || !CfnFunction.isCfnFunction(resource)) return;
  resource.reservedConcurrentExecutions = callbackConcurrency;
};

export class CallbackApi extends Construct {
  readonly door: PublicApi;
  /** What callback addresses begin with, without a slash at the end. */
  readonly baseUrl: string;

  constructor(scope: Construct, id: string, { stage, functions }: CallbackApiProps) {
    super(scope, id);
    this.door = new PublicApi(this, "Door", {
      stage,
      name: `malipo-${stage.name}-callbacks`,
      description: "Safaricom's callbacks to Malipo.",
      domain: stage.callbackDomain,
      throttle: stage.callbackThrottle,
      routeThrottles: {},
      cors: null,
    });
    for (const kind of CALLBACK_KINDS) {
      this.door.route(
        { method: "POST", path: callbackPath(kind), function: functions[functionOf(kind)].callee },
        // Safaricom can send no header of ours: the token in the path is checked by the function before anything else.
        { authorizationType: AuthorizationType.NONE },
      );
    }
    this.baseUrl = stage.callbackBaseUrl ?? this.door.baseUrl;
    for (const name of new Set(CALLBACK_KINDS.map(functionOf))) keepRoom(functions[name], stage);
  }
}
