/** The shapes of checkout sessions as they leave. Like responses.ts they describe and type; only the OpenAPI document builds them. */
import * as z from "zod";
import { CHECKOUT_STATUSES } from "./requests-checkout.ts";
import { PaymentResource } from "./responses-payment.ts";
import { Time } from "./responses-page.ts";

export const CheckoutSessionResource = z
  .object({
    id: z.string().meta({ examples: ["cks_4k9qdz1n7ah0xv3rw8gtb2jcf5"] }),
    object: z.literal("checkout_session"),
    status: z.enum(CHECKOUT_STATUSES).meta({
      description:
        "`open`: may be paid. `complete`: was paid, and nobody is asked again. `expired`: its time is over; money that comes late still completes it.",
    }),
    amount: z.number().meta({ description: "Shillings." }),
    currency: z.literal("KES"),
    reference: z.string(),
    description: z.string().nullable(),
    merchant: z.object({ name: z.string() }).meta({ description: "What the payer's page calls you." }),
    payment: z.string().nullable().meta({
      description: "The payment that paid it; else the one that still may; else the latest that did not.",
    }),
    payment_details: PaymentResource.nullable().meta({ description: "That payment, whole." }),
    metadata: z.record(z.string(), z.string()),
    success_url: z.string().nullable(),
    created_at: Time,
    expires_at: Time,
  })
  .meta({ id: "CheckoutSession" });
export type CheckoutSessionResource = z.infer<typeof CheckoutSessionResource>;

export const StartedCheckout = CheckoutSessionResource.extend({
  url: z.string().meta({
    description:
      "The payment link. Whoever has it can pay, and can see this session until a day after its end. What stands behind the `#` is its key and reaches no server.",
    examples: ["https://pay.duka.co.ke/checkout/cks_4k9qdz1n7ah0xv3rw8gtb2jcf5#ct_..."],
  }),
}).meta({ id: "StartedCheckoutSession" });
export type StartedCheckout = z.infer<typeof StartedCheckout>;
