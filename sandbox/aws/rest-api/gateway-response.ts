/** The gateway's own answers: what it says when no function does. Statuses and texts are API Gateway's unless the template sets its own. */
import { headerOf } from "./exchange.ts";
import type { GatewayAnswer, GatewayRequest } from "./exchange.ts";
import type { GatewayResponse, RestApi } from "./model.ts";

const DEFAULTS = {
  ACCESS_DENIED: [403, "User is not authorized to access this resource"],
  API_CONFIGURATION_ERROR: [500, "Internal server error"],
  AUTHORIZER_CONFIGURATION_ERROR: [500, "Internal server error"],
  AUTHORIZER_FAILURE: [500, "Internal server error"],
  BAD_REQUEST_BODY: [400, "Invalid request body"],
  DEFAULT_4XX: [400, "Bad Request"],
  DEFAULT_5XX: [500, "Internal server error"],
  INTEGRATION_FAILURE: [504, "Internal server error"],
  INTEGRATION_TIMEOUT: [504, "Endpoint request timed out"],
  INVALID_API_KEY: [403, "Forbidden"],
  MISSING_AUTHENTICATION_TOKEN: [403, "Missing Authentication Token"],
  QUOTA_EXCEEDED: [429, "Limit Exceeded"],
  REQUEST_TOO_LARGE: [413, "Request Too Long"],
  THROTTLED: [429, "Too Many Requests"],
  UNAUTHORIZED: [401, "Unauthorized"],
} as const satisfies Record<string, readonly [status: number, message: string]>;

export type Refusal = keyof typeof DEFAULTS;

/** What `$context` names in a template. */
export type Context = Readonly<Record<string, string>>;

type Question = { readonly api: RestApi; readonly request: GatewayRequest; readonly context: Context };

/** The gateway's answer of this type, or of the class it falls back to. `status` replaces the type's own default. */
export const gatewayResponse = (question: Question, refusal: Refusal, status?: number): GatewayAnswer => {
  const [usual, message] = DEFAULTS[refusal];
  const chosen = configured(question.api, refusal, status ?? usual);
  const context: Context = {
    ...question.context,
    requestId: question.request.requestId,
    extendedRequestId: question.request.requestId,
    httpMethod: question.request.method,
    path: question.request.path,
    stage: question.api.stage,
    apiId: question.api.id,
    "identity.sourceIp": question.request.sourceIp,
    "error.message": message,
    "error.messageString": JSON.stringify(message),
    "error.responseType": refusal,
  };
  const [contentType, template] = chooseTemplate(chosen, headerOf(question.request, "accept"));
  const headers = new Map([["content-type", contentType]]);
  for (const [name, expression] of Object.entries(chosen?.headers ?? {})) {
    const value = mapped(expression, question.request, context);
    if (value !== null) headers.set(name.toLowerCase(), value);
  }
  headers.set(
    "x-amzn-errortype",
    `${refusal.toLowerCase().replace(/(^|_)\w/g, (at) => at.slice(-1).toUpperCase())}Exception`,
  );
  return {
    status: chosen?.status ?? status ?? usual,
    headers: [...headers],
    body: Buffer.from(substitute(template, context)),
  };
};

const configured = (api: RestApi, refusal: Refusal, status: number): GatewayResponse | null =>
  api.gatewayResponses.get(refusal) ?? api.gatewayResponses.get(status < 500 ? "DEFAULT_4XX" : "DEFAULT_5XX") ?? null;

const PLAIN: readonly [string, string] = ["application/json", '{"message":$context.error.messageString}'];

/** The template for what the caller accepts; JSON when it does not say or accepts something else. */
const chooseTemplate = (response: GatewayResponse | null, accept: string | null): readonly [string, string] => {
  const templates = Object.entries(response?.templates ?? {});
  return (
    templates.find(([type]) => accept?.includes(type)) ??
    templates.find(([type]) => type === "application/json") ??
    templates[0] ??
    PLAIN
  );
};

/** `$context.name` in the text, replaced by what it names; by nothing when it names nothing. */
const substitute = (template: string, context: Context): string =>
  template.replace(/\$context\.([A-Za-z]+(?:\.[A-Za-z]+)*)/g, (_whole, name: string) => context[name] ?? "");

const mapped = (expression: string, request: GatewayRequest, context: Context): string | null => {
  const literal = /^'(.*)'$/s.exec(expression)?.[1];
  if (literal !== undefined) return literal;
  const header = /^method\.request\.header\.(\S+)$/.exec(expression)?.[1];
  if (header !== undefined) return headerOf(request, header);
  return context[expression.replace(/^context\./, "")] ?? null;
};
