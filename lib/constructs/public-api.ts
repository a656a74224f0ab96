/**
 * A REST API as both doors of Malipo have it: regional, throttled, with an access log that holds nothing about a person,
 * and with refusals of its own that look like the handlers' answers.
 */
import { CfnOutput, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  AccessLogFormat,
  ApiKeySourceType,
  EndpointType,
  LambdaIntegration,
  LogGroupLogDestination,
  MethodLoggingLevel,
  RestApi,
  SecurityPolicy,
} from "aws-cdk-lib/aws-apigateway";
import type { CorsOptions, Method, MethodDeploymentOptions, MethodOptions } from "aws-cdk-lib/aws-apigateway";
import { Certificate } from "aws-cdk-lib/aws-certificatemanager";
import type { IFunction } from "aws-cdk-lib/aws-lambda";
import { LogGroup } from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import type { Domain, Stage, Throttle } from "../stage.ts";
import { addGatewayProblems } from "./gateway-problems.ts";

/**
 * One line for each request. The route as declared instead of the path (paths hold ids and tokens), no query string, no
 * address, no user agent.
 */
const ACCESS_LOG = {
  request_id: "$context.requestId",
  time: "$context.requestTimeEpoch",
  method: "$context.httpMethod",
  route: "$context.resourcePath",
  status: "$context.status",
  latency_ms: "$context.responseLatency",
  function_ms: "$context.integrationLatency",
  function_status: "$context.integrationStatus",
  answer_bytes: "$context.responseLength",
  key_id: "$context.identity.apiKeyId",
  gateway_error: "$context.error.responseType",
  function_error: "$context.integrationErrorMessage",
  authoriser_ms: "$context.authorizer.latency",
  authoriser_status: "$context.authorizer.status",
} as const;

export interface PublicApiProps {
  readonly stage: Stage;
  /** CloudWatch files the API's metrics under it. */
  readonly name: string;
  readonly description: string;
  readonly domain: Domain | null;
  readonly throttle: Throttle;
  /** Limits of single routes: `"/v1/payments/POST"`. */
  readonly routeThrottles: Readonly<Record<string, Throttle>>;
  readonly cors: CorsOptions | null;
}

const limits = (throttle: Throttle): MethodDeploymentOptions => ({
  throttlingRateLimit: throttle.perSecond,
  throttlingBurstLimit: throttle.burst,
});

export class PublicApi extends Construct {
  readonly api: RestApi;
  /** Where it is reached, without a slash at the end. */
  readonly baseUrl: string;

  constructor(scope: Construct, id: string, props: PublicApiProps) {
    super(scope, id);
    const { stage, domain } = props;
    this.api = this.#restApi(props);
    this.api.node.tryRemoveChild("Endpoint"); // the library's own output, which would name an address that is switched off
    this.baseUrl = this.#address(stage, domain);
    addGatewayProblems(this.api, stage);
  }

  /** Sends one method of one path to a function, as it comes: the function checks what it says. */
  route(
    target: { readonly method: string; readonly path: string; readonly function: IFunction },
    options: MethodOptions,
  ): Method {
    return this.api.root
      .resourceForPath(target.path)
      .addMethod(
        target.method,
        new LambdaIntegration(target.function, { proxy: true, allowTestInvoke: false }),
        options,
      );
  }

  #restApi(props: PublicApiProps): RestApi {
    const { stage, domain, cors } = props;
    const log = new LogGroup(this, "AccessLog", {
      retention: stage.logRetention,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const routes = Object.entries(props.routeThrottles).map(([route, throttle]) => [route, limits(throttle)] as const);
    return new RestApi(this, "Api", {
      restApiName: props.name,
      description: props.description,
      cloudWatchRole: false,
      endpointTypes: [EndpointType.REGIONAL],
      disableExecuteApiEndpoint: domain !== null,
      apiKeySourceType: ApiKeySourceType.AUTHORIZER,
      ...(cors === null ? {} : { defaultCorsPreflightOptions: cors }),
      deployOptions: {
        stageName: stage.name,
        tracingEnabled: stage.xray,
        loggingLevel: MethodLoggingLevel.OFF,
        dataTraceEnabled: false,
        accessLogDestination: new LogGroupLogDestination(log),
        accessLogFormat: AccessLogFormat.custom(JSON.stringify(ACCESS_LOG)),
        ...limits(props.throttle),
        methodOptions: Object.fromEntries(routes),
      },
    });
  }

  #address(stage: Stage, domain: Domain | null): string {
    // Put together by hand: a function behind this API may be told the address, and the library's own one waits for the
    // deployment, which waits for the functions.
    if (domain === null) {
      const { region, urlSuffix } = Stack.of(this);
      return `https://${this.api.restApiId}.execute-api.${region}.${urlSuffix}/${stage.name}`;
    }
    const name = this.api.addDomainName("Domain", {
      domainName: domain.name,
      certificate: Certificate.fromCertificateArn(this, "Certificate", domain.certificateArn),
      endpointType: EndpointType.REGIONAL,
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new CfnOutput(this, "DomainTarget", {
      description: `Point ${domain.name} here (CNAME or alias) for the stage ${stage.name}.`,
      value: name.domainNameAliasDomainName,
    });
    return `https://${domain.name}`;
  }
}
