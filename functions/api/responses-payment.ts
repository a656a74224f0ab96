/** A payment as it leaves. Like responses.ts this describes and types; only the OpenAPI document builds it. */
import * as z from "zod";
import { FAILURE_CODES } from "../domain/failures.ts";
import { PAYMENT_SOURCES, ROUTINGS } from "../domain/payment.ts";
import { PAYMENT_STATUSES } from "./requests.ts";
import { Time } from "./responses-page.ts";

const Words = z.object({ en: z.string(), sw: z.string() });

const FailureResource = z
  .object({
    code: z.enum(FAILURE_CODES),
    new_attempt: z.enum(["yes", "no", "customer_decides", "later"]),
    message: z.string().meta({ description: "For you: what happened and what to do." }),
    customer_message: Words.meta({ description: "For the payer, in English and Swahili." }),
    daraja: z
      .object({ result_code: z.string().nullable(), result_desc: z.string().nullable() })
      .meta({ description: "What M-PESA itself said, for a support call." }),
  })
  .meta({ id: "Failure" });

export const PaymentResource = z
  .object({
    id: z.string().meta({ examples: ["pay_4k9qdz1n7ah0xv3rw8gtb2jcf5"] }),
    object: z.literal("payment"),
    source: z.enum(PAYMENT_SOURCES).meta({
      description: "`stk`: you asked the customer's phone. `paybill`: the customer paid from the phone's menu.",
    }),
    routing: z.enum(ROUTINGS).meta({
      description:
        "How it came to you. `requested`: you asked for it. `matched`: its reference is yours, or a person said so. `unmatched`: nobody knows yet whose it is.",
    }),
    status: z.enum(PAYMENT_STATUSES),
    stage: z
      .enum(["sending", "awaiting_customer", "confirming"])
      .nullable()
      .meta({ description: "While pending: what is being waited for." }),
    amount: z.number().meta({ description: "Shillings." }),
    currency: z.literal("KES"),
    phone: z
      .string()
      .nullable()
      .meta({
        description: "Masked. Null for a payment from the menu whose number M-PESA hashed or left out.",
        examples: ["2547*****149"],
      }),
    payer_name: z.string().nullable().meta({
      description: "Who paid from the menu, in M-PESA's words; null for a payment that you asked for. Personal data.",
    }),
    reference: z.string().meta({ description: "Of a payment from the menu what the customer typed, slips included." }),
    description: z.string(),
    receipt: z
      .string()
      .nullable()
      .meta({ description: "M-PESA's receipt. A payment that Safaricom confirmed without naming it gets it later." }),
    paid_at: Time.nullable(),
    merged_into: z.string().nullable().meta({
      description:
        "When `merged`: the payment that has turned out to be this one and holds the money. Don't count both.",
    }),
    refunded_amount: z.number(),
    failure: FailureResource.nullable(),
    metadata: z.record(z.string(), z.string()),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "Payment" });
export type PaymentResource = z.infer<typeof PaymentResource>;
