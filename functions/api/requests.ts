/**
 * The shapes that come in by the storefront's door. A request is parsed here once; whatever is inside has been checked.
 * Messages are for the engineer who reads them in a 400. Each is made when its route is mounted, so a function builds
 * those of its own routes and no others.
 */
import * as z from "zod";
import { READINGS } from "../domain/audit-question.ts";
import { PAYMENT_SHILLINGS } from "../domain/money.ts";
import { PAYMENT_SOURCES, ROUTINGS } from "../domain/payment.ts";

export const PAYMENT_STATUSES = ["pending", "succeeded", "failed", "reversed", "merged"] as const;

export const nothing = () => z.object({});
export const idParams = () => z.object({ id: z.string().max(64) });

const printable = /^[\u0020-\u007E]+$/;
/** One line of printable ASCII. */
export const line = (min: number, max: number, what: string) =>
  z
    .string(`${what} is text`)
    .min(min, `${what} has at least ${min} character${min === 1 ? "" : "s"}`)
    .max(max, `${what} has at most ${max} characters`)
    .regex(printable, `${what} is printable ASCII, because that is all that M-PESA shows reliably`)
    .regex(/[^ ]/, `${what} is not only spaces`);

/** Whole shillings, as a JSON integer. */
export const amount = () =>
  z
    .int(`amount is a whole number of shillings, without cents or quotes`)
    .min(PAYMENT_SHILLINGS.min, `amount is at least ${PAYMENT_SHILLINGS.min} shilling`)
    .max(PAYMENT_SHILLINGS.max, `amount is at most ${PAYMENT_SHILLINGS.max} shillings, M-PESA's limit`)
    .meta({ description: "Whole shillings.", examples: [1500] });

export const phone = () =>
  z
    .string("phone is text, for example 0712 345 678")
    .min(1, "phone is empty")
    .max(64, "phone has at most 64 characters")
    .meta({ description: "A Kenyan mobile number in any usual spelling.", examples: ["0708 374 149"] });

export const metadata = () =>
  z
    .record(
      z.string().min(1).max(40, "a metadata key has at most 40 characters"),
      z.string("a metadata value is text").max(200, "a metadata value has at most 200 characters"),
    )
    .refine((entries) => Object.keys(entries).length <= 20, "metadata has at most 20 entries")
    .meta({ description: "Your own notes, returned as they are. Never put personal data here." });

export const paymentRequest = () =>
  z
    .strictObject({
      amount: amount(),
      phone: phone(),
      reference: line(1, 12, "reference").meta({
        description: "Shown to the customer as the account; your order number.",
        examples: ["INV-1001"],
      }),
      description: line(1, 13, "description")
        .optional()
        .meta({ description: "A few words for the prompt; the reference when absent.", examples: ["Order 1001"] }),
      metadata: metadata().optional(),
    })
    .meta({ id: "PaymentRequest" });

const wholeText = (min: number, max: number, what: string) =>
  z
    .string()
    .regex(/^\d{1,6}$/, `${what} is a whole number`)
    .transform(Number)
    .pipe(z.int().min(min, `${what} is at least ${min}`).max(max, `${what} is at most ${max}`));

export const paging = () => ({
  limit: wholeText(1, 100, "limit").optional().meta({ description: "At most this many; 20 when absent." }),
  cursor: z.string().max(1024, "cursor is what `next_cursor` gave you").optional(),
});
/** When it was created, in listings. */
export const period = () => ({
  created_from: z.iso.datetime({ offset: true, error: "created_from is an ISO 8601 time with its zone" }).optional(),
  created_to: z.iso.datetime({ offset: true, error: "created_to is an ISO 8601 time with its zone" }).optional(),
});
export const pageQuery = () => z.strictObject(paging());

export const paymentQuery = () =>
  z.strictObject({
    reference: z.string().min(1).max(64).optional(),
    receipt: z.string().min(1).max(32).optional(),
    phone: z.string().min(1).max(64).optional(),
    status: z.enum(PAYMENT_STATUSES).optional(),
    source: z.enum(PAYMENT_SOURCES).optional().meta({
      description: "`stk`: you asked the customer's phone. `paybill`: the customer paid from the phone's menu.",
    }),
    routing: z.enum(ROUTINGS).optional().meta({
      description: "`unmatched`: the queue of payments from the menu that nobody has claimed.",
    }),
    ...period(),
    ...paging(),
  });

export const auditQuery = () =>
  z.strictObject({
    q: z.string().trim().min(1, "q is empty").max(128, "q is too long"),
    as: z.enum(READINGS).optional().meta({
      description: "Reads `q` this way alone. Without it, every way that fits is tried until something is found.",
    }),
    cursor: paging().cursor,
  });
