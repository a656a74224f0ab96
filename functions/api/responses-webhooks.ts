/** The shapes of webhooks as they leave. Like responses.ts they describe and type; only the OpenAPI document builds them. */
import * as z from "zod";
import { ATTEMPT_RESULTS, DELIVERY_STATUSES, FAILED_BECAUSE } from "../domain/webhook-delivery.ts";
import { DISABLED_BECAUSE } from "../domain/webhook-endpoint.ts";
import { EVENT_TYPES, SUBSCRIPTIONS, TEST_EVENT } from "../domain/webhook-event.ts";
import { ENDPOINT_STATUSES } from "./requests-webhooks.ts";
import { Time, page } from "./responses-page.ts";

const ENDPOINT_ID = "whe_7q0fzk2d9vn5xh1rt3gcaw8bjy";

export const WebhookEndpointResource = z
  .object({
    id: z.string().meta({ examples: [ENDPOINT_ID] }),
    object: z.literal("webhook_endpoint"),
    url: z.string().meta({ examples: ["https://duka.co.ke/hooks/malipo"] }),
    events: z.array(z.enum(SUBSCRIPTIONS)),
    description: z.string().nullable(),
    status: z.enum(ENDPOINT_STATUSES),
    disabled_because: z.enum(DISABLED_BECAUSE).nullable().meta({
      description:
        "`gone`: it answered 410. `failing`: nothing got through for five days. `owner`: you disabled it. Null while enabled.",
    }),
    disabled_at: Time.nullable(),
    previous_secret_until: Time.nullable().meta({
      description: "After a rotation: until when the secret before signs too. Null when there is none.",
    }),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "WebhookEndpoint" });
export type WebhookEndpointResource = z.infer<typeof WebhookEndpointResource>;

export const WebhookEndpointWithSecrets = WebhookEndpointResource.extend({
  secrets: z
    .object({
      v1: z.string().meta({
        description: "Checks `v1` signatures (HMAC-SHA256). Keep it like a password.",
        examples: ["whsec_..."],
      }),
      v1a_public_key: z.string().meta({
        description: "Checks `v1a` signatures (Ed25519). It can sign nothing, so it need not be kept secret.",
        examples: ["whpk_..."],
      }),
    })
    .meta({ description: "Shown this once; a lost secret is replaced by a rotation." }),
}).meta({ id: "WebhookEndpointWithSecrets" });
export type WebhookEndpointWithSecrets = z.infer<typeof WebhookEndpointWithSecrets>;

export const DeletedWebhookEndpoint = z
  .object({ id: z.string(), object: z.literal("webhook_endpoint"), deleted: z.literal(true) })
  .meta({ id: "DeletedWebhookEndpoint" });
export type DeletedWebhookEndpoint = z.infer<typeof DeletedWebhookEndpoint>;

const Attempt = z.object({
  at: Time,
  ms: z.number().meta({ description: "How long it took." }),
  result: z.enum(ATTEMPT_RESULTS).meta({
    description:
      "`delivered`: 2xx. `gone`: 410. `refused`: another answer. `redirected`: 3xx, which is not followed. `timed_out`: no answer within 10 s. `unreachable`: no connection. `forbidden_address`: the address is none that may be called, and nothing was sent.",
  }),
  url: z.string(),
  status: z.number().nullable(),
  response_excerpt: z.string().nullable().meta({ description: "The first 1,024 characters, masked." }),
  error: z.string().nullable(),
});

export const WebhookDeliveryResource = z
  .object({
    id: z.string().meta({ examples: ["dlv_0a9x7d2kqf4vn8h1rt5gczw3bj"] }),
    object: z.literal("webhook_delivery"),
    endpoint: z.string().meta({ examples: [ENDPOINT_ID] }),
    event: z.object({
      id: z
        .string()
        .meta({ description: "The same in every attempt and redelivery: your receiver's key for repeats." }),
      type: z.enum([...EVENT_TYPES, TEST_EVENT]),
      subject: z.string().meta({ description: "Id of what it is about." }),
    }),
    status: z.enum(DELIVERY_STATUSES),
    failed_because: z.enum(FAILED_BECAUSE).nullable(),
    attempts_made: z.number().meta({ description: "Ever, redeliveries included." }),
    next_attempt_at: Time.nullable().meta({
      description: "When it is sent next, at the latest; null when it ended.",
    }),
    request: z.object({
      headers: z
        .record(z.string(), z.string())
        .meta({ description: "As sent last, without the signatures; as they will be where nothing was sent yet." }),
      body: z.string().meta({ description: "To the letter, as it is signed." }),
    }),
    attempts: z.array(Attempt).meta({ description: "The latest 24, the oldest first." }),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "WebhookDelivery" });
export type WebhookDeliveryResource = z.infer<typeof WebhookDeliveryResource>;

export const WebhookRedelivery = z
  .object({
    object: z.literal("webhook_redelivery"),
    endpoint: z.string(),
    queued: z.number().meta({ description: "Deliveries that are sent again; at most 1,000 a request." }),
    continue_from: Time.nullable().meta({
      description: "There are more: send the same request with this as `from`. Null when that was all.",
    }),
  })
  .meta({ id: "WebhookRedelivery" });
export type WebhookRedelivery = z.infer<typeof WebhookRedelivery>;

export const WebhookEndpointList = page(WebhookEndpointResource).meta({ id: "WebhookEndpointList" });
export const WebhookDeliveryList = page(WebhookDeliveryResource).meta({ id: "WebhookDeliveryList" });
