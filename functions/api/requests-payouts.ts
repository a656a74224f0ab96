/**
 * The shapes of payouts and batches as they come in. A batch's rows are checked here for their form alone: a body that a
 * program wrote wrongly is refused as a whole, with pointers; what a person wrote wrongly rejects one row.
 */
import * as z from "zod";
import { PAYOUT_KINDS, PAYOUT_SHILLINGS } from "../domain/payout.ts";
import { line, metadata, paging, period, phone } from "./requests.ts";

export const PAYOUT_STATUSES = ["queued", "pending", "succeeded", "failed", "cancelled"] as const;

/** Rows that a request may carry itself; more of them are uploaded as a file. */
export const MOST_ROWS_IN_BODY = 10_000;

const amount = () =>
  z
    .int("amount is a whole number of shillings, without cents or quotes")
    .min(PAYOUT_SHILLINGS.min, `amount is at least ${PAYOUT_SHILLINGS.min} shillings, M-PESA's least payout`)
    .max(PAYOUT_SHILLINGS.max, `amount is at most ${PAYOUT_SHILLINGS.max} shillings, M-PESA's limit`)
    .meta({ description: "Whole shillings.", examples: [2500] });

const kind = () =>
  z
    .enum(PAYOUT_KINDS, `kind is one of ${PAYOUT_KINDS.join(", ")}`)
    .meta({ description: "What it is for; Safaricom words the receiver's message by it." });

export const payoutRequest = () =>
  z
    .strictObject({
      amount: amount(),
      phone: phone(),
      reference: line(1, 64, "reference").meta({
        description: "Yours, to find it by; the receiver does not see it.",
        examples: ["REFUND-1001"],
      }),
      kind: kind().optional().meta({ description: "`business` when absent." }),
      remarks: line(1, 100, "remarks")
        .optional()
        .meta({ description: "A few words for the receiver.", examples: ["Refund of order 1001"] }),
      metadata: metadata().optional(),
    })
    .meta({ id: "PayoutRequest" });

const batchReference = () =>
  line(1, 64, "reference").meta({
    description: "Yours; also the reference of every row that has none.",
    examples: ["PAYROLL-2026-11"],
  });

/** One row, by its form: its values are checked row by row and reject that row alone. */
const batchRow = () =>
  z
    .strictObject({
      phone: z
        .string("phone is text")
        .meta({ description: "A Kenyan mobile number in any usual spelling.", examples: ["0708 374 149"] }),
      amount: z.int("amount is a whole number of shillings, without quotes").meta({
        description: `Whole shillings, ${PAYOUT_SHILLINGS.min} to ${PAYOUT_SHILLINGS.max}.`,
        examples: [2500],
      }),
      reference: z.string("reference is text").optional().meta({ description: "The batch's own when absent." }),
      remarks: z.string("remarks is text").optional(),
    })
    .meta({ id: "BatchRow", description: "A value that can't be paid rejects its row; the others are the batch." });

export const batchRequest = () =>
  z
    .strictObject({
      reference: batchReference(),
      kind: kind(),
      allow_duplicates: z.boolean("allow_duplicates is true or false").optional().meta({
        description:
          "Also pays rows that repeat another row, or a payout of the last seven days, to the same phone over the same amount.",
      }),
      payouts: z
        .array(batchRow(), "payouts is a list")
        .min(1, "payouts is empty")
        .max(MOST_ROWS_IN_BODY, `payouts has at most ${MOST_ROWS_IN_BODY} rows; upload a file for more`)
        .optional(),
      upload: z.literal(true, "upload is true or absent").optional().meta({
        description: "Instead of `payouts`: the answer names an address to PUT a CSV file to.",
      }),
    })
    .refine(({ payouts, upload }) => (payouts === undefined) !== (upload === undefined), {
      message: "give either payouts or upload",
      path: ["payouts"],
    })
    .meta({ id: "BatchRequest" });

/** What stands beside a CSV body, in the query. */
export const batchHead = () =>
  z.strictObject({
    reference: batchReference(),
    kind: kind(),
    allow_duplicates: z
      .enum(["true", "false"], "allow_duplicates is true or false")
      .transform((text) => text === "true")
      .optional(),
  });

export const approval = () =>
  z
    .strictObject({
      digest: z
        .string("digest is text")
        .regex(/^[0-9a-f]{64}$/, "digest is the 64 characters that the batch shows")
        .meta({ description: "The batch's `digest`, over exactly the rows that were looked at." }),
    })
    .meta({ id: "Approval" });

export const payoutQuery = () =>
  z.strictObject({
    reference: z.string().min(1).max(64).optional(),
    receipt: z.string().min(1).max(32).optional(),
    phone: z.string().min(1).max(64).optional(),
    status: z.enum(PAYOUT_STATUSES).optional(),
    ...period(),
    ...paging(),
  });

export const batchPayoutsQuery = () => z.strictObject({ status: z.enum(PAYOUT_STATUSES).optional(), ...paging() });

/** May be left out as a whole. The reason is shown to every storefront of the shortcode. */
export const laneHalt = () =>
  z
    .strictObject({
      reason: line(1, 200, "reason")
        .optional()
        .meta({
          description: "For whoever wonders why; never put personal data here.",
          examples: ["Changing the operator's password"],
        }),
    })
    .meta({ id: "LaneHalt" })
    .optional();
