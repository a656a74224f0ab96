/** Routes that explain: a transaction's life, the search for a shilling; and the API about itself. */
import { route } from "./contract-route.ts";
import type { Route } from "./contract-route.ts";
import * as requests from "./requests.ts";

const { nothing, idParams } = requests;

export const AUDIT_ROUTES = {
  readHistory: route({
    operation: "readHistory",
    method: "GET",
    path: "/v1/transactions/{id}/history",
    function: "audit",
    auth: "key",
    scopes: ["audit:read"],
    idempotent: false,
    summary: "Read a transaction's whole life",
    description:
      "Every change, when, on whose evidence, with the masked message it came from and the chained digests; and its exceptions with all that was done about them.",
    params: idParams,
    query: nothing,
    body: null,
    success: { status: 200, description: "The timeline." },
    problems: ["not_found"],
  }),
  audit: route({
    operation: "audit",
    method: "GET",
    path: "/v1/audit",
    function: "audit",
    auth: "key",
    scopes: ["audit:read"],
    idempotent: false,
    summary: "Find a shilling",
    description:
      "Takes whatever is at hand: the id of a payment, payout or batch, an M-PESA receipt, a phone number in any spelling, a reference, a CheckoutRequestID or a ConversationID.",
    params: nothing,
    query: requests.auditQuery,
    body: null,
    success: {
      status: 200,
      description: "The matching transactions with their timelines.",
    },
    problems: ["invalid_request"],
  }),
  health: route({
    operation: "health",
    method: "GET",
    path: "/health",
    function: "meta",
    auth: "none",
    scopes: [],
    idempotent: false,
    summary: "Is it up?",
    description: "Answers 200 when the API answers at all.",
    params: nothing,
    query: nothing,
    body: null,
    success: { status: 200, description: "It is up." },
    problems: [],
  }),
  openapi: route({
    operation: "openapi",
    method: "GET",
    path: "/v1/openapi.json",
    function: "meta",
    auth: "none",
    scopes: [],
    idempotent: false,
    summary: "This document",
    description: "The OpenAPI 3.1 description of this API, generated from the contract that routes and validates.",
    params: nothing,
    query: nothing,
    body: null,
    success: { status: 200, description: "An OpenAPI 3.1 document." },
    problems: [],
  }),
} as const satisfies Record<string, Route>;
