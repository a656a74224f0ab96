/**
 * The storefronts' door: the API that shops and finance call. A stack of its own because CloudFormation takes 500 resources
 * in one, and a door has several for each route. It stands on the gateway's functions and nothing stands on it; deleting
 * it shuts the door and loses nothing.
 */
import { CfnOutput, Duration, Stack } from "aws-cdk-lib";
import type { App, StackProps } from "aws-cdk-lib";
import { ImpactAlarm } from "./constructs/impact-alarm.ts";
import type { PublicApi } from "./constructs/public-api.ts";
import { sealLogs } from "./constructs/sealed-logs.ts";
import { StorefrontApi } from "./constructs/storefront-api.ts";
import { WebFirewall } from "./constructs/web-firewall.ts";
import type { GatewayStack } from "./gateway-stack.ts";
import type { Stage } from "./stage.ts";

/** In five minutes. Scanners knock at every address, a few times. */
const MANY_BLOCKED = 500;

export interface StorefrontStackProps extends StackProps {
  readonly stage: Stage;
  readonly gateway: GatewayStack;
}

export class StorefrontStack extends Stack {
  readonly door: PublicApi;

  constructor(app: App, id: string, props: StorefrontStackProps) {
    super(app, id, props);
    const { stage, gateway } = props;
    sealLogs(this, gateway.key);
    const { door, plans } = new StorefrontApi(this, "Storefronts", { stage, functions: gateway.functions });
    this.door = door;
    door.api.deploymentStage.node.addDependency(gateway.accessLogging);
    new ImpactAlarm(this, "StorefrontFaults", {
      name: "storefront faults",
      impact: "Storefronts get server errors: some customers can't pay, or can't see that they have paid.",
      metric: door.api.deploymentStage.metricServerError({ period: Duration.minutes(5), statistic: "Sum" }),
      target: gateway.alarms,
    });
    const firewall = new WebFirewall(this, "Firewall", { stage, door: "storefronts", api: door.api });
    new ImpactAlarm(this, "StorefrontsBlocked", {
      name: "storefronts blocked",
      impact:
        "The firewall refuses many requests: an attack that goes nowhere, or a storefront whose customers can't pay.",
      metric: firewall.blocked.with({ period: Duration.minutes(5) }),
      target: gateway.alarms,
      rings: { when: "above", threshold: MANY_BLOCKED },
    });
    const values = {
      ApiBaseUrl: door.baseUrl,
      UsagePlanStandard: plans.standard.usagePlanId,
      UsagePlanHigh: plans.high.usagePlanId,
    };
    for (const [name, value] of Object.entries(values)) new CfnOutput(this, name, { value });
  }
}
