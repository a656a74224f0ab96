/**
 * Safaricom's door. Kept apart from the storefronts' so that no storefront's burst, throttle or quota can cost a callback,
 * which may be sent only once.
 */
import { AuthorizationType } from "aws-cdk-lib/aws-apigateway";
import { Construct } from "constructs";
import { CALLBACK_KINDS } from "../../functions/daraja/callback-url.ts";
import type { CallbackKind } from "../../functions/daraja/callback-url.ts";
import type { Stage } from "../stage.ts";
import type { GatewayFunction } from "./gateway-function.ts";
import { PublicApi } from "./public-api.ts";

/** The shape of every callback address; `functions/daraja/callback-url.ts` fills it. */
export const callbackPath = (kind: CallbackKind): string => `/callbacks/v1/${kind}/{id}/{token}`;

const READ_AS_IT_COMES =
  "Safaricom's bodies come in several shapes, and even one that can't be understood is evidence: the handler keeps whatever arrives and refuses nothing for its form, so the gateway must not either.";

const TOKEN_IN_PATH =
  "Safaricom can neither sign a callback nor send a header of ours. Each address carries a 130-bit keyed token that was made for one transaction and one kind of message; the function compares it in constant time before it reads or writes anything, answers 404 without it, and checks the sender's address against Safaricom's published list.";

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
      validation: READ_AS_IT_COMES,
      cors: null,
    });
    for (const kind of CALLBACK_KINDS) {
      this.door.route(
        { method: "POST", path: callbackPath(kind), function: functions[functionOf(kind)].lambda },
        { authorizationType: AuthorizationType.NONE, open: TOKEN_IN_PATH },
      );
    }
    this.baseUrl = stage.callbackBaseUrl ?? this.door.baseUrl;
  }
}
