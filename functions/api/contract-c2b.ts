/** The route of payments that customers made from the phone's menu: whose they are, when nothing said so. */
import { route } from "./contract-route.ts";
import type { Route } from "./contract-route.ts";
import { routing } from "./requests-c2b.ts";
import { idParams, nothing } from "./requests.ts";

export const C2B_ROUTES = {
  routePayment: route({
    operation: "routePayment",
    method: "POST",
    path: "/v1/payments/{id}/route",
    function: "route-payment",
    auth: "key",
    scopes: ["reconciliation:write"],
    idempotent: false,
    summary: "Say whose a payment from the menu is",
    description:
      "Gives a payment that a customer made from the phone's menu its reference, and takes it out of the queue of the unmatched (`GET /v1/payments?routing=unmatched`). The owner of the shortcode may also hand it to another storefront, and then sees it no more. What the customer typed stays in the payment's history, and so does who routed it. Moves no money. Repeating the very same request changes nothing.",
    params: idParams,
    query: nothing,
    body: routing,
    success: { status: 200, description: "The payment." },
    problems: ["invalid_request", "invalid_json", "body_too_large", "not_found", "not_routable"],
  }),
} as const satisfies Record<string, Route>;
