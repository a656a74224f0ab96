import { env } from "../runtime/env.ts";
import { WebhookMessage } from "../webhooks/messages.ts";
import { overQueue } from "../wiring-doors.ts";
import { deliverWebhooksDeps } from "../wiring-webhooks.ts";
import { deliverWebhooks } from "./deliver-webhooks.ts";

export const handler = overQueue(env.webhookQueue)(WebhookMessage, deliverWebhooks(deliverWebhooksDeps()));
