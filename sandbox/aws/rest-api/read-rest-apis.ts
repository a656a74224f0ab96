/** Reads the template's REST APIs: the tree of resources, what each method does, limits, and the gateway's own answers. */
import type * as z from "zod";

import type { Deployment, Resource } from "../../template/deployment.ts";
import type { Authorizer, GatewayResponse, Method, ResourceNode, RestApi, Throttle } from "./model.ts";
import {
  AuthorizerProperties,
  GatewayResponseProperties,
  MethodProperties,
  ResourceProperties,
  RestApiProperties,
  StageProperties,
} from "./schemas.ts";
import { parseVelocity } from "./velocity.ts";

/** Throws when an API has no stage, or uses what the sandbox does not run. */
export const readRestApis = (deployment: Deployment): readonly RestApi[] =>
  deployment.ofType("AWS::ApiGateway::RestApi").map((resource) => readRestApi(deployment, resource));

type MethodLimits = (path: string, httpMethod: string) => Throttle | null;

const readRestApi = (deployment: Deployment, resource: Resource): RestApi => {
  const id = resource.ref;
  const { Name, ApiKeySourceType } = resource.properties(RestApiProperties);
  const stage = membersOf(deployment, STAGE, id)[0]?.properties;
  if (stage === undefined) throw new Error(`The REST API ${Name} has no stage, so nothing of it can be reached.`);
  const limits = methodLimits(stage.MethodSettings);
  const authorizers = readAuthorizers(deployment, id);
  return {
    id,
    name: Name,
    stage: stage.StageName,
    apiKeySource: ApiKeySourceType,
    root: readTree(deployment, resource, { authorizers, limits }),
    throttle: limits("*", "*"),
    gatewayResponses: readGatewayResponses(deployment, id),
  };
};

type Kind<T> = { readonly type: string; readonly schema: z.ZodType<T> };

/** Resources of one type that belong to one API, with their properties. */
const membersOf = <T extends { RestApiId: string }>(
  deployment: Deployment,
  { type, schema }: Kind<T>,
  apiId: string,
): { resource: Resource; properties: T }[] =>
  deployment
    .ofType(type)
    .map((resource) => ({ resource, properties: resource.properties(schema) }))
    .filter(({ properties }) => properties.RestApiId === apiId);

const STAGE = { type: "AWS::ApiGateway::Stage", schema: StageProperties };
const RESOURCE = { type: "AWS::ApiGateway::Resource", schema: ResourceProperties };
const METHOD = { type: "AWS::ApiGateway::Method", schema: MethodProperties };
const AUTHORIZER = { type: "AWS::ApiGateway::Authorizer", schema: AuthorizerProperties };
const GATEWAY_RESPONSE = { type: "AWS::ApiGateway::GatewayResponse", schema: GatewayResponseProperties };

/** A setting for `/~1v1~1payments` POST goes before the stage's own, written as path `/*` and method `*`. */
const methodLimits = (settings: z.infer<typeof StageProperties>["MethodSettings"]): MethodLimits => {
  const limits = new Map<string, Throttle>();
  for (const { ResourcePath, HttpMethod, ThrottlingRateLimit, ThrottlingBurstLimit } of settings) {
    if (ThrottlingRateLimit === undefined || ThrottlingBurstLimit === undefined) continue;
    const path = ResourcePath === "/*" ? "*" : ResourcePath.slice(1).replaceAll("~1", "/") || "/";
    limits.set(`${path} ${HttpMethod}`, { perSecond: ThrottlingRateLimit, burst: ThrottlingBurstLimit });
  }
  return (path, httpMethod) => limits.get(`${path} ${httpMethod}`) ?? null;
};

const readAuthorizers = (deployment: Deployment, apiId: string): ReadonlyMap<string, Authorizer> =>
  new Map(
    membersOf(deployment, AUTHORIZER, apiId).map(({ resource, properties }) => [
      resource.ref,
      {
        id: resource.ref,
        type: properties.Type,
        functionArn: functionArnIn(properties.AuthorizerUri),
        ttlSeconds: properties.AuthorizerResultTtlInSeconds,
        identityHeaders: properties.IdentitySource.split(",").map(headerName),
        validation:
          properties.IdentityValidationExpression === undefined
            ? null
            : new RegExp(properties.IdentityValidationExpression),
      },
    ]),
  );

const readGatewayResponses = (deployment: Deployment, apiId: string): ReadonlyMap<string, GatewayResponse> =>
  new Map(
    membersOf(deployment, GATEWAY_RESPONSE, apiId).map(({ properties }) => [
      properties.ResponseType,
      {
        status: properties.StatusCode ?? null,
        templates: properties.ResponseTemplates,
        headers: withoutPrefix(properties.ResponseParameters, "gatewayresponse.header."),
      },
    ]),
  );

type TreeParts = { readonly authorizers: ReadonlyMap<string, Authorizer>; readonly limits: MethodLimits };

const readTree = (deployment: Deployment, api: Resource, parts: TreeParts): ResourceNode => {
  const root = node(api.attribute("RootResourceId"), "/");
  const byId = new Map([[root.id, root]]);
  let unplaced = membersOf(deployment, RESOURCE, api.ref);
  while (unplaced.length > 0) {
    const before = unplaced.length;
    unplaced = unplaced.filter(({ resource, properties: { ParentId, PathPart } }) => {
      const parent = byId.get(ParentId);
      if (parent === undefined) return true;
      const child = node(resource.ref, `${parent.path === "/" ? "" : parent.path}/${PathPart}`);
      parent.children.set(PathPart, child);
      byId.set(child.id, child);
      return false;
    });
    if (unplaced.length === before) throw new Error(`Resources of ${api.logicalId} hang on no root.`);
  }
  for (const { properties } of membersOf(deployment, METHOD, api.ref)) {
    const at = byId.get(properties.ResourceId);
    if (at === undefined) throw new Error(`A ${properties.HttpMethod} method of ${api.logicalId} has no resource.`);
    at.methods.set(properties.HttpMethod, readMethod(properties, at.path, parts));
  }
  return root;
};

const node = (id: string, path: string): ResourceNode => ({ id, path, children: new Map(), methods: new Map() });

const readMethod = (properties: z.infer<typeof MethodProperties>, path: string, parts: TreeParts): Method => {
  const authorizer = parts.authorizers.get(properties.AuthorizerId ?? "") ?? null;
  if (properties.AuthorizationType === "CUSTOM" && authorizer === null) {
    throw new Error(`${properties.HttpMethod} ${path} wants an authoriser that the API does not have.`);
  }
  return {
    httpMethod: properties.HttpMethod,
    authorizer,
    apiKeyRequired: properties.ApiKeyRequired,
    integration: readIntegration(properties.Integration),
    throttle: parts.limits(path, properties.HttpMethod),
  };
};

const readIntegration = (integration: z.infer<typeof MethodProperties>["Integration"]): Method["integration"] => {
  if (integration.Type === "AWS_PROXY") {
    return {
      kind: "lambda",
      functionArn: functionArnIn(integration.Uri ?? ""),
      timeoutMs: integration.TimeoutInMillis,
    };
  }
  const answer = integration.IntegrationResponses.find(({ SelectionPattern }) => SelectionPattern === undefined);
  const template = Object.values(answer?.ResponseTemplates ?? {})[0];
  return {
    kind: "mock",
    status: Number(answer?.StatusCode ?? 500),
    headers: Object.fromEntries(
      Object.entries(withoutPrefix(answer?.ResponseParameters ?? {}, "method.response.header.")).map(
        ([name, value]) => [name, value.replace(/^'(.*)'$/s, "$1")],
      ),
    ),
    template: template === undefined ? null : parseVelocity(template),
  };
};

const withoutPrefix = (parameters: Readonly<Record<string, string>>, prefix: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).map(([name, value]) => [
      name.startsWith(prefix) ? name.slice(prefix.length) : name,
      value,
    ]),
  );

/** `arn:aws:apigateway:<region>:lambda:path/2015-03-31/functions/<function ARN>/invocations`. */
const functionArnIn = (uri: string): string => {
  const arn = /functions\/(arn:[^/]+)\/invocations$/.exec(uri)?.[1];
  if (arn === undefined)
    throw new Error(`The sandbox runs Lambda integrations only, not ${uri || "one without an address"}.`);
  return arn;
};

const headerName = (source: string): string => {
  const name = /^method\.request\.header\.(\S+)$/.exec(source.trim())?.[1];
  if (name === undefined) throw new Error(`The sandbox's authorisers know callers by headers only, not by ${source}.`);
  return name.toLowerCase();
};
