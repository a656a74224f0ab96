/**
 * How a new version of a function takes over: whoever calls it calls its alias `live`, and CodeDeploy moves the alias from
 * the version before to the new one, in steps that are the stage's data. What must stay true: an alarm that rings meanwhile
 * moves it back, and the versions before stay where they are, so that going back takes no deployment.
 */
import { RemovalPolicy, Stack } from "aws-cdk-lib";
import { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { LambdaApplication, LambdaDeploymentConfig, LambdaDeploymentGroup } from "aws-cdk-lib/aws-codedeploy";
import type { ILambdaDeploymentConfig } from "aws-cdk-lib/aws-codedeploy";
import { PolicyStatement, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Role } from "aws-cdk-lib/aws-iam";
import { Function as LambdaFunction } from "aws-cdk-lib/aws-lambda";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { Construct } from "constructs";
import type { DoorAlarm } from "../gradual.ts";
import type { Release, Stage } from "../stage.ts";
import { FunctionRole } from "./function-role.ts";
import { alarmName } from "./impact-alarm.ts";

/** What callers name; the version behind it changes. */
const LIVE = "live";

/**
 * Kept when its stack lets go of it, so that the alias can be moved back by hand; but not when the deployment that made it
 * is taken back, because the same code could then not be deployed again.
 */
export const VERSIONS_STAY = { removalPolicy: RemovalPolicy.RETAIN_ON_UPDATE_OR_DELETE };

const STEPS: Readonly<Record<Release, ILambdaDeploymentConfig>> = {
  canary: LambdaDeploymentConfig.CANARY_10PERCENT_5MINUTES,
  "at-once": LambdaDeploymentConfig.ALL_AT_ONCE,
  unwatched: LambdaDeploymentConfig.ALL_AT_ONCE,
};

export interface Released {
  readonly lambda: LambdaFunction;
  /** Rings at errors of the function itself. */
  readonly errors: Alarm;
  readonly door: DoorAlarm;
}

export class Releases extends Construct {
  readonly #stage: Stage;
  readonly #application: LambdaApplication;
  readonly #role: Role;

  constructor(scope: Construct, id: string, { stage }: { readonly stage: Stage }) {
    super(scope, id);
    this.#stage = stage;
    this.#application = new LambdaApplication(this, "Application");
    this.#role = new FunctionRole(this, "Role", {
      assumedBy: new ServicePrincipal("codedeploy.amazonaws.com", {
        conditions: { StringEquals: { "aws:SourceAccount": Stack.of(this).account } },
      }),
      description: `Moves callers of Malipo (${stage.name}) from one version of a function to the next.`,
    });
    // CloudWatch answers in full only to whoever may ask for every alarm; AWS's own policies for CodeDeploy name none either.
    this.#role.addToPolicy(new PolicyStatement({ actions: ["cloudwatch:DescribeAlarms"], resources: ["*"] }));
  }

  /** The alias under which the function is called from now on. */
  release(scope: Construct, { lambda, errors, door }: Released): IFunction {
    const alias = lambda.addAlias(LIVE);
    const watched = [errors, this.#doorAlarm(scope, door)];
    this.#allow(lambda);
    const group = new LambdaDeploymentGroup(scope, "Release", {
      alias,
      application: this.#application,
      // The library would add a policy of AWS's that lets it move every function of the account.
      role: this.#role.withoutPolicyUpdates(),
      deploymentConfig: STEPS[this.#stage.release],
      ...(this.#stage.release === "unwatched" ? {} : { alarms: watched }),
    });
    group.node.addDependency(this.#role);
    return LambdaFunction.fromFunctionAttributes(scope, "Live", {
      functionArn: alias.functionArn,
      sameEnvironment: true,
    });
  }

  /** By its name alone: what the alarm watches waits for the API, and that for the alias. */
  #doorAlarm(scope: Construct, door: DoorAlarm): ReturnType<typeof Alarm.fromAlarmName> {
    return Alarm.fromAlarmName(scope, "DoorFaults", alarmName(this.#stage.name, door));
  }

  #allow(lambda: LambdaFunction): void {
    this.#role.addToPolicy(
      new PolicyStatement({
        actions: ["lambda:GetAlias", "lambda:UpdateAlias", "lambda:GetProvisionedConcurrencyConfig"],
        resources: [lambda.functionArn, `${lambda.functionArn}:${LIVE}`],
      }),
    );
  }
}
