/**
 * The shapes that cross the storefront's door, in and out. A request is parsed here once; whatever is inside has been
 * checked. Messages are for the engineer who reads them in a 400.
 */
import * as z from "zod";
import { FAILURE_CODES } from "../domain/failures.ts";
import { PAYMENT_SHILLINGS } from "../domain/money.ts";
import { EXCEPTION_KINDS } from "../domain/payment-states.ts";

export const noParams = z.object({});
export const noQuery = z.object({});
export const idParams = z.object({ id: z.string().max(64) });

const printable = /^[\u0020-\u007E]+$/;
const line = (min: number, max: number, what: string) =>
  z
    .string(`${what} is text`)
    .min(min, `${what} has at least ${min} character${min === 1 ? "" : "s"}`)
    .max(max, `${what} has at most ${max} characters`)
    .regex(printable, `${what} is printable ASCII, because that is all that an M-PESA prompt shows reliably`);

/** Whole shillings, as a JSON integer. */
const Amount = z
  .int(`amount is a whole number of shillings, without cents or quotes`)
  .min(PAYMENT_SHILLINGS.min, `amount is at least ${PAYMENT_SHILLINGS.min} shilling`)
  .max(PAYMENT_SHILLINGS.max, `amount is at most ${PAYMENT_SHILLINGS.max} shillings, M-PESA's limit`)
  .meta({ description: "Whole shillings.", examples: [1500] });

const Metadata = z
  .record(
    z.string().min(1).max(40, "a metadata key has at most 40 characters"),
    z.string("a metadata value is text").max(200, "a metadata value has at most 200 characters"),
  )
  .refine((entries) => Object.keys(entries).length <= 20, "metadata has at most 20 entries")
  .meta({ description: "Your own notes, returned as they are. Never put personal data here." });

export const PaymentRequest = z
  .strictObject({
    amount: Amount,
    phone: z
      .string("phone is text, for example 0712 345 678")
      .min(1, "phone is empty")
      .max(64, "phone has at most 64 characters")
      .meta({ description: "A Kenyan mobile number in any usual spelling.", examples: ["0708 374 149"] }),
    reference: line(1, 12, "reference").meta({
      description: "Shown to the customer as the account; your order number.",
      examples: ["INV-1001"],
    }),
    description: line(1, 13, "description")
      .optional()
      .meta({ description: "A few words for the prompt; the reference when absent.", examples: ["Order 1001"] }),
    metadata: Metadata.optional(),
  })
  .meta({ id: "PaymentRequest" });
export type PaymentRequest = z.infer<typeof PaymentRequest>;

const Time = z.iso.datetime().meta({ examples: ["2026-11-21T09:30:00.000Z"] });
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

export const PAYMENT_STATUSES = ["pending", "succeeded", "failed", "reversed"] as const;

export const PaymentResource = z
  .object({
    id: z.string().meta({ examples: ["pay_4k9qdz1n7ah0xv3rw8gtb2jcf5"] }),
    object: z.literal("payment"),
    status: z.enum(PAYMENT_STATUSES),
    stage: z
      .enum(["sending", "awaiting_customer", "confirming"])
      .nullable()
      .meta({ description: "While pending: what is being waited for." }),
    amount: z.number().meta({ description: "Shillings." }),
    currency: z.literal("KES"),
    phone: z.string().meta({ description: "Masked.", examples: ["2547*****149"] }),
    reference: z.string(),
    description: z.string(),
    receipt: z
      .string()
      .nullable()
      .meta({ description: "M-PESA's receipt. A payment that Safaricom confirmed without naming it gets it later." }),
    paid_at: Time.nullable(),
    refunded_amount: z.number(),
    failure: FailureResource.nullable(),
    metadata: z.record(z.string(), z.string()),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "Payment" });
export type PaymentResource = z.infer<typeof PaymentResource>;

export const StartedPayment = PaymentResource.extend({
  client_token: z
    .string()
    .meta({ description: "Lets a browser read this one payment for a while; safe to hand to the payer's page." }),
}).meta({ id: "StartedPayment" });
export type StartedPayment = z.infer<typeof StartedPayment>;

const wholeText = (min: number, max: number, what: string) =>
  z
    .string()
    .regex(/^\d{1,6}$/, `${what} is a whole number`)
    .transform(Number)
    .pipe(z.int().min(min, `${what} is at least ${min}`).max(max, `${what} is at most ${max}`));

const paging = {
  limit: wholeText(1, 100, "limit").optional().meta({ description: "At most this many; 20 when absent." }),
  cursor: z.string().max(1024, "cursor is what `next_cursor` gave you").optional(),
};
export const PageQuery = z.strictObject(paging);

export const PaymentQuery = z.strictObject({
  reference: z.string().min(1).max(64).optional(),
  receipt: z.string().min(1).max(32).optional(),
  phone: z.string().min(1).max(64).optional(),
  status: z.enum(PAYMENT_STATUSES).optional(),
  created_from: z.iso.datetime({ offset: true, error: "created_from is an ISO 8601 time with its zone" }).optional(),
  created_to: z.iso.datetime({ offset: true, error: "created_to is an ISO 8601 time with its zone" }).optional(),
  ...paging,
});

const page = <S extends z.ZodType>(item: S) =>
  z.object({ object: z.literal("list"), data: z.array(item), next_cursor: z.string().nullable() });
export const PaymentList = page(PaymentResource).meta({ id: "PaymentList" });

export const AuditQuery = z.strictObject({ q: z.string().trim().min(1, "q is empty").max(128, "q is too long") });

const TimelineEntry = z.object({
  at: Time,
  finding: z.string(),
  status: z.string().nullable().meta({ description: "The ledger's state after it; null when it stayed." }),
  source: z.string(),
  by: z.string(),
  request_id: z.string(),
  facts: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])),
  exception: z.string().nullable(),
  evidence: z.unknown().meta({ description: "The message it was read from, masked." }),
  evidence_sha256: z.string().nullable(),
  digest: z.string(),
  previous: z.string().nullable(),
});

export const Timeline = z
  .object({
    object: z.literal("timeline"),
    transaction: PaymentResource,
    chain: z.object({ intact: z.boolean(), head: z.string(), problem: z.string().nullable() }),
    data: z.array(TimelineEntry),
  })
  .meta({ id: "Timeline" });
export type Timeline = z.infer<typeof Timeline>;

export const AuditAnswer = z
  .object({ object: z.literal("list"), data: z.array(Timeline), next_cursor: z.null() })
  .meta({ id: "AuditAnswer" });

export const ExceptionResource = z
  .object({
    id: z.string(),
    object: z.literal("exception"),
    kind: z.enum(EXCEPTION_KINDS),
    status: z.enum(["open", "resolved"]),
    transaction: z.string(),
    opened_at: Time,
    last_seen_at: Time,
    times: z.number().meta({ description: "How often it happened." }),
  })
  .meta({ id: "Exception" });
export const ExceptionList = page(ExceptionResource).meta({ id: "ExceptionList" });

export const Health = z.object({ status: z.literal("ok") }).meta({ id: "Health" });
export const OpenApiDocument = z.looseObject({ openapi: z.string() });

/** What every mistake looks like (RFC 9457). */
export const ProblemDocument = z
  .object({
    type: z.string().meta({ description: "A page that explains this problem." }),
    title: z.string(),
    status: z.number(),
    detail: z.string(),
    code: z.string(),
    request_id: z.string(),
    payment_id: z.string().optional(),
    retry_at: Time.optional(),
    errors: z
      .array(z.object({ pointer: z.string().meta({ description: "A JSON pointer." }), message: z.string() }))
      .optional(),
  })
  .meta({ id: "Problem" });
export type ProblemDocument = z.infer<typeof ProblemDocument>;
