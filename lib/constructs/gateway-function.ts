/**
 * One Lambda function of the gateway: its own role, its own log with an end, and alarms that say who is hurt. It starts
 * with no permission but to write its log; `uses` adds a grant and the variable that names the thing in one call, so a
 * function can't be given one without the other.
 */
import { Duration, RemovalPolicy } from "aws-cdk-lib";
import type { Alarm } from "aws-cdk-lib/aws-cloudwatch";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Role } from "aws-cdk-lib/aws-iam";
import { Architecture, Function as LambdaFunction, Runtime, Tracing } from "aws-cdk-lib/aws-lambda";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { FunctionSpec } from "../function-spec.ts";
import type { FunctionName } from "../functions.ts";
import { doorAlarmOf } from "../gradual.ts";
import type { Stage } from "../stage.ts";
import { bundledCode } from "./bundling.ts";
import { FunctionRole } from "./function-role.ts";
import { ImpactAlarm } from "./impact-alarm.ts";
import type { AlarmTarget } from "./impact-alarm.ts";
import { VERSIONS_STAY } from "./releases.ts";
import type { Releases } from "./releases.ts";
import { Uses } from "./uses.ts";

/** The service that logs and counters of a stage are filed under. */
export const serviceName = (stage: Stage): string => `malipo-${stage.name}`;

export interface GatewayFunctionProps {
  readonly stage: Stage;
  readonly functionName: FunctionName;
  readonly spec: FunctionSpec;
  readonly alarms: AlarmTarget;
  readonly releases: Releases;
}

export class GatewayFunction extends Construct {
  readonly lambda: LambdaFunction;
  /** What its callers call: itself, or the name behind which a new version takes over gradually. */
  readonly callee: IFunction;
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
    this.role = new FunctionRole(this, "Role", {
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
      currentVersionOptions: VERSIONS_STAY,
    });
    this.uses = new Uses(this.lambda, this.role, stage);
    this.uses.stage();
    const errors = this.#alarms(props);
    const door = doorAlarmOf(props.functionName);
    this.callee = door === null ? this.lambda : props.releases.release(this, { lambda: this.lambda, errors, door });
  }

  /** Answers the one on its errors. */
  #alarms({ functionName, spec, alarms }: GatewayFunctionProps): Alarm {
    const period = Duration.minutes(5);
    const errors = new ImpactAlarm(this, "Errors", {
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
    return errors.alarm;
  }
}
