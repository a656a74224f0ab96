/**
 * A request's body and query, read once by the route's contract. A route that takes a file reads either of two things: a
 * JSON body, or a CSV file with what belongs to it in the query.
 */
import type * as z from "zod";
import type { HttpRequest } from "../runtime/http.ts";
import { bad, good, parsed } from "./checked.ts";
import type { Checked } from "./checked.ts";
import { BODY_BYTES } from "./contract-route.ts";
import type { Route } from "./contract-route.ts";
import { problem } from "./reply.ts";
import { parseStrictJson, pointer } from "./strict-json.ts";

/** What a route's requests are parsed by. */
export interface Shapes {
  readonly params: z.ZodObject;
  readonly query: z.ZodObject;
  readonly body: z.ZodType | null;
  readonly csv: z.ZodObject | null;
}

/** The shapes of one route, made when it is mounted. */
export const shapesOf = (route: Route): Shapes => ({
  params: route.params(),
  query: route.query(),
  body: route.body?.() ?? null,
  csv: route.csv?.() ?? null,
});

/** A query parameter stands once; twice is a mistake, not a choice. */
const checkQuery = (schema: z.ZodObject, query: HttpRequest["query"]): Checked<unknown> => {
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
  const once = Object.fromEntries(Object.entries(query).map(([name, values]) => [name, values[0]]));
  return parsed(schema, once, ["query"]);
};

/** A body that is not there is taken for none only where the contract lets it be left out. */
const checkJson = (schema: z.ZodType, text: string): Checked<unknown> => {
  if (text === "" && schema.safeParse(undefined).success) return good(undefined);
  const json = parseStrictJson(text);
  if (json.ok) return parsed(schema, json.value);
  const isWhole = json.mistakes.every((mistake) => mistake.pointer === "");
  return bad(problem(isWhole ? "invalid_json" : "invalid_request", { errors: [...json.mistakes] }));
};

const JSON_TYPE = /^application\/(?:[a-z0-9.+-]+\+)?json$/;

/** The body's type without its parameters; a body that names none is taken for JSON. */
const typeOf = ({ headers }: HttpRequest): "json" | "csv" | null => {
  const type = (headers["content-type"] ?? "application/json").split(";")[0]?.trim().toLowerCase() ?? "";
  if (type === "text/csv") return "csv";
  return type === "" || JSON_TYPE.test(type) ? "json" : null;
};

const tooLarge = (limit: number) =>
  bad(problem("body_too_large", { detail: `This body may hold at most ${limit} bytes. Nothing was recorded.` }));

export interface CheckedInput {
  readonly query: unknown;
  readonly body: unknown;
}

const checkEither = (shapes: Shapes & { readonly csv: z.ZodObject }, request: HttpRequest): Checked<CheckedInput> => {
  const type = typeOf(request);
  if (type === null) return bad(problem("unsupported_media_type"));
  const query = checkQuery(type === "csv" ? shapes.csv : shapes.query, request.query);
  if (!query.ok) return query;
  if (type === "csv") return good({ query: {}, body: { form: "csv", head: query.value, text: request.body ?? "" } });
  const body = shapes.body ? checkJson(shapes.body, request.body ?? "") : good(null);
  return body.ok ? good({ query: query.value, body: { form: "json", value: body.value } }) : body;
};

/** The query and the body as the route's contract reads them. */
export const checkInput = (route: Route, shapes: Shapes, request: HttpRequest): Checked<CheckedInput> => {
  const limit = route.bodyBytes ?? BODY_BYTES;
  if (shapes.body && Buffer.byteLength(request.body ?? "") > limit) return tooLarge(limit);
  const { csv } = shapes;
  if (csv) return checkEither({ ...shapes, csv }, request);
  const query = checkQuery(shapes.query, request.query);
  if (!query.ok) return query;
  const body = shapes.body ? checkJson(shapes.body, request.body ?? "") : good(null);
  return body.ok ? good({ query: query.value, body: body.value }) : body;
};
