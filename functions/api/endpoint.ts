/**
 * Between HTTP and an endpoint: finds the route, checks who may use it, parses everything once by the contract, and
 * turns what comes back into an answer. An endpoint behind it sees only checked values.
 */
import type * as z from "zod";
import type { HttpRequest, HttpResponse } from "../runtime/http.ts";
import { fromContext } from "./caller.ts";
import type { Caller } from "./caller.ts";
import { bad, good } from "./checked.ts";
import type { Checked } from "./checked.ts";
import type { Route } from "./contract-route.ts";
import { problem, toResponse } from "./reply.ts";
import type { Reply } from "./reply.ts";
import { checkInput, shapesOf } from "./request-body.ts";
import type { Shapes } from "./request-body.ts";

const IDEMPOTENCY_KEY = /^[\u0020-\u007E]{1,255}$/;

type CallerOf<R extends Route> = R["auth"] extends "none"
  ? null
  : R["auth"] extends "key"
    ? Extract<Caller, { kind: "key" }>
    : Caller;
type JsonOf<R extends Route> = R["body"] extends () => z.ZodType ? z.output<ReturnType<R["body"]>> : null;

/** A body that came as JSON, or as a CSV file with its head in the query. */
export type EitherBody<J, H> =
  | { readonly form: "json"; readonly value: J }
  | { readonly form: "csv"; readonly head: H; readonly text: string };
type BodyOf<R extends Route> = R extends { readonly csv: () => infer S extends z.ZodObject }
  ? EitherBody<JsonOf<R>, z.output<S>>
  : JsonOf<R>;

/** A request that fits the contract. */
export interface Call<R extends Route> {
  readonly caller: CallerOf<R>;
  readonly params: z.output<ReturnType<R["params"]>>;
  readonly query: z.output<ReturnType<R["query"]>>;
  readonly body: BodyOf<R>;
  /** Present exactly on routes that take one. */
  readonly idempotencyKey: R["idempotent"] extends true ? string : null;
  /** The forms of answer that the caller takes; empty when it did not say. */
  readonly accept: string;
  readonly requestId: string;
  /** Milliseconds until this invocation is ended. */
  readonly remainingMs: () => number;
}

export type Endpoint<R extends Route> = (call: Call<R>) => Promise<Reply>;

/** An endpoint with its route, its types checked against each other and then forgotten. */
export interface Mounted {
  readonly route: Route;
  readonly answer: (request: HttpRequest) => Promise<Reply>;
}

const lacking = ({ scopes }: Route): string =>
  scopes.length === 1
    ? `This key lacks the scope ${scopes.join()}.`
    : `This key has none of the scopes ${scopes.join(", ")}; one of them is needed.`;

const checkCaller = (route: Route, request: HttpRequest): Checked<Caller | null> => {
  if (route.auth === "none") return good(null);
  const caller = fromContext(request.authoriser);
  if (!caller) return bad(problem("unauthorised"));
  if (caller.kind === "browser")
    return route.auth === "key_or_client_token" && request.params["id"] === caller.subject
      ? good(caller)
      : bad(problem("not_found"));
  return route.scopes.some((scope) => caller.scopes.includes(scope))
    ? good(caller)
    : bad(problem("forbidden", { detail: lacking(route) }));
};

const checkKey = (route: Route, request: HttpRequest): Checked<string | null> => {
  if (!route.idempotent) return good(null);
  const key = request.headers["idempotency-key"];
  if (key === undefined) return bad(problem("idempotency_key_missing"));
  return IDEMPOTENCY_KEY.test(key) ? good(key) : bad(problem("idempotency_key_invalid"));
};

/** Parses a request by its route. What is checked here at run time is what `Call` promises at compile time. */
function check<R extends Route>(route: R, shapes: Shapes, request: HttpRequest): Checked<Call<R>>;
function check(route: Route, shapes: Shapes, request: HttpRequest): Checked<unknown> {
  const caller = checkCaller(route, request);
  if (!caller.ok) return caller;
  const params = shapes.params.safeParse(request.params);
  if (!params.success) return bad(problem("not_found"));
  const key = checkKey(route, request);
  if (!key.ok) return key;
  const input = checkInput(route, shapes, request);
  if (!input.ok) return input;
  return good({
    caller: caller.value,
    params: params.data,
    ...input.value,
    idempotencyKey: key.value,
    accept: request.headers["accept"] ?? "",
    requestId: request.requestId,
    remainingMs: request.remainingMs,
  });
}

/** Puts an endpoint behind its route. */
export const mount = <R extends Route>(route: R, endpoint: Endpoint<R>): Mounted => {
  const shapes = shapesOf(route);
  return {
    route,
    answer: async (request) => {
      const call = check(route, shapes, request);
      return call.ok ? endpoint(call.value) : call.reply;
    },
  };
};

/** Answers for all endpoints of one function; `docs` is where problems are explained. */
export const serve =
  (mounted: readonly Mounted[], docs?: () => string | undefined) =>
  async (request: HttpRequest): Promise<HttpResponse> => {
    const found = mounted.find(({ route }) => route.path === request.route && route.method === request.method);
    return toResponse(found ? await found.answer(request) : problem("not_found"), request.requestId, docs?.());
  };
