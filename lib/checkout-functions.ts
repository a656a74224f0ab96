/** The functions behind the checkout page, as data. */
import type { FunctionSpec } from "./function-spec.ts";

export const CHECKOUT_FUNCTIONS = {
  "checkout-sessions": {
    entry: "api/checkout-sessions.lambda.ts",
    purpose: "Makes payment links, and tells how they stand.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 10,
    impact: "Storefronts can't make payment links, and checkout pages can't show how a payment stands.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "gather", "put"], indexes: [] },
      directory: "names",
      secrets: ["signing"],
      settings: ["checkoutBaseUrl", "allowedOrigins"],
    },
  },
  "pay-checkout": {
    entry: "api/pay-checkout.lambda.ts",
    purpose: "Asks a phone to pay a checkout session.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 28,
    impact: "Customers press the button of a checkout page and get no prompt on their phone.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "gather", "put", "update"], indexes: [] },
      coordination: ["share", "prompts"],
      secrets: ["signing", "phoneKeys"],
      daraja: "push",
      settings: ["promptLimits", "sweepIntervalSeconds", "allowedOrigins"],
    },
  },
} as const satisfies Readonly<Record<string, FunctionSpec>>;
