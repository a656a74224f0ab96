/**
 * Payers' sockets: a WebSocket API with one function behind all of its routes. What must stay true: whoever opens a socket
 * shows a client token to that function first; the access log holds neither the token, which comes in the address, nor
 * anything about a person.
 */
import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import { CfnApi, CfnIntegration, CfnRoute, CfnRouteResponse, CfnStage } from "aws-cdk-lib/aws-apigatewayv2";
import { MathExpression, Metric } from "aws-cdk-lib/aws-cloudwatch";
import { ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Stage } from "../stage.ts";
import type { GatewayFunction } from "./gateway-function.ts";
import { ImpactAlarm } from "./impact-alarm.ts";
import type { AlarmTarget } from "./impact-alarm.ts";

/**
 * The last part of its address, whatever the stage of Malipo: so that the pages' own address can lead here without another
 * path in between.
 */
export const SOCKETS_PATH = "ws";

/** One line for each socket that was opened, spoken on or closed. */
const ACCESS_LOG = {
  request_id: "$context.requestId",
  time: "$context.requestTimeEpoch",
  route: "$context.routeKey",
  connection: "$context.connectionId",
  status: "$context.status",
  function_ms: "$context.integrationLatency",
  function_status: "$context.integrationStatus",
  function_error: "$context.integrationErrorMessage",
} as const;

const ROUTES = { Connect: "$connect", Disconnect: "$disconnect", Default: "$default" } as const;

export interface SocketApiProps {
  readonly stage: Stage;
  readonly live: GatewayFunction;
  readonly alarms: AlarmTarget;
}

export class SocketApi extends Construct {
  /** `wss://...`, as browsers open it and as whoever pushes finds it. */
  readonly endpoint: string;
  /** Its host, for who leads to it from another address. */
  readonly host: string;
  readonly stage: CfnStage;
  readonly #api: CfnApi;

  constructor(scope: Construct, id: string, { stage, live, alarms }: SocketApiProps) {
    super(scope, id);
    this.#api = new CfnApi(this, "Api", {
      name: `malipo-${stage.name}-sockets`,
      description: "Live status for payers' pages.",
      protocolType: "WEBSOCKET",
      routeSelectionExpression: "$request.body.action",
    });
    const { region, urlSuffix } = Stack.of(this);
    this.host = `${this.#api.ref}.execute-api.${region}.${urlSuffix}`;
    this.endpoint = `${this.#api.attrApiEndpoint}/${SOCKETS_PATH}`;
    this.#routes(live);
    this.stage = this.#stage(stage);
    this.#alarm(live, alarms);
  }

  /** All open sockets, to speak on. */
  get arn(): string {
    const { region, account, partition } = Stack.of(this);
    return `arn:${partition}:execute-api:${region}:${account}:${this.#api.ref}/${SOCKETS_PATH}/POST/@connections/*`;
  }

  #routes({ callee }: GatewayFunction): void {
    const { region, account, partition } = Stack.of(this);
    const integration = new CfnIntegration(this, "Live", {
      apiId: this.#api.ref,
      integrationType: "AWS_PROXY",
      integrationMethod: "POST",
      integrationUri: `arn:${partition}:apigateway:${region}:lambda:path/2015-03-31/functions/${callee.functionArn}/invocations`,
    });
    for (const [id, routeKey] of Object.entries(ROUTES)) {
      const route = new CfnRoute(this, id, {
        apiId: this.#api.ref,
        routeKey,
        authorizationType: "NONE",
        target: `integrations/${integration.ref}`,
        // Without it, what the function answers to a message would be thrown away.
        ...(routeKey === "$default" ? { routeResponseSelectionExpression: "$default" } : {}),
      });
      if (routeKey === "$default")
        new CfnRouteResponse(this, "Answer", {
          apiId: this.#api.ref,
          routeId: route.ref,
          routeResponseKey: "$default",
        });
    }
    callee.addPermission("Sockets", {
      principal: new ServicePrincipal("apigateway.amazonaws.com"),
      sourceArn: `arn:${partition}:execute-api:${region}:${account}:${this.#api.ref}/${SOCKETS_PATH}/*`,
    });
  }

  #stage({ apiThrottle, logRetention }: Stage): CfnStage {
    const log = new LogGroup(this, "AccessLog", { retention: logRetention, removalPolicy: RemovalPolicy.DESTROY });
    return new CfnStage(this, "Stage", {
      apiId: this.#api.ref,
      stageName: SOCKETS_PATH,
      autoDeploy: true,
      accessLogSettings: { destinationArn: log.logGroupArn, format: JSON.stringify(ACCESS_LOG) },
      defaultRouteSettings: {
        loggingLevel: "OFF",
        dataTraceEnabled: false,
        throttlingRateLimit: apiThrottle.perSecond,
        throttlingBurstLimit: apiThrottle.burst,
      },
    });
  }

  /** The function's own faults ring as every function's do; these are the gateway's before and after it. */
  #alarm({ spec }: GatewayFunction, target: AlarmTarget): void {
    const metric = (metricName: string): Metric =>
      new Metric({
        namespace: "AWS/ApiGateway",
        metricName,
        dimensionsMap: { ApiId: this.#api.ref, Stage: SOCKETS_PATH },
        statistic: "Sum",
      });
    new ImpactAlarm(this, "Faults", {
      name: "socket faults",
      impact: spec.impact,
      metric: new MathExpression({
        expression: "SUM(METRICS())",
        usingMetrics: { execution: metric("ExecutionError"), integration: metric("IntegrationError") },
        period: Duration.minutes(5),
      }),
      target,
    });
  }
}
