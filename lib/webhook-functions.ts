/**
 * The functions that tell those outside, as data. The one that speaks to strangers knows the webhooks' table alone: it can
 * read no payment and no key of anybody's but those that it signs with.
 */
import type { FunctionSpec } from "./function-spec.ts";

export const WEBHOOK_FUNCTIONS = {
  notify: {
    entry: "workers/notify.lambda.ts",
    purpose: "Tells storefronts and payers' open pages what the ledger has just taken in.",
    invokedBy: "stream",
    memoryMb: 512,
    timeoutSeconds: 30,
    impact:
      "Storefronts hear of no payment's or payout's end by webhook, and checkout pages see it only when they ask.",
    everydayErrors: 0,
    uses: {
      coordination: ["watchers"],
      webhooks: "announce",
      secrets: [],
      sockets: "push",
      queues: { webhooks: ["send"] },
      settings: ["sweepIntervalSeconds"],
    },
  },
  "deliver-webhooks": {
    entry: "workers/deliver-webhooks.lambda.ts",
    purpose: "Sends webhooks to storefronts' endpoints, and again what did not get through.",
    invokedBy: "queue",
    memoryMb: 512,
    timeoutSeconds: 60,
    impact: "Webhooks do not reach storefronts: orders that are paid wait until the shop asks.",
    everydayErrors: 0,
    uses: {
      webhooks: "deliver",
      secrets: ["phoneKeys"],
      queues: { webhooks: ["send", "consume"] },
      settings: ["sweepIntervalSeconds", "webhookLoopback"],
    },
  },
  webhooks: {
    entry: "api/webhooks.lambda.ts",
    purpose: "Keeps storefronts' webhook endpoints, shows what became of deliveries, and has them sent again.",
    invokedBy: "gateway",
    memoryMb: 512,
    timeoutSeconds: 28,
    impact: "Storefronts can't change their webhook endpoints, nor see or repeat deliveries; sending goes on.",
    everydayErrors: 0,
    uses: {
      webhooks: "manage",
      secrets: ["phoneKeys"],
      queues: { webhooks: ["send"] },
      settings: ["sweepIntervalSeconds", "webhookLoopback", "allowedOrigins"],
    },
  },
} as const satisfies Readonly<Record<string, FunctionSpec>>;
