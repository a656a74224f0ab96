/**
 * Every Lambda function as data: its entry, its size, and exactly what it may touch.
 */
import type { ApiFunction } from "../functions/api/contract.ts";
import { AUDIT_FUNCTIONS } from "./audit-functions.ts";
import type { FunctionSpec } from "./function-spec.ts";
import { C2B_FUNCTIONS } from "./c2b-functions.ts";
import { CHECKOUT_FUNCTIONS } from "./checkout-functions.ts";
import { CLOSE_FUNCTIONS } from "./close-functions.ts";
import { HEALTH_FUNCTIONS } from "./health-functions.ts";
import { LIVE_FUNCTIONS } from "./live-functions.ts";
import { PAYOUT_FUNCTIONS } from "./payout-functions.ts";
import { PULL_FUNCTIONS } from "./pull-functions.ts";
import { REFUND_FUNCTIONS } from "./refund-functions.ts";
import { SECRET_FUNCTIONS } from "./secret-functions.ts";
import { STATEMENT_FUNCTIONS } from "./statement-functions.ts";
import { WEBHOOK_FUNCTIONS } from "./webhook-functions.ts";

export type FunctionName =
  | ApiFunction
  | "authorise"
  | "stk-callback"
  | "sweep"
  | keyof typeof C2B_FUNCTIONS
  | keyof typeof CLOSE_FUNCTIONS
  | keyof typeof AUDIT_FUNCTIONS
  | keyof typeof LIVE_FUNCTIONS
  | keyof typeof PAYOUT_FUNCTIONS
  | keyof typeof PULL_FUNCTIONS
  | keyof typeof SECRET_FUNCTIONS
  | keyof typeof STATEMENT_FUNCTIONS
  | keyof typeof WEBHOOK_FUNCTIONS;

export const FUNCTIONS = {
  "start-payment": {
    entry: "api/start-payment.lambda.ts",
    purpose: "Records a payment and asks the customer's phone for it.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 28,
    impact: "Storefronts can't start payments: customers who want to pay get no prompt on their phone.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "gather", "put", "update"], indexes: [] },
      idempotency: "cache",
      coordination: ["share", "prompts"],
      secrets: ["signing", "phoneKeys"],
      daraja: "push",
      settings: ["promptLimits", "sweepIntervalSeconds", "checkoutBaseUrl", "allowedOrigins"],
    },
  },
  "read-payments": {
    entry: "api/read-payments.lambda.ts",
    purpose: "Reads one payment, or lists a storefront's.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 10,
    impact: "Storefronts and checkout pages can't learn how a payment ended; customers who paid keep waiting.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "gather"], indexes: ["by_time", "by_phone", "by_reference", "by_push"] },
      secrets: ["phoneKeys"],
      settings: ["allowedOrigins"],
    },
  },
  "verify-payment": {
    entry: "api/verify-payment.lambda.ts",
    purpose: "Asks Safaricom how a payment ended.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 20,
    impact: "Storefronts can't have Safaricom asked about a payment; they wait for the callback or the sweep instead.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "put", "update"], indexes: [] },
      coordination: ["share"],
      secrets: ["phoneKeys"],
      daraja: "ask",
      settings: ["allowedOrigins"],
    },
  },
  audit: {
    entry: "api/audit.lambda.ts",
    purpose: "Tells a transaction's whole life, and what a person should look at.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 10,
    impact: "Finance can't look up a payment's history or the list of exceptions.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "gather"], indexes: ["by_time", "by_phone", "by_reference", "by_push"] },
      secrets: ["phoneKeys"],
      settings: ["allowedOrigins"],
    },
  },
  "work-exceptions": {
    entry: "api/work-exceptions.lambda.ts",
    purpose: "Keeps what people do about exceptions, and has Safaricom asked about them.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 28,
    impact: "Finance can't assign, note, resolve or ask about exceptions; the list can still be read.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "put", "update"], indexes: [] },
      coordination: ["share"],
      secrets: ["signing", "phoneKeys"],
      daraja: "pay",
      settings: ["allowedOrigins"],
    },
  },
  meta: {
    entry: "api/meta.lambda.ts",
    purpose: "Health, and the API's description.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 10,
    impact: "Health checks fail and integrators can't fetch the API's description; payments are not touched.",
    everydayErrors: 0,
    uses: { secrets: [], settings: ["allowedOrigins"] },
  },
  authorise: {
    entry: "api/authorise.lambda.ts",
    purpose: "Lets in API keys and the browser's client tokens.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 10,
    impact: "No storefront and no checkout page is let in: no payment can be started or read.",
    // It refuses a key by throwing, which is how API Gateway is told 401, and Lambda counts that as an error.
    everydayErrors: 100,
    uses: { directory: "keys", secrets: ["pepper", "signing"], settings: [] },
  },
  "stk-callback": {
    entry: "callbacks/stk.lambda.ts",
    purpose: "Takes Safaricom's word on how a push ended.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 25,
    impact:
      "Safaricom's word on how payments ended is not recorded; customers who paid look unpaid until the sweep asks.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "put", "update"], indexes: [] },
      coordination: ["share"],
      secrets: ["signing", "phoneKeys"],
      daraja: "ask",
      settings: ["safaricomAddresses"],
    },
  },
  sweep: {
    entry: "workers/sweep.lambda.ts",
    purpose: "Asks Safaricom about payments that went silent.",
    invokedBy: "event",
    memoryMb: 512,
    timeoutSeconds: 900,
    impact: "Payments whose callback was lost stay pending: nobody asks Safaricom how they ended.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "gather", "put", "update"], indexes: ["due"] },
      coordination: ["share"],
      secrets: ["phoneKeys"],
      daraja: "ask",
      settings: ["sweepIntervalSeconds"],
    },
  },
  ...PAYOUT_FUNCTIONS,
  ...REFUND_FUNCTIONS,
  ...C2B_FUNCTIONS,
  ...CHECKOUT_FUNCTIONS,
  ...HEALTH_FUNCTIONS,
  ...LIVE_FUNCTIONS,
  ...PULL_FUNCTIONS,
  ...AUDIT_FUNCTIONS,
  ...SECRET_FUNCTIONS,
  ...STATEMENT_FUNCTIONS,
  ...CLOSE_FUNCTIONS,
  ...WEBHOOK_FUNCTIONS,
} as const satisfies Readonly<Record<FunctionName, FunctionSpec>>;
