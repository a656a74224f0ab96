/** The OpenAPI 3.1 document, made from the contract: the same table that makes the routes and checks the requests. */
import * as z from "zod";
import { ROUTES } from "./contract.ts";
import type { Operation, Route } from "./contract.ts";
import { PROBLEM_CODES, problemExample } from "./examples-problems.ts";
import { EXAMPLES } from "./examples.ts";
import { responsesOf } from "./openapi-answers.ts";
import { jsonSchema } from "./openapi-schemas.ts";
import type { Components, Json } from "./openapi-schemas.ts";
import { PROBLEMS } from "./problems.ts";
import { ProblemDocument } from "./responses.ts";

const queryParameters = (schema: z.ZodObject, components: Components): Json[] =>
  Object.entries(schema.shape).map(([name, field]) => ({
    name,
    in: "query",
    required: !(field instanceof z.ZodOptional),
    schema: field instanceof z.ZodType ? jsonSchema(field, "input", components) : {},
  }));

/** Whose id a path takes, by how it begins. */
const NAMED: readonly (readonly [begins: string, prefix: string])[] = [
  ["/v1/payments/", "pay"],
  ["/v1/transactions/", "pay"],
  ["/v1/refunds/", "rfd"],
  ["/v1/checkout-sessions/", "cks"],
  ["/v1/payouts/", "pyo"],
  ["/v1/payout-batches/", "bat"],
  ["/v1/exceptions/", "exc"],
  ["/v1/statements/", "stm"],
  ["/v1/webhook-endpoints/", "whe"],
  ["/v1/webhook-deliveries/", "dlv"],
];

const idExample = (path: string): Json => {
  const prefix = NAMED.find(([begins]) => path.startsWith(begins))?.[1];
  return prefix === undefined ? {} : { example: `${prefix}_4k9qdz1n7ah0xv3rw8gtb2jcf5` };
};

const pathParameters = ({ path, params }: Route, components: Components): Json[] =>
  Object.entries(params().shape).map(([name, field]) => ({
    name,
    in: "path",
    required: true,
    schema: field instanceof z.ZodType ? jsonSchema(field, "input", components) : {},
    ...(name === "id" ? idExample(path) : {}),
  }));

const IDEMPOTENCY_KEY: Json = {
  name: "Idempotency-Key",
  in: "header",
  required: true,
  description:
    "Yours to choose; the same for every repetition of this request. The id of what it makes derives from it, so it works for ever, not for a day.",
  schema: { type: "string", minLength: 1, maxLength: 255, pattern: "^[ -~]+$" },
  example: "order-1001",
};

const security = (route: Route): Json[] =>
  route.auth === "none" ? [] : [{ apiKey: [] }, ...(route.auth === "key_or_client_token" ? [{ clientToken: [] }] : [])];

/** Where a route stands in the document, by how its path begins. */
const PLACES: readonly (readonly [begins: string, tag: keyof typeof TAGS])[] = [
  ["/v1/payments", "Payments"],
  ["/v1/refunds", "Payments"],
  ["/v1/checkout-sessions", "Checkout"],
  ["/v1/webhook", "Webhooks"],
  ["/v1/payouts", "Payouts"],
  ["/v1/payout-batches", "Payout batches"],
  ["/v1/payout-lane", "Float"],
  ["/v1/balance", "Float"],
  ["/v1/health", "Service"],
  ["/v1/exceptions", "Exceptions"],
  ["/v1/statements", "Reconciliation"],
  ["/v1/reconciliations", "Reconciliation"],
];

/** The document's chapters, in the order of its reader's first days. */
const TAGS = {
  Payments: "Ask a customer's phone for money, learn how it ended, and give it back.",
  Checkout: "Payment links: a page on which the customer types the phone that pays.",
  Webhooks: "Events that Malipo sends to you, and what became of each attempt.",
  Payouts: "Pay one person.",
  "Payout batches": "Pay many, after somebody else has approved exactly these rows.",
  Float: "What payouts are paid from, and whether they may leave.",
  Exceptions: "What a person should look at, and what they did about it.",
  Reconciliation: "Closed days, and the statements that they are matched with.",
  Audit: "From any scrap of paper to the whole life of a transaction.",
  Service: "The API about itself.",
} as const;

const tagOf = ({ path, auth }: Route): keyof typeof TAGS =>
  PLACES.find(([begins]) => path.startsWith(begins))?.[1] ?? (auth === "none" ? "Service" : "Audit");

const described = ({ description, scopes }: Route): string => {
  if (scopes.length === 0) return description;
  const named = scopes.map((scope) => `\`${scope}\``).join(", ");
  return `${description}\n\n${scopes.length === 1 ? "Scope" : "One of the scopes"}: ${named}.`;
};

const CSV_EXAMPLE = "phone,amount,reference,remarks\n0708374149,2500,EMP-001,November\n";

const requestBody = (route: Route & { operation: Operation }, components: Components): Json => {
  const schema = route.body?.();
  if (!schema) return {};
  const { request } = EXAMPLES[route.operation];
  return {
    requestBody: {
      required: !(schema instanceof z.ZodOptional),
      content: {
        "application/json": {
          schema: jsonSchema(schema, "input", components),
          ...(request === undefined ? {} : { example: request }),
        },
        ...(route.csv ? { "text/csv": { schema: { type: "string" }, example: CSV_EXAMPLE } } : {}),
      },
    },
  };
};

/** Beside a CSV body, the query says what the JSON body says: none of it is required with JSON. */
const csvParameters = (route: Route, components: Components): Json[] =>
  route.csv
    ? queryParameters(route.csv(), components).map((parameter) => ({
        ...parameter,
        required: false,
        description: "Only with a `text/csv` body.",
      }))
    : [];

const operation = (route: Route & { operation: Operation }, components: Components): Json => ({
  operationId: route.operation,
  summary: route.summary,
  description: described(route),
  tags: [tagOf(route)],
  security: security(route),
  parameters: [
    ...pathParameters(route, components),
    ...queryParameters(route.query(), components),
    ...csvParameters(route, components),
    ...(route.idempotent ? [IDEMPOTENCY_KEY] : []),
  ],
  ...requestBody(route, components),
  responses: responsesOf(route, components),
});

/** The document. Made once per process, when somebody asks. */
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
    servers: [{ url: "/", description: "The address that this document comes from." }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths,
    components: {
      examples: Object.fromEntries(
        PROBLEM_CODES.map((code) => [code, { summary: PROBLEMS[code].title, value: problemExample(code) }]),
      ),
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
