/** The functions of payments that customers make from the phone's menu, as data. */
import type { FunctionSpec } from "./function-spec.ts";

export const C2B_FUNCTIONS = {
  "validate-payment": {
    entry: "callbacks/c2b-validation.lambda.ts",
    purpose: "Answers whether a customer may pay.",
    invokedBy: "gateway",
    // M-PESA waits about eight seconds in all; memory is what makes a cold start short.
    memoryMb: 512,
    timeoutSeconds: 6,
    impact:
      "M-PESA's question whether a customer may pay is not answered: M-PESA does what was said when the URLs were registered.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["gather"], indexes: ["by_reference"] },
      directory: "list",
      secrets: ["signing"],
      daraja: "credentials",
      settings: ["safaricomAddresses", "c2bValidation"],
    },
  },
  "confirm-payment": {
    entry: "callbacks/c2b-confirmation.lambda.ts",
    purpose: "Takes Safaricom's word on payments that customers made from the phone's menu.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 25,
    impact: "Payments from the phone's menu are not recorded as they are made; the hourly pull finds them later.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "gather", "put", "update"], indexes: ["by_reference", "by_time"] },
      directory: "list",
      secrets: ["signing", "phoneKeys"],
      daraja: "credentials",
      settings: ["safaricomAddresses"],
    },
  },
  "route-payment": {
    entry: "api/route-payment.lambda.ts",
    purpose: "Keeps whose a payment from the phone's menu is said to be.",
    invokedBy: "gateway",
    memoryMb: 256,
    timeoutSeconds: 10,
    impact: "Finance can't say whose the payments in the queue of the unmatched are; no payment is lost.",
    everydayErrors: 0,
    uses: {
      transactions: { access: ["get", "update"], indexes: [] },
      directory: "list",
      secrets: [],
      settings: ["allowedOrigins"],
    },
  },
} as const satisfies Readonly<Record<string, FunctionSpec>>;
