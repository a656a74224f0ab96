/** Every REST API of the template, ready to answer, after checking that each may invoke the functions behind it. */
import type { Functions } from "../../lambda/read-functions.ts";
import type { Deployment } from "../../template/deployment.ts";
import type { RequirePermission } from "../../template/permissions.ts";
import { createAuthorise } from "./authorise.ts";
import { createLimits } from "./limits.ts";
import type { ResourceNode, RestApi } from "./model.ts";
import { readRestApis } from "./read-rest-apis.ts";
import { createRestApi } from "./rest-api.ts";
import type { HandleRequest } from "./rest-api.ts";
import { readUsagePlans } from "./usage-plans.ts";
import type { UsagePlans } from "./usage-plans.ts";

export type HostedApis = {
  readonly hosted: readonly { readonly api: RestApi; readonly handle: HandleRequest }[];
  readonly usagePlans: UsagePlans;
};

export type HostOptions = {
  readonly deployment: Deployment;
  readonly functions: Functions;
  readonly requirePermission: RequirePermission;
  readonly now: () => number;
};

export const hostRestApis = ({ deployment, functions, requirePermission, now }: HostOptions): HostedApis => {
  const limits = createLimits(now);
  const usagePlans = readUsagePlans(deployment, limits);
  const findFunction = (arn: string): ReturnType<Functions["find"]> => functions.find(arn);
  const authorise = createAuthorise(findFunction, now);
  const { place } = deployment;
  const arnOf = (api: RestApi, rest: string): string =>
    `arn:aws:execute-api:${place.region}:${place.accountId}:${api.id}/${rest}`;

  const hosted = readRestApis(deployment).map((api) => {
    for (const { functionArn, source } of invocations(api, api.root)) {
      requirePermission({ functionArn, principal: "apigateway.amazonaws.com", sourceArn: arnOf(api, source) });
    }
    return { api, handle: createRestApi(api, { place, findFunction, authorise, usagePlans, limits }) };
  });
  return { hosted, usagePlans };
};

/** Which function is invoked from where, by every method below the resource and by its authoriser. */
const invocations = (api: RestApi, node: ResourceNode): { functionArn: string; source: string }[] => [
  ...[...node.methods.values()].flatMap(({ httpMethod, integration, authorizer }) => [
    ...(integration.kind === "lambda"
      ? [
          {
            functionArn: integration.functionArn,
            source: `${api.stage}/${httpMethod}${node.path.replace(/\{[^}]+\}/g, "*")}`,
          },
        ]
      : []),
    ...(authorizer === null ? [] : [{ functionArn: authorizer.functionArn, source: `authorizers/${authorizer.id}` }]),
  ]),
  ...[...node.children.values()].flatMap((child) => invocations(api, child)),
];
