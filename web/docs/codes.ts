/** docs/codes.json as the site reads it: every code that the API answers or reports, with its words. */
import * as z from "zod";

const Words = z.object({ en: z.string(), sw: z.string() });

const Problem = z.object({
  code: z.string(),
  status: z.int(),
  title: z.string(),
  cause: z.string(),
  advice: z.string(),
  safe_to_retry: z.enum(["yes", "no", "after_fixing"]),
  everywhere: z.boolean(),
  operations: z.array(z.object({ operation: z.string(), method: z.string(), path: z.string(), summary: z.string() })),
  example: z.unknown(),
});
export type Problem = z.infer<typeof Problem>;

const PaymentFailure = z.object({
  code: z.string(),
  message: z.string(),
  new_attempt: z.enum(["yes", "no", "customer_decides", "later"]),
  fault: z.enum(["customer", "merchant", "network", "safaricom", "malipo"]),
  customer_message: Words,
});
export type PaymentFailure = z.infer<typeof PaymentFailure>;

const PayoutFailure = z.object({
  code: z.string(),
  message: z.string(),
  pay_again: z.enum(["yes", "no", "after_fix", "later"]),
  halts: z.enum(["initiator", "float", "shortcode"]).nullable(),
});
export type PayoutFailure = z.infer<typeof PayoutFailure>;

const RefundFailure = z.object({
  code: z.string(),
  message: z.string(),
  refund_again: z.enum(["yes", "no", "after_fix"]),
});
export type RefundFailure = z.infer<typeof RefundFailure>;

export const Codes = z.object({
  problems: z.array(Problem),
  payment_failures: z.array(PaymentFailure),
  payout_failures: z.array(PayoutFailure),
  refund_failures: z.array(RefundFailure),
});
export type Codes = z.infer<typeof Codes>;
