/**
 * The storefronts' door: the API that shops and finance call. A stack of its own because CloudFormation takes 500 resources
 * in one, and a door has several for each route. It stands on the gateway's functions and nothing stands on it; deleting
 * it shuts the door and loses nothing.
 */
import { CfnOutput, Duration, Stack } from "aws-cdk-lib";
import type { App, StackProps } from "aws-cdk-lib";
import { ImpactAlarm } from "./constructs/impact-alarm.ts";
import type { PublicApi } from "./constructs/public-api.ts";
import { StorefrontApi } from "./constructs/storefront-api.ts";
import type { GatewayStack } from "./gateway-stack.ts";
import type { Stage } from "./stages.ts";

export interface StorefrontStackProps extends StackProps {
  readonly stage: Stage;
  readonly gateway: GatewayStack;
}

export class StorefrontStack extends Stack {
  readonly door: PublicApi;

  constructor(app: App, id: string, props: StorefrontStackProps) {
    super(app, id, props);
    const { stage, gateway } = props;
    const { door, plans } = new StorefrontApi(this, "Storefronts", { stage, functions: gateway.functions });
    this.door = door;
    door.api.deploymentStage.node.addDependency(gateway.accessLogging);
    new ImpactAlarm(this, "StorefrontFaults", {
      name: "storefront faults",
      impact: "Storefronts get server errors: some customers can't pay, or can't see that they have paid.",
      metric: door.api.deploymentStage.metricServerError({ period: Duration.minutes(5), statistic: "Sum" }),
      target: gateway.alarms,
    });
    const values = {
      ApiBaseUrl: door.baseUrl,
      UsagePlanStandard: plans.standard.usagePlanId,
      UsagePlanHigh: plans.high.usagePlanId,
    };
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
