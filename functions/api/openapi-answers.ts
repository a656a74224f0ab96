/** What an operation answers, in the OpenAPI document: its success with an example, and every problem it can end in. */
import type { Operation, Route } from "./contract.ts";
import { EXAMPLES } from "./examples.ts";
import { jsonSchema } from "./openapi-schemas.ts";
import type { Components, Json } from "./openapi-schemas.ts";
import { PROBLEMS } from "./problems.ts";
import type { ProblemCode } from "./problems.ts";
import { RESPONSES } from "./responses.ts";

const COMMON: readonly ProblemCode[] = ["internal_error", "unavailable"];
const GUARDED: readonly ProblemCode[] = ["unauthorised", "forbidden", "rate_limit_exceeded"];

/** Every problem that this route can answer with, those of all routes included. */
export const problemsOf = ({ problems, auth }: Pick<Route, "problems" | "auth">): readonly ProblemCode[] => [
  ...new Set([...problems, ...(auth === "none" ? [] : GUARDED), ...COMMON]),
];

const problemResponse = (codes: readonly ProblemCode[]): Json => ({
  description: codes.map((code) => `[\`${code}\`](/docs/errors/${code}): ${PROBLEMS[code].title}.`).join(" "),
  content: {
    "application/problem+json": {
      schema: { $ref: "#/components/schemas/Problem" },
      examples: Object.fromEntries(codes.map((code) => [code, { $ref: `#/components/examples/${code}` }])),
    },
  },
});

const problemResponses = (route: Route): Json => {
  const codes = problemsOf(route);
  const statuses = [...new Set(codes.map((code) => PROBLEMS[code].status))].sort((a, b) => a - b);
  const ofStatus = (status: number) => codes.filter((code) => PROBLEMS[code].status === status);
  return Object.fromEntries(statuses.map((status) => [String(status), problemResponse(ofStatus(status))]));
};

const moved = (description: string): Json => ({
  "303": { description, headers: { Location: { schema: { type: "string", format: "uri" } } } },
});

const success = (route: Route & { operation: Operation }, components: Components): Json => {
  const { status, description, type = "application/json", also, elsewhere } = route.success;
  if (status === 303) return moved(description);
  const { answer } = EXAMPLES[route.operation];
  const content = {
    [type]: {
      schema: jsonSchema(RESPONSES[route.operation], "output", components),
      ...(answer === undefined ? {} : { example: answer }),
    },
    ...(also === undefined ? {} : { [also]: { schema: { type: "string" } } }),
  };
  return { [String(status)]: { description, content }, ...(elsewhere === undefined ? {} : moved(elsewhere)) };
};

/** The answers of one operation, by status. */
export const responsesOf = (route: Route & { operation: Operation }, components: Components): Json => ({
  ...success(route, components),
  ...problemResponses(route),
});
