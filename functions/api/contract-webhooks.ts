/** Routes of webhooks: the endpoints of a storefront, and what became of each delivery. */
import { route } from "./contract-route.ts";
import type { Route } from "./contract-route.ts";
import type { ProblemCode } from "./problems.ts";
import {
  deliveryQuery,
  redeliveryRequest,
  webhookEndpointChange,
  webhookEndpointRequest,
} from "./requests-webhooks.ts";
import { idParams, nothing } from "./requests.ts";

const BODY_PROBLEMS = ["invalid_request", "invalid_json", "body_too_large"] as const satisfies readonly ProblemCode[];

/** What all of them have in common. None moves money, so none takes an Idempotency-Key. */
const webhooks = {
  function: "webhooks",
  auth: "key",
  scopes: ["webhooks:write"],
  idempotent: false,
  query: nothing,
  body: null,
} as const;

const ENDPOINT = "/v1/webhook-endpoints/{id}";

const ENDPOINT_ROUTES = {
  createWebhookEndpoint: route({
    ...webhooks,
    operation: "createWebhookEndpoint",
    method: "POST",
    path: "/v1/webhook-endpoints",
    summary: "Have events sent to an address",
    description:
      "From about a second later every event that it asks for is sent there, signed by Standard Webhooks. The secrets are shown this once. A request whose answer was lost may have made an endpoint: list them, and delete the one whose secret you never saw.",
    params: nothing,
    body: webhookEndpointRequest,
    success: { status: 201, description: "The endpoint, with its secrets." },
    problems: [...BODY_PROBLEMS, "too_many_webhook_endpoints"],
  }),
  listWebhookEndpoints: route({
    ...webhooks,
    operation: "listWebhookEndpoints",
    method: "GET",
    path: "/v1/webhook-endpoints",
    summary: "List webhook endpoints",
    description: "All of them, at most 16, the oldest first.",
    params: nothing,
    success: { status: 200, description: "The endpoints, on one page." },
    problems: ["invalid_request"],
  }),
  readWebhookEndpoint: route({
    ...webhooks,
    operation: "readWebhookEndpoint",
    method: "GET",
    path: ENDPOINT,
    summary: "Read a webhook endpoint",
    description: "Without its secrets, which are shown once.",
    params: idParams,
    success: { status: 200, description: "The endpoint." },
    problems: ["not_found"],
  }),
  changeWebhookEndpoint: route({
    ...webhooks,
    operation: "changeWebhookEndpoint",
    method: "PATCH",
    path: ENDPOINT,
    summary: "Change a webhook endpoint",
    description:
      "Changes what is named and leaves the rest. Deliveries that are still pending go to the new address. Enabling one sends nothing by itself: have what it missed redelivered.",
    params: idParams,
    body: webhookEndpointChange,
    success: { status: 200, description: "The endpoint." },
    problems: [...BODY_PROBLEMS, "not_found"],
  }),
  deleteWebhookEndpoint: route({
    ...webhooks,
    operation: "deleteWebhookEndpoint",
    method: "DELETE",
    path: ENDPOINT,
    summary: "Delete a webhook endpoint",
    description: "It is told of nothing any more, pending deliveries included.",
    params: idParams,
    success: { status: 200, description: "It is deleted." },
    problems: ["not_found"],
  }),
  rotateWebhookSecret: route({
    ...webhooks,
    operation: "rotateWebhookSecret",
    method: "POST",
    path: `${ENDPOINT}/rotate-secret`,
    summary: "Replace a webhook endpoint's secrets",
    description:
      "The new secrets sign from about a second later; for 24 hours the ones before sign as well, so that receivers can change over one by one. A second rotation within that time ends the oldest at once.",
    params: idParams,
    success: { status: 200, description: "The endpoint, with its new secrets." },
    problems: ["not_found"],
  }),
  testWebhookEndpoint: route({
    ...webhooks,
    operation: "testWebhookEndpoint",
    method: "POST",
    path: `${ENDPOINT}/test`,
    summary: "Send a test event",
    description: "Sends `endpoint.test` to this endpoint alone. List its deliveries to see how it was answered.",
    params: idParams,
    success: { status: 202, description: "The delivery, on its way." },
    problems: ["not_found", "webhook_endpoint_disabled"],
  }),
} as const satisfies Record<string, Route>;

const DELIVERY_ROUTES = {
  listWebhookDeliveries: route({
    ...webhooks,
    operation: "listWebhookDeliveries",
    method: "GET",
    path: `${ENDPOINT}/deliveries`,
    summary: "List deliveries to a webhook endpoint",
    description:
      "Of the last 30 days, the newest first, each with what was sent and how every attempt was answered. With `status`, a page may hold fewer than `limit`, even none, and still have a `next_cursor`.",
    params: idParams,
    query: deliveryQuery,
    success: { status: 200, description: "A page of deliveries." },
    problems: ["invalid_request", "not_found"],
  }),
  redeliverWebhooks: route({
    ...webhooks,
    operation: "redeliverWebhooks",
    method: "POST",
    path: `${ENDPOINT}/redeliver`,
    summary: "Have deliveries of a time sent again",
    description:
      "The oldest first, at most 1,000 a request, each under the id of its event, with all its attempts once more.",
    params: idParams,
    body: redeliveryRequest,
    success: { status: 202, description: "How many are on their way, and where to go on." },
    problems: [...BODY_PROBLEMS, "not_found", "webhook_endpoint_disabled"],
  }),
  redeliverWebhook: route({
    ...webhooks,
    operation: "redeliverWebhook",
    method: "POST",
    path: "/v1/webhook-deliveries/{id}/redeliver",
    summary: "Have a delivery sent again",
    description: "Under the id of its event, with all its attempts once more. One that is pending is sent now.",
    params: idParams,
    success: { status: 202, description: "The delivery, on its way." },
    problems: ["not_found", "webhook_endpoint_disabled"],
  }),
} as const satisfies Record<string, Route>;

export const WEBHOOK_ROUTES = { ...ENDPOINT_ROUTES, ...DELIVERY_ROUTES } as const;
