/**
 * Every Lambda function as data: its entry, its size, and exactly what it may touch. What is not listed here a function
 * can neither reach (no grant) nor name (no variable).
 */
import type { ApiFunction } from "../functions/api/contract.ts";
import type { TABLES } from "../functions/store/table.ts";
import type { SecretKey } from "./data-stack.ts";

type IndexOf<T extends keyof typeof TABLES> = (typeof TABLES)[T]["indexes"][number]["name"];

export interface FunctionUses {
  readonly transactions?: {
    readonly access: "read" | "readWrite";
    readonly indexes: readonly IndexOf<"transactions">[];
  };
  readonly idempotency?: "cache";
  readonly directory?: "read";
  readonly coordination?: "readWrite";
  readonly secrets: readonly Exclude<SecretKey, "daraja">[];
  /** `ask`: queries. `push`: also sends pushes, and so needs the address that Daraja calls back. */
  readonly daraja?: "ask" | "push";
  /** Settings of the stage that it reads. */
  readonly settings: readonly ("promptLimits" | "safaricomAddresses" | "sweepIntervalSeconds" | "allowedOrigins")[];
}

export interface FunctionSpec {
  /** Below `functions/`. */
  readonly entry: string;
  /** One line for the console. */
  readonly purpose: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  /** Who is hurt, and how, when it fails; the sentence of its alarms. */
  readonly impact: string;
  /** Errors in five minutes that are still everyday business; more ring. 0 for all but the authoriser. */
  readonly everydayErrors: number;
  readonly uses: FunctionUses;
}

/** API Gateway gives up after 29 s: a function that answers it must have answered, or stopped, before. */
export const GATEWAY_TIMEOUT_SECONDS = 29;

export type FunctionName = ApiFunction | "authorise" | "stk-callback" | "sweep";

export const FUNCTIONS = {
  "start-payment": {
    entry: "api/start-payment.lambda.ts",
    purpose: "Records a payment and asks the customer's phone for it.",
    memoryMb: 256,
    timeoutSeconds: 28,
    impact: "Storefronts can't start payments: customers who want to pay get no prompt on their phone.",
    everydayErrors: 0,
    uses: {
      transactions: { access: "readWrite", indexes: [] },
      idempotency: "cache",
      coordination: "readWrite",
      secrets: ["signing", "phoneKeys"],
      daraja: "push",
      settings: ["promptLimits", "sweepIntervalSeconds", "allowedOrigins"],
    },
  },
  "read-payments": {
    entry: "api/read-payments.lambda.ts",
    purpose: "Reads one payment, or lists a storefront's.",
    memoryMb: 256,
    timeoutSeconds: 10,
    impact: "Storefronts and checkout pages can't learn how a payment ended; customers who paid keep waiting.",
    everydayErrors: 0,
    uses: {
      transactions: { access: "read", indexes: ["by_time", "by_phone", "by_reference"] },
      secrets: ["phoneKeys"],
      settings: ["allowedOrigins"],
    },
  },
  "verify-payment": {
    entry: "api/verify-payment.lambda.ts",
    purpose: "Asks Safaricom how a payment ended.",
    memoryMb: 256,
    timeoutSeconds: 20,
    impact: "Storefronts can't have Safaricom asked about a payment; they wait for the callback or the sweep instead.",
    everydayErrors: 0,
    uses: {
      transactions: { access: "readWrite", indexes: [] },
      coordination: "readWrite",
      secrets: ["phoneKeys"],
      daraja: "ask",
      settings: ["allowedOrigins"],
    },
  },
  audit: {
    entry: "api/audit.lambda.ts",
    purpose: "Tells a transaction's whole life, and what a person should look at.",
    memoryMb: 256,
    timeoutSeconds: 10,
    impact: "Finance can't look up a payment's history or the list of exceptions.",
    everydayErrors: 0,
    uses: {
      transactions: { access: "read", indexes: ["by_time", "by_phone", "by_reference", "by_push"] },
      secrets: ["phoneKeys"],
      settings: ["allowedOrigins"],
    },
  },
  meta: {
    entry: "api/meta.lambda.ts",
    purpose: "Health, and the API's description.",
    memoryMb: 256,
    timeoutSeconds: 10,
    impact: "Health checks fail and integrators can't fetch the API's description; payments are not touched.",
    everydayErrors: 0,
    uses: { secrets: [], settings: ["allowedOrigins"] },
  },
  authorise: {
    entry: "api/authorise.lambda.ts",
    purpose: "Lets in API keys and the browser's client tokens.",
    memoryMb: 256,
    timeoutSeconds: 10,
    impact: "No storefront and no checkout page is let in: no payment can be started or read.",
    // It refuses a key by throwing, which is how API Gateway is told 401, and Lambda counts that as an error.
    everydayErrors: 100,
    uses: { directory: "read", secrets: ["pepper", "signing"], settings: [] },
  },
  "stk-callback": {
    entry: "callbacks/stk.lambda.ts",
    purpose: "Takes Safaricom's word on how a push ended.",
    memoryMb: 256,
    timeoutSeconds: 25,
    impact:
      "Safaricom's word on how payments ended is not recorded; customers who paid look unpaid until the sweep asks.",
    everydayErrors: 0,
    uses: {
      transactions: { access: "readWrite", indexes: [] },
      coordination: "readWrite",
      secrets: ["signing", "phoneKeys"],
      daraja: "ask",
      settings: ["safaricomAddresses"],
    },
  },
  sweep: {
    entry: "workers/sweep.lambda.ts",
    purpose: "Asks Safaricom about payments that went silent.",
    memoryMb: 512,
    timeoutSeconds: 900,
    impact: "Payments whose callback was lost stay pending: nobody asks Safaricom how they ended.",
    everydayErrors: 0,
    uses: {
      transactions: { access: "readWrite", indexes: ["due"] },
      coordination: "readWrite",
      secrets: ["phoneKeys"],
      daraja: "ask",
      settings: ["sweepIntervalSeconds"],
    },
  },
} as const satisfies Readonly<Record<FunctionName, FunctionSpec>>;
