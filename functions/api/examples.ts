/**
 * What the documentation shows of every operation. What must stay true: each request fits its route, each answer fits its
 * schema, and the sandbox takes every request as it stands here (test/stories/examples.test.ts sends them all).
 */
import type { Operation } from "./contract.ts";
import type { OperationExample } from "./example.ts";
import { AUDIT_EXAMPLES } from "./examples-audit.ts";
import { FLOAT_EXAMPLES } from "./examples-float.ts";
import { PAYMENT_EXAMPLES } from "./examples-payments.ts";
import { PAYOUT_EXAMPLES } from "./examples-payouts.ts";
import { RECONCILIATION_EXAMPLES } from "./examples-reconciliation.ts";
import { WEBHOOK_EXAMPLES } from "./examples-webhooks.ts";

export const EXAMPLES: Readonly<Record<Operation, OperationExample>> = {
  ...PAYMENT_EXAMPLES,
  ...WEBHOOK_EXAMPLES,
  ...PAYOUT_EXAMPLES,
  ...FLOAT_EXAMPLES,
  ...AUDIT_EXAMPLES,
  ...RECONCILIATION_EXAMPLES,
};
