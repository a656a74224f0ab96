/**
 * The API's contract: every route once, as data. The stack makes the routes, the Lambdas find their endpoint, the
 * validation and the OpenAPI document all come from here, so what is documented is what is deployed and enforced. A
 * function takes the routes of its own group, so that its bundle carries no other's.
 */
import { AUDIT_ROUTES } from "./contract-audit.ts";
import { BATCH_ROUTES } from "./contract-batches.ts";
import { C2B_ROUTES } from "./contract-c2b.ts";
import { CHECKOUT_ROUTES } from "./contract-checkout.ts";
import { EXCEPTION_ROUTES } from "./contract-exceptions.ts";
import { FLOAT_ROUTES } from "./contract-float.ts";
import { HEALTH_ROUTES } from "./contract-health.ts";
import { PAYMENT_ROUTES } from "./contract-payments.ts";
import { PAYOUT_ROUTES } from "./contract-payouts.ts";
import { RECONCILIATION_ROUTES } from "./contract-reconciliations.ts";
import { REFUND_ROUTES } from "./contract-refunds.ts";
import type { Route } from "./contract-route.ts";
import { STATEMENT_ROUTES } from "./contract-statements.ts";
import { STEERING_ROUTES } from "./contract-steering.ts";
import { WEBHOOK_ROUTES } from "./contract-webhooks.ts";

export type { ApiFunction, Route } from "./contract-route.ts";

export const ROUTES = {
  ...PAYMENT_ROUTES,
  ...C2B_ROUTES,
  ...CHECKOUT_ROUTES,
  ...PAYOUT_ROUTES,
  ...BATCH_ROUTES,
  ...STEERING_ROUTES,
  ...FLOAT_ROUTES,
  ...AUDIT_ROUTES,
  ...HEALTH_ROUTES,
  ...EXCEPTION_ROUTES,
  ...REFUND_ROUTES,
  ...STATEMENT_ROUTES,
  ...RECONCILIATION_ROUTES,
  ...WEBHOOK_ROUTES,
} as const satisfies Record<string, Route>;
export type Operation = keyof typeof ROUTES;
