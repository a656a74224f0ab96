/** The route by which operators learn what works. */
import { route } from "./contract-route.ts";
import type { Route } from "./contract-route.ts";
import { nothing } from "./requests.ts";

export const HEALTH_ROUTES = {
  checkHealth: route({
    operation: "checkHealth",
    method: "GET",
    path: "/v1/health",
    function: "check-health",
    auth: "key",
    scopes: ["audit:read"],
    idempotent: false,
    summary: "Ask what works",
    description:
      "For operators: looks at every table, secret and queue and at the Daraja token, all at once and for four seconds at the most, and says of each whether it works, how long that took and what needs it. Answers 200 also when something fails: then `status` is `fails`. Load balancers ask `GET /health`.",
    params: nothing,
    query: nothing,
    body: null,
    success: { status: 200, description: "What works and what does not." },
    problems: [],
  }),
} as const satisfies Record<string, Route>;
