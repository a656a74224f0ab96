/**
 * HTTP as API Gateway brings it, and nothing of it further in. Every answer leaves with the security headers and, for
 * the stage's own origins, with CORS; a handler that throws is logged once and answers with what `broken` makes of it.
 */
import type { APIGatewayProxyEvent, APIGatewayProxyResult, Context } from "aws-lambda";

/** A request, free of AWS. Header names are lower-case. */
export interface HttpRequest {
  readonly method: string;
  /** The route as declared: `/v1/payments/{id}`. */
  readonly route: string;
  readonly params: Readonly<Record<string, string>>;
  /** A parameter that was sent twice keeps all its values. */
  readonly query: Readonly<Record<string, readonly string[]>>;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
  /** The caller's address as API Gateway saw it; never taken from a header. */
  readonly sourceAddress: string;
  readonly requestId: string;
  /** What the authoriser said about the caller. */
  readonly authoriser: Readonly<Record<string, string>>;
  /** Milliseconds until Lambda ends this invocation. */
  readonly remainingMs: () => number;
}

export interface HttpResponse {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Serialised as JSON; null for no body. */
  readonly body: unknown;
  /** Sent as it is, instead of `body`; `headers` say what it is. */
  readonly text?: string;
}

/** Sent with every answer, by the handlers and by the gateway's own refusals alike. */
export const SECURITY_HEADERS = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "strict-transport-security": "max-age=63072000; includeSubDomains",
  "x-content-type-options": "nosniff",
} as const;

const texts = (record: Readonly<Record<string, unknown>> | null | undefined): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record ?? {}).filter((entry): entry is [string, string] => typeof entry[1] === "string"),
  );

const lists = (record: APIGatewayProxyEvent["multiValueQueryStringParameters"]): Record<string, readonly string[]> =>
  Object.fromEntries(Object.entries(record ?? {}).map(([name, values]) => [name, values ?? []]));

const bodyOf = (event: APIGatewayProxyEvent): string | null =>
  event.body !== null && event.isBase64Encoded ? Buffer.from(event.body, "base64").toString("utf8") : event.body;

const toRequest = (event: APIGatewayProxyEvent, context: Context): HttpRequest => ({
  method: event.httpMethod,
  route: event.resource,
  params: texts(event.pathParameters),
  query: lists(event.multiValueQueryStringParameters),
  headers: Object.fromEntries(Object.entries(texts(event.headers)).map(([name, value]) => [name.toLowerCase(), value])),
  body: bodyOf(event),
  sourceAddress: event.requestContext.identity.sourceIp,
  requestId: event.requestContext.requestId,
  authoriser: texts(event.requestContext.authorizer),
  remainingMs: () => context.getRemainingTimeInMillis(),
});

const cors = (origin: string | undefined, allowed: readonly string[]): Record<string, string> =>
  origin !== undefined && allowed.includes(origin)
    ? {
        "access-control-allow-origin": origin,
        "access-control-expose-headers": "content-disposition, idempotent-replayed, retry-after, x-request-id",
        vary: "origin",
      }
    : {};

interface HttpDeps {
  readonly allowedOrigins: () => readonly string[];
  /** Called once for each invocation, before anything else. */
  readonly begin: (request: HttpRequest, context: Context) => void;
  /** Turns a fault into an answer that says nothing about it. Logs it. */
  readonly broken: (fault: unknown, request: HttpRequest) => HttpResponse;
}

export type HttpHandler = (event: APIGatewayProxyEvent, context: Context) => Promise<APIGatewayProxyResult>;

/** A Lambda handler for API Gateway around `answer`. */
export const overHttp =
  (deps: HttpDeps) =>
  (answer: (request: HttpRequest) => Promise<HttpResponse>): HttpHandler =>
  async (event, context) => {
    const request = toRequest(event, context);
    deps.begin(request, context);
    let response: HttpResponse;
    try {
      response = await answer(request);
    } catch (fault) {
      response = deps.broken(fault, request);
    }
    return {
      statusCode: response.status,
      headers: {
        ...SECURITY_HEADERS,
        "x-request-id": request.requestId,
        ...cors(request.headers["origin"], deps.allowedOrigins()),
        ...(response.body === null ? {} : { "content-type": "application/json" }),
        ...response.headers,
      },
      body: response.text ?? (response.body === null ? "" : JSON.stringify(response.body)),
    };
  };
