/**
 * One Lambda function of the gateway: its own role, its own log with an end, and alarms that say who is hurt. It starts
 * with no permission but to write its log; `uses` adds a grant and the variable that names the thing in one call, so a
 * function can't be given one without the other.
 */
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { Architecture, Function as LambdaFunction, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { FunctionSpec } from "../function-spec.ts";
import type { FunctionName } from "../functions.ts";
import type { Stage } from "../stage.ts";
import { NO_QUEUE_OF_ITS_OWN, TRACING_IS_STAGE_DATA, accept } from "./accepted.ts";
import { bundledCode } from "./bundling.ts";
import { ImpactAlarm } from "./impact-alarm.ts";
import type { AlarmTarget } from "./impact-alarm.ts";
import { Uses } from "./uses.ts";

/** The service that logs and counters of a stage are filed under. */
export const serviceName = (stage: Stage): string => `malipo-${stage.name}`;

export interface GatewayFunctionProps {
  readonly stage: Stage;
  readonly functionName: FunctionName;
  readonly spec: FunctionSpec;
  readonly alarms: AlarmTarget;
}

export class GatewayFunction extends Construct {
  readonly lambda: LambdaFunction;
  readonly role: Role;
  readonly spec: FunctionSpec;
  /** What it may touch. */
  readonly uses: Uses;

  constructor(scope: Construct, id: string, props: GatewayFunctionProps) {
    super(scope, id);
    const { stage, spec } = props;
    this.spec = spec;
    const log = new LogGroup(this, "Log", {
      retention: stage.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    this.role = new Role(this, "Role", {
      assumedBy: new ServicePrincipal("lambda.amazonaws.com"),
      description: `What ${props.functionName} of Malipo (${stage.name}) may do.`,
    });
    log.grantWrite(this.role);
    this.lambda = new LambdaFunction(this, "Function", {
      description: spec.purpose,
      role: this.role,
      logGroup: log,
      code: bundledCode(spec.entry),
      handler: "index.handler",
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      memorySize: spec.memoryMb,
      timeout: Duration.seconds(spec.timeoutSeconds),
      tracing: stage.xray ? Tracing.ACTIVE : Tracing.DISABLED,
      environment: {
        POWERTOOLS_SERVICE_NAME: serviceName(stage),
        POWERTOOLS_LOG_LEVEL: "INFO",
      },
    });
    this.uses = new Uses(this.lambda, this.role, stage);
    this.uses.stage();
    this.#acceptFindings(stage);
    this.#alarms(props);
  }

  #acceptFindings(stage: Stage): void {
    accept(this.lambda, { id: "Serverless-LambdaDLQ", reason: NO_QUEUE_OF_ITS_OWN[this.spec.invokedBy] });
    if (stage.xray) {
      accept(this, {
        id: "AwsSolutions-IAM5[Resource::*]",
        reason: "X-Ray's write actions know no resource to narrow them to; they add trace segments and read nothing.",
      });
    } else {
      accept(this.lambda, { id: "Serverless-LambdaTracing", reason: TRACING_IS_STAGE_DATA });
    }
  }

  #alarms({ functionName, spec, alarms }: GatewayFunctionProps): void {
    const period = Duration.minutes(5);
    new ImpactAlarm(this, "Errors", {
      name: `${functionName} errors`,
      impact: spec.impact,
      metric: this.lambda.metricErrors({ period }),
      target: alarms,
      rings: { when: "above", threshold: spec.everydayErrors },
    });
    new ImpactAlarm(this, "Throttles", {
      name: `${functionName} throttles`,
      impact: spec.impact,
      metric: this.lambda.metricThrottles({ period }),
      target: alarms,
    });
  }
}
