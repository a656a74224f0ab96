/** The event of a Lambda proxy integration, payload version 1.0, field for field as API Gateway sends it. */
import type { Place } from "../../template/physical.ts";
import type { GatewayRequest } from "./exchange.ts";
import { headerOf } from "./exchange.ts";
import type { RestApi } from "./model.ts";
import type { Match } from "./route.ts";

export type Subject = {
  readonly api: RestApi;
  readonly match: Match;
  readonly request: GatewayRequest;
  readonly place: Place;
};
export type Caller = {
  /** What the authoriser said, or null where nobody is asked. */
  readonly authorizer: Readonly<Record<string, string | number>> | null;
  readonly apiKey: { readonly id: string; readonly value: string } | null;
};

export const proxyEvent = (subject: Subject, caller: Caller): Record<string, unknown> => {
  const { match, request } = subject;
  return {
    resource: match.resource.path,
    path: request.path,
    httpMethod: request.method,
    ...requestParts(subject),
    requestContext: requestContext(subject, caller),
    body: request.body === null || request.body.length === 0 ? null : request.body.toString("utf8"),
    isBase64Encoded: false,
  };
};

/** Headers, query and path parameters: also what a REQUEST authoriser is shown. */
export const requestParts = ({ match, request }: Subject): Record<string, unknown> => {
  const headers = forwardedHeaders(request);
  const query = [...request.query.entries()];
  return {
    headers: orNull(Object.fromEntries(headers)),
    multiValueHeaders: orNull(grouped(headers)),
    queryStringParameters: orNull(Object.fromEntries(query)),
    multiValueQueryStringParameters: orNull(grouped(query)),
    pathParameters: orNull(match.parameters),
    stageVariables: null,
  };
};

export const requestContext = (subject: Subject, caller: Caller): Record<string, unknown> => {
  const { api, match, request, place } = subject;
  const host = headerOf(request, "host") ?? "127.0.0.1";
  return {
    resourceId: match.resource.id,
    resourcePath: match.resource.path,
    httpMethod: request.method,
    extendedRequestId: request.requestId.replaceAll("-", "").slice(0, 15) + "=",
    requestTime: clfTime(request.receivedAt),
    path: request.path,
    accountId: place.accountId,
    protocol: "HTTP/1.1",
    stage: api.stage,
    domainPrefix: host.split(".")[0] ?? host,
    requestTimeEpoch: request.receivedAt,
    requestId: request.requestId,
    identity: identity(request, caller.apiKey),
    domainName: host,
    apiId: api.id,
    ...(caller.authorizer === null ? {} : { authorizer: caller.authorizer }),
  };
};

const identity = (request: GatewayRequest, apiKey: Caller["apiKey"]): Record<string, unknown> => ({
  cognitoIdentityPoolId: null,
  accountId: null,
  cognitoIdentityId: null,
  caller: null,
  sourceIp: request.sourceIp,
  principalOrgId: null,
  accessKey: null,
  cognitoAuthenticationType: null,
  cognitoAuthenticationProvider: null,
  userArn: null,
  userAgent: headerOf(request, "user-agent"),
  user: null,
  ...(apiKey === null ? {} : { apiKey: apiKey.value, apiKeyId: apiKey.id }),
});

/** API Gateway appends the address it saw to whatever X-Forwarded-For the caller sent. */
const forwardedHeaders = (request: GatewayRequest): (readonly [string, string])[] => {
  const said = headerOf(request, "x-forwarded-for");
  const own = new Set(["x-forwarded-for", "x-forwarded-port", "x-forwarded-proto", "connection", "transfer-encoding"]);
  return [
    ...request.headers.filter(([name]) => !own.has(name.toLowerCase())),
    ["X-Forwarded-For", said === null ? request.sourceIp : `${said}, ${request.sourceIp}`],
    ["X-Forwarded-Port", "443"],
    ["X-Forwarded-Proto", "https"],
  ];
};

const grouped = (pairs: readonly (readonly [string, string])[]): Record<string, string[]> => {
  const groups = new Map<string, string[]>();
  for (const [name, value] of pairs) groups.set(name, [...(groups.get(name) ?? []), value]);
  return Object.fromEntries(groups);
};

const orNull = <T extends object>(values: T): T | null => (Object.keys(values).length === 0 ? null : values);

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/** Common log format: `21/Nov/2026:17:13:00 +0000`. */
export const clfTime = (epochMs: number): string => {
  const [date = "", time = ""] = new Date(epochMs).toISOString().split("T");
  const [year = "", month = "", day = ""] = date.split("-");
  return `${day}/${MONTHS[Number(month) - 1] ?? month}/${year}:${time.slice(0, 8)} +0000`;
};
