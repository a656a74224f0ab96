/** Reads the template's WebSocket APIs: their stage, which function is behind each route, and which routes answer. */
import * as z from "zod";

import type { Deployment } from "../../template/deployment.ts";
import type { Throttle } from "../rest-api/model.ts";

export type SocketRoute = {
  readonly functionArn: string;
  /** Whether what the function answers to a message is sent back. */
  readonly answers: boolean;
};

export type WebSocketApi = {
  readonly id: string;
  readonly stage: string;
  /** By key: `$connect`, `$disconnect`, `$default`. */
  readonly routes: ReadonlyMap<string, SocketRoute>;
  readonly throttle: Throttle | null;
};

const ApiProperties = z.object({
  Name: z.string(),
  ProtocolType: z.literal("WEBSOCKET", "only WebSocket APIs of this kind are run here"),
});

const StageProperties = z.object({
  ApiId: z.string(),
  StageName: z.string(),
  AutoDeploy: z.literal(true, "a stage that does not deploy itself is not run here"),
  DefaultRouteSettings: z
    .object({ ThrottlingRateLimit: z.number(), ThrottlingBurstLimit: z.number() })
    .partial()
    .default({}),
});

/** Routes by what a message asks for are not run here: all messages take `$default`. */
const RouteKey = z.enum(["$connect", "$disconnect", "$default"]);

const RouteProperties = z.object({
  ApiId: z.string(),
  RouteKey,
  AuthorizationType: z.literal("NONE", "authorisers of sockets are not run here").default("NONE"),
  RouteResponseSelectionExpression: z.literal("$default").optional(),
  Target: z.string().startsWith("integrations/"),
});

const IntegrationProperties = z.object({
  ApiId: z.string(),
  IntegrationType: z.literal("AWS_PROXY"),
  IntegrationUri: z.string(),
});

const RouteResponseProperties = z.object({ RouteId: z.string(), RouteResponseKey: z.literal("$default") });

const FUNCTION_IN_URI = /\/functions\/(arn:[^/]+)\/invocations$/;

const readRoutes = (deployment: Deployment, apiId: string): ReadonlyMap<string, SocketRoute> => {
  const functions = new Map(
    deployment.ofType("AWS::ApiGatewayV2::Integration").map((resource) => {
      const uri = resource.properties(IntegrationProperties).IntegrationUri;
      const arn = FUNCTION_IN_URI.exec(uri)?.[1];
      if (arn === undefined) throw new Error(`${resource.logicalId} leads to no function: ${uri}`);
      return [resource.ref, arn];
    }),
  );
  const answered = new Set(
    deployment
      .ofType("AWS::ApiGatewayV2::RouteResponse")
      .map((resource) => resource.properties(RouteResponseProperties).RouteId),
  );
  const own = deployment
    .ofType("AWS::ApiGatewayV2::Route")
    .map((resource) => ({ id: resource.ref, ...resource.properties(RouteProperties) }))
    .filter(({ ApiId }) => ApiId === apiId);
  return new Map(
    own.map(({ id, RouteKey: key, RouteResponseSelectionExpression: selection, Target }) => {
      const functionArn = functions.get(Target.replace("integrations/", ""));
      if (functionArn === undefined) throw new Error(`The route ${key} of a WebSocket API leads nowhere.`);
      return [key, { functionArn, answers: selection !== undefined && answered.has(id) }];
    }),
  );
};

/** Throws when an API has no stage, or uses what the sandbox does not run. */
export const readWebSocketApis = (deployment: Deployment): readonly WebSocketApi[] => {
  const stages = deployment.ofType("AWS::ApiGatewayV2::Stage").map((resource) => resource.properties(StageProperties));
  return deployment.ofType("AWS::ApiGatewayV2::Api").map((resource) => {
    const { Name } = resource.properties(ApiProperties);
    const stage = stages.find(({ ApiId }) => ApiId === resource.ref);
    if (stage === undefined) throw new Error(`The WebSocket API ${Name} has no stage, so nobody can reach it.`);
    const { ThrottlingRateLimit: perSecond, ThrottlingBurstLimit: burst } = stage.DefaultRouteSettings;
    return {
      id: resource.ref,
      stage: stage.StageName,
      routes: readRoutes(deployment, resource.ref),
      throttle: perSecond === undefined || burst === undefined ? null : { perSecond, burst },
    };
  });
};
