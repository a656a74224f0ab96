/** The OpenAPI 3.1 document, made from the contract: the same table that makes the routes and checks the requests. */
import * as z from "zod";
import { ROUTES } from "./contract.ts";
import type { Operation, Route } from "./contract.ts";
import { PROBLEMS } from "./problems.ts";
import type { ProblemCode } from "./problems.ts";
import { ProblemDocument, RESPONSES } from "./responses.ts";

type Json = Readonly<Record<string, unknown>>;

const COMMON: readonly ProblemCode[] = ["internal_error", "unavailable"];
const GUARDED: readonly ProblemCode[] = ["unauthorised", "forbidden", "rate_limit_exceeded"];

/** zod puts named schemas below `$defs` of each schema that uses them; in the document they live in one place. */
const relocated = (schema: unknown): unknown =>
  JSON.parse(JSON.stringify(schema).replaceAll('"#/$defs/', '"#/components/schemas/'));

/** JSON Schema of a zod schema; named schemas become references into `components`. */
const jsonSchema = (schema: z.ZodType, direction: "input" | "output", components: Map<string, unknown>): unknown => {
  const made = z.toJSONSchema(schema, { io: direction, target: "draft-2020-12", unrepresentable: "any" });
  const { $schema: _dialect, $defs: definitions = {}, ...rest } = made;
  const add = (name: string, definition: unknown): void => {
    if (!components.has(name)) components.set(name, relocated(definition));
  };
  for (const [name, definition] of Object.entries(definitions)) add(name, definition);
  const id = z.globalRegistry.get(schema)?.id;
  if (id === undefined) return relocated(rest);
  add(id, rest);
  return { $ref: `#/components/schemas/${id}` };
};

const parameters = (schema: z.ZodObject, place: "path" | "query", components: Map<string, unknown>): Json[] =>
  Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: place,
    required: place === "path" || !(field instanceof z.ZodOptional),
    schema: field instanceof z.ZodType ? jsonSchema(field, "input", components) : {},
  }));

const problemResponses = (route: Route): Json => {
  const codes = [...route.problems, ...(route.auth === "none" ? [] : GUARDED), ...COMMON];
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))].sort((a, b) => a - b);
  const describe = (status: number): string =>
    codes
      .filter((code) => PROBLEMS[code].status === status)
      .map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`)
      .join(" ");
  const content = { "application/problem+json": { schema: { $ref: "#/components/schemas/Problem" } } };
  return Object.fromEntries(statuses.map((status) => [String(status), { description: describe(status), content }]));
};

const IDEMPOTENCY_KEY: Json = {
  name: "Idempotency-Key",
  in: "header",
  required: true,
  description:
    "Yours to choose; the same for every repetition of this request. The id of what it makes derives from it, so it works for ever, not for a day.",
  schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[ -~]+$" },
};

const security = (route: Route): Json[] =>
  route.auth === "none" ? [] : [{ apiKey: [] }, ...(route.auth === "key_or_client_token" ? [{ clientToken: [] }] : [])];

/** Where a route stands in the document, by how its path begins. */
const TAGS: readonly (readonly [begins: string, tag: string])[] = [
  ["/v1/payments", "Payments"],
  ["/v1/refunds", "Payments"],
  ["/v1/checkout-sessions", "Checkout"],
  ["/v1/payouts", "Payouts"],
  ["/v1/payout-batches", "Payout batches"],
  ["/v1/payout-lane", "Float"],
  ["/v1/balance", "Float"],
  ["/v1/exceptions", "Exceptions"],
  ["/v1/statements", "Reconciliation"],
  ["/v1/reconciliations", "Reconciliation"],
];

const tagOf = ({ path, auth }: Route): string =>
  TAGS.find(([begins]) => path.startsWith(begins))?.[1] ?? (auth === "none" ? "Service" : "Audit");

const described = ({ description, scopes }: Route): string => {
  if (scopes.length === 0) return description;
  const named = scopes.map((scope) => `\`${scope}\``).join(", ");
  return `${description}\n\n${scopes.length === 1 ? "Scope" : "One of the scopes"}: ${named}.`;
};

const CSV_EXAMPLE = "phone,amount,reference,remarks\n0708374149,2500,EMP-001,November\n";

const requestBody = (route: Route, components: Map<string, unknown>): Json => {
  const schema = route.body?.();
  if (!schema) return {};
  return {
    requestBody: {
      required: !(schema instanceof z.ZodOptional),
      content: {
        "application/json": { schema: jsonSchema(schema, "input", components) },
        ...(route.csv ? { "text/csv": { schema: { type: "string" }, example: CSV_EXAMPLE } } : {}),
      },
    },
  };
};

/** Beside a CSV body, the query says what the JSON body says: none of it is required with JSON. */
const csvParameters = (route: Route, components: Map<string, unknown>): Json[] =>
  route.csv
    ? parameters(route.csv(), "query", components).map((parameter) => ({
        ...parameter,
        required: false,
        description: "Only with a `text/csv` body.",
      }))
    : [];

const moved = (description: string): Json => ({
  "303": { description, headers: { Location: { schema: { type: "string", format: "uri" } } } },
});

const success = (route: Route & { operation: Operation }, components: Map<string, unknown>): Json => {
  const { status, description, type = "application/json", also, elsewhere } = route.success;
  if (status === 303) return moved(description);
  const content = {
    [type]: { schema: jsonSchema(RESPONSES[route.operation], "output", components) },
    ...(also === undefined ? {} : { [also]: { schema: { type: "string" } } }),
  };
  return { [String(status)]: { description, content }, ...(elsewhere === undefined ? {} : moved(elsewhere)) };
};

const operation = (route: Route & { operation: Operation }, components: Map<string, unknown>): Json => ({
  operationId: route.operation,
  summary: route.summary,
  description: described(route),
  tags: [tagOf(route)],
  security: security(route),
  parameters: [
    ...parameters(route.params(), "path", components),
    ...parameters(route.query(), "query", components),
    ...csvParameters(route, components),
    ...(route.idempotent ? [IDEMPOTENCY_KEY] : []),
  ],
  ...requestBody(route, components),
  responses: { ...success(route, components), ...problemResponses(route) },
});

/** The document. Made once per process, in a few milliseconds. */
export const openApiDocument = (): Json => {
  const components = new Map<string, unknown>();
  const paths: Record<string, Record<string, Json>> = {};
  for (const route of Object.values<Route & { operation: Operation }>(ROUTES)) {
    const methods = (paths[route.path] ??= {});
    methods[route.method.toLowerCase()] = operation(route, components);
  }
  jsonSchema(ProblemDocument, "output", components);
  return {
    openapi: "3.1.0",
    info: {
      title: "Malipo",
      version: "1",
      description: "M-PESA payments and payouts that are never lost, never doubled, and explained to the shilling.",
      license: { name: "Apache-2.0", identifier: "Apache-2.0" },
    },
    servers: [{ url: "/" }],
    paths,
    components: {
      schemas: Object.fromEntries([...components].sort(([a], [b]) => (a < b ? -1 : 1))),
      securitySchemes: {
        apiKey: { type: "http", scheme: "bearer", description: "An API key: `Authorization: Bearer sk_...`." },
        clientToken: {
          type: "http",
          scheme: "bearer",
          description: "The `client_token` of one payment, or the token in the link of one checkout session.",
        },
      },
    },
  };
};
