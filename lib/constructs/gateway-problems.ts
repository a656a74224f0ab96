/**
 * What API Gateway answers when it refuses a request before any function runs: the same problem documents, with the same
 * headers, as the handlers give, made by the same code.
 */
import { ResponseType } from "aws-cdk-lib/aws-apigateway";
import type { RestApi } from "aws-cdk-lib/aws-apigateway";
import { problem, toResponse } from "../../functions/api/reply.ts";
import type { ProblemCode } from "../../functions/api/problems.ts";
import { SECURITY_HEADERS } from "../../functions/runtime/http.ts";
import type { Stage } from "../stage.ts";

interface Refusal {
  readonly type: ResponseType;
  readonly code: ProblemCode;
  /** Seconds until the same request may pass. */
  readonly retryAfter?: number;
}

/**
 * API Gateway tells an unknown path apart from a missing key by nothing: both are MISSING_AUTHENTICATION_TOKEN when no
 * method matches, so that one is a 404. A caller without a key, on a path that exists, gets UNAUTHORIZED.
 */
const REFUSALS: readonly Refusal[] = [
  { type: ResponseType.DEFAULT_4XX, code: "invalid_request" },
  { type: ResponseType.DEFAULT_5XX, code: "internal_error" },
  { type: ResponseType.UNAUTHORIZED, code: "unauthorised" },
  { type: ResponseType.ACCESS_DENIED, code: "forbidden" },
  { type: ResponseType.INVALID_API_KEY, code: "forbidden" },
  { type: ResponseType.MISSING_AUTHENTICATION_TOKEN, code: "not_found" },
  { type: ResponseType.RESOURCE_NOT_FOUND, code: "not_found" },
  { type: ResponseType.BAD_REQUEST_BODY, code: "invalid_json" },
  { type: ResponseType.BAD_REQUEST_PARAMETERS, code: "invalid_request" },
  { type: ResponseType.REQUEST_TOO_LARGE, code: "body_too_large" },
  { type: ResponseType.THROTTLED, code: "rate_limit_exceeded", retryAfter: 1 },
  { type: ResponseType.QUOTA_EXCEEDED, code: "rate_limit_exceeded", retryAfter: 3600 },
  { type: ResponseType.AUTHORIZER_FAILURE, code: "internal_error" },
  { type: ResponseType.AUTHORIZER_CONFIGURATION_ERROR, code: "internal_error" },
  { type: ResponseType.INTEGRATION_FAILURE, code: "unavailable" },
  { type: ResponseType.INTEGRATION_TIMEOUT, code: "unavailable" },
];

/**
 * The origin a refusal names. A gateway's answer is static, so with several origins it can't name the one that asked;
 * `*` is safe there because a refusal holds nothing about a payment and cookies are not used.
 */
const corsOrigin = (allowed: readonly string[]): string | null => (allowed.length > 1 ? "*" : (allowed[0] ?? null));

const quoted = (headers: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, `'${value}'`]));

/** Gives `api` a problem document for each way in which API Gateway itself can refuse. */
export const addGatewayProblems = (
  api: RestApi,
  { allowedOrigins, docsBaseUrl }: Pick<Stage, "allowedOrigins" | "docsBaseUrl">,
): void => {
  const origin = corsOrigin(allowedOrigins);
  for (const { type, code, retryAfter } of REFUSALS) {
    const answer = toResponse(problem(code, {}, retryAfter ?? null), "$context.requestId", docsBaseUrl ?? undefined);
    api.addGatewayResponse(type.responseType, {
      type,
      statusCode: String(answer.status),
      responseHeaders: {
        ...quoted(SECURITY_HEADERS),
        ...quoted(answer.headers ?? {}),
        "x-request-id": "context.requestId",
        ...(origin === null ? {} : quoted({ "access-control-allow-origin": origin, vary: "origin" })),
        ...(code === "unauthorised" ? quoted({ "www-authenticate": "Bearer" }) : {}),
      },
      templates: { "application/json": JSON.stringify(answer.body) },
    });
  }
};
