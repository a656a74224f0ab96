/** The shapes of refunds as they leave. Like responses.ts they describe and type; only the OpenAPI document builds them. */
import * as z from "zod";
import { REFUND_FAILURE_CODES } from "../domain/refund-failures.ts";
import { REFUND_STATUSES } from "./requests-refunds.ts";
import { Time, page } from "./responses-page.ts";

const RefundFailure = z
  .object({
    code: z.enum(REFUND_FAILURE_CODES),
    message: z.string().meta({ description: "What happened and what to do." }),
    refund_again: z
      .enum(["yes", "no", "after_fix"])
      .meta({ description: "Whether the same may be asked for by a new refund." }),
    daraja: z
      .object({ result_code: z.string().nullable(), result_desc: z.string().nullable() })
      .meta({ description: "What M-PESA itself said, for a support call." }),
  })
  .meta({ id: "RefundFailure" });

export const RefundResource = z
  .object({
    id: z.string().meta({ examples: ["rfd_4k9qdz1n7ah0xv3rw8gtb2jcf5"] }),
    object: z.literal("refund"),
    status: z.enum(REFUND_STATUSES).meta({
      description:
        "`pending`: its amount is reserved, and nobody has said how it ended. M-PESA may take hours. `failed`: nothing went back, and its amount is free again.",
    }),
    stage: z.enum(["waiting", "sending", "accepted", "confirming"]).nullable().meta({
      description:
        "While pending: what is known. `waiting`: it leaves as soon as it can, and M-PESA holds nothing of it. `confirming`: M-PESA may hold it, and Malipo looks for proof.",
    }),
    payment: z.string().meta({ description: "The payment that it gives back." }),
    amount: z.number().meta({ description: "Shillings." }),
    currency: z.literal("KES"),
    reason: z.string(),
    reference: z.string().meta({ description: "The payment's." }),
    payment_receipt: z.string().meta({ description: "M-PESA's receipt of the payment." }),
    receipt: z.string().nullable().meta({ description: "M-PESA's receipt of the reversal." }),
    refunded_at: Time.nullable(),
    failure: RefundFailure.nullable(),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "Refund" });
export type RefundResource = z.infer<typeof RefundResource>;

export const RefundList = page(RefundResource).meta({ id: "RefundList" });
