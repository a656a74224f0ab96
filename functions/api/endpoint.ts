/**
 * Between HTTP and an endpoint: finds the route, checks who may use it, parses everything once by the contract, and
 * turns what comes back into an answer. An endpoint behind it sees only checked values.
 */
import type * as z from "zod";
import type { HttpRequest, HttpResponse } from "../runtime/http.ts";
import { fromContext } from "./caller.ts";
import type { Caller } from "./caller.ts";
import type { Route } from "./contract.ts";
import { problem, toResponse } from "./reply.ts";
import type { Reply } from "./reply.ts";
import { parseStrictJson, pointer } from "./strict-json.ts";
import type { Mistake } from "./strict-json.ts";

const MAX_BODY_BYTES = 65_536;
const MAX_MISTAKES = 20;
const IDEMPOTENCY_KEY = /^[\u0020-\u007E]{1,255}$/;

type CallerOf<R extends Route> = R["auth"] extends "none"
  ? null
  : R["auth"] extends "key"
    ? Extract<Caller, { kind: "key" }>
    : Caller;
type BodyOf<R extends Route> = R["body"] extends () => z.ZodType ? z.output<ReturnType<R["body"]>> : null;

/** A request that fits the contract. */
export interface Call<R extends Route> {
  readonly caller: CallerOf<R>;
  readonly params: z.output<ReturnType<R["params"]>>;
  readonly query: z.output<ReturnType<R["query"]>>;
  readonly body: BodyOf<R>;
  /** Present exactly on routes that take one. */
  readonly idempotencyKey: R["idempotent"] extends true ? string : null;
  readonly requestId: string;
}

export type Endpoint<R extends Route> = (call: Call<R>) => Promise<Reply>;

/** An endpoint with its route, its types checked against each other and then forgotten. */
export interface Mounted {
  readonly route: Route;
  readonly answer: (request: HttpRequest) => Promise<Reply>;
}

type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly reply: Reply };
const good = <T>(value: T): Checked<T> => ({ ok: true, value });
const bad = (reply: Reply): Checked<never> => ({ ok: false, reply });

const mistakes = (error: z.ZodError, prefix: readonly string[] = []): Mistake[] =>
  error.issues.slice(0, MAX_MISTAKES).flatMap((issue) =>
    issue.code === "unrecognized_keys"
      ? issue.keys.map((key) => ({
          pointer: pointer([...prefix, ...issue.path, key]).slice(0, 200),
          message: "there is no such field",
        }))
      : [{ pointer: pointer([...prefix, ...issue.path]).slice(0, 200), message: issue.message }],
  );

const checkCaller = (route: Route, request: HttpRequest): Checked<Caller | null> => {
  if (route.auth === "none") return good(null);
  const caller = fromContext(request.authoriser);
  if (!caller) return bad(problem("unauthorised"));
  if (caller.kind === "browser")
    return route.auth === "key_or_client_token" && request.params["id"] === caller.paymentId
      ? good(caller)
      : bad(problem("not_found"));
  return route.scope !== null && !caller.scopes.includes(route.scope)
    ? bad(problem("forbidden", { detail: `This key lacks the scope ${route.scope}.` }))
    : good(caller);
};

const checkBody = (schema: Shapes["body"], text: string | null): Checked<unknown> => {
  if (!schema) return good(null);
  if (Buffer.byteLength(text ?? "") > MAX_BODY_BYTES) return bad(problem("body_too_large"));
  const json = parseStrictJson(text ?? "");
  if (!json.ok) {
    const whole = json.mistakes.every((mistake) => mistake.pointer === "");
    return bad(problem(whole ? "invalid_json" : "invalid_request", { errors: [...json.mistakes] }));
  }
  const parsed = schema.safeParse(json.value);
  return parsed.success ? good(parsed.data) : bad(problem("invalid_request", { errors: mistakes(parsed.error) }));
};

const checkKey = (route: Route, request: HttpRequest): Checked<string | null> => {
  if (!route.idempotent) return good(null);
  const key = request.headers["idempotency-key"];
  if (key === undefined) return bad(problem("idempotency_key_missing"));
  return IDEMPOTENCY_KEY.test(key) ? good(key) : bad(problem("idempotency_key_invalid"));
};

/** A query parameter stands once; twice is a mistake, not a choice. */
const checkQuery = (schema: Shapes["query"], query: HttpRequest["query"]): Checked<unknown> => {
  const twice = Object.entries(query).filter(([, values]) => values.length > 1);
  if (twice.length > 0)
    return bad(
      problem("invalid_request", {
        errors: twice.map(([name]) => ({
          pointer: pointer(["query", name]),
          message: "this parameter stands here twice",
        })),
      }),
    );
  const parsed = schema.safeParse(Object.fromEntries(Object.entries(query).map(([name, values]) => [name, values[0]])));
  return parsed.success
    ? good(parsed.data)
    : bad(problem("invalid_request", { errors: mistakes(parsed.error, ["query"]) }));
};

/** What a route's requests are parsed by. */
interface Shapes {
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType | null;
}

/** Parses a request by its route. What is checked here at run time is what `Call` promises at compile time. */
function check<R extends Route>(route: R, shapes: Shapes, request: HttpRequest): Checked<Call<R>>;
function check(route: Route, shapes: Shapes, request: HttpRequest): Checked<unknown> {
  const caller = checkCaller(route, request);
  if (!caller.ok) return caller;
  const params = shapes.params.safeParse(request.params);
  if (!params.success) return bad(problem("not_found"));
  const query = checkQuery(shapes.query, request.query);
  if (!query.ok) return query;
  const key = checkKey(route, request);
  if (!key.ok) return key;
  const body = checkBody(shapes.body, request.body);
  if (!body.ok) return body;
  return good({
    caller: caller.value,
    params: params.data,
    query: query.value,
    body: body.value,
    idempotencyKey: key.value,
    requestId: request.requestId,
  });
}

/** Puts an endpoint behind its route. */
export const mount = <R extends Route>(route: R, endpoint: Endpoint<R>): Mounted => {
  const shapes: Shapes = { params: route.params(), query: route.query(), body: route.body?.() ?? null };
  return {
    route,
    answer: async (request) => {
      const call = check(route, shapes, request);
      return call.ok ? endpoint(call.value) : call.reply;
    },
  };
};

/** Answers for all endpoints of one function. */
export const serve =
  (mounted: readonly Mounted[]) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const found = mounted.find(({ route }) => route.path === request.route && route.method === request.method);
    return toResponse(found ? await found.answer(request) : problem("not_found"), request.requestId);
  };
