/** What comes in about refunds. */
import * as z from "zod";
import { PAYMENT_SHILLINGS } from "../domain/money.ts";

export const REFUND_STATUSES = ["pending", "succeeded", "failed"] as const;

const REASON_LETTERS = 200;
/** No control characters, and no half of a character pair, which would not survive being stored. */
const ONE_LINE = /^[^\p{Cc}\p{Cs}]*$/u;

export const refundRequest = () =>
  z
    .strictObject({
      amount: z
        .int("amount is a whole number of shillings, without cents or quotes")
        .min(PAYMENT_SHILLINGS.min, `amount is at least ${PAYMENT_SHILLINGS.min} shilling`)
        .max(PAYMENT_SHILLINGS.max, `amount is at most ${PAYMENT_SHILLINGS.max} shillings, M-PESA's limit`)
        .optional()
        .meta({ description: "Whole shillings; all that is left of the payment when absent.", examples: [500] }),
      reason: z
        .string("reason is text")
        .trim()
        .min(1, "reason is empty")
        .max(REASON_LETTERS, `reason has at most ${REASON_LETTERS} characters`)
        .regex(ONE_LINE, "reason is one line without control characters")
        .meta({
          description: "For your own people; M-PESA is not told. Phone numbers are masked before it is kept.",
          examples: ["One of two items was out of stock"],
        }),
    })
    .meta({ id: "RefundRequest" });
