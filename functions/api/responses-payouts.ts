/**
 * The shapes of payouts, batches, balances and the lane as they leave. Like responses.ts they describe and type; only the
 * OpenAPI document builds them.
 */
import * as z from "zod";
import { BATCH_STATES } from "../domain/batch-states.ts";
import { ROW_PROBLEMS } from "../domain/batch-row.ts";
import { PAYOUT_KINDS } from "../domain/payout.ts";
import { PAYOUT_FAILURE_CODES } from "../domain/payout-failures.ts";
import { HALT_CODES } from "../domain/payout-lane.ts";
import { PAYOUT_STATUSES } from "./requests-payouts.ts";
import { Time, page } from "./responses-page.ts";

const Whole = () => z.int().min(0);
const Shillings = z.number().meta({ description: "Shillings." });

const PayoutFailure = z
  .object({
    code: z.enum(PAYOUT_FAILURE_CODES),
    message: z.string().meta({ description: "What happened and what to do." }),
    pay_again: z
      .enum(["yes", "no", "after_fix", "later"])
      .meta({ description: "Whether the same person may be paid by a new payout." }),
    daraja: z
      .object({ result_code: z.string().nullable(), result_desc: z.string().nullable() })
      .meta({ description: "What M-PESA itself said, for a support call." }),
  })
  .meta({ id: "PayoutFailure" });

/** Why a file is refused as a whole. Whoever reads files names the reason; one that is not listed here does not compile. */
export const FILE_REASONS = [
  "empty_file",
  "no_header",
  "missing_columns",
  "duplicate_columns",
  "too_many_columns",
  "too_many_rows",
  "too_large",
  "unreadable",
] as const;

export const PayoutResource = z
  .object({
    id: z.string().meta({ examples: ["pyo_4k9qdz1n7ah0xv3rw8gtb2jcf5"] }),
    object: z.literal("payout"),
    status: z.enum(PAYOUT_STATUSES).meta({
      description: "`queued`: M-PESA holds nothing of it. `pending`: it may, and nobody has said how it ended.",
    }),
    stage: z
      .enum(["sending", "accepted", "confirming"])
      .nullable()
      .meta({ description: "While pending: what is known. `confirming`: Malipo is asking M-PESA." }),
    kind: z.enum(PAYOUT_KINDS),
    amount: Shillings,
    currency: z.literal("KES"),
    phone: z.string().meta({ description: "Masked.", examples: ["2547*****149"] }),
    reference: z.string(),
    remarks: z.string().meta({ description: "Empty when none was given." }),
    batch: z
      .object({ id: z.string(), row: z.int().min(1).meta({ description: "The data row of the input, from 1." }) })
      .nullable(),
    receipt: z.string().nullable(),
    paid_at: Time.nullable(),
    failure: PayoutFailure.nullable(),
    replaced_by: z.string().nullable().meta({ description: "The payout that was made in place of this failed one." }),
    attempts: Whole().meta({ description: "How often it was sent, always under the same name: Daraja takes it once." }),
    metadata: z.record(z.string(), z.string()),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "Payout" });
export type PayoutResource = z.infer<typeof PayoutResource>;

export const PayoutList = page(PayoutResource).meta({ id: "PayoutList" });

export const RejectedRow = z
  .object({
    row: z
      .int()
      .min(1)
      .meta({ description: "The data row of the input, from 1; the header and blank lines don't count." }),
    field: z.enum(["phone", "amount", "reference", "remarks"]).nullable(),
    code: z.enum(ROW_PROBLEMS),
    message: z.string(),
  })
  .meta({ id: "RejectedRow" });

const Counted = z.object({ count: Whole(), amount: Shillings });

export const BatchResource = z
  .object({
    id: z.string().meta({ examples: ["bat_4k9qdz1n7ah0xv3rw8gtb2jcf5"] }),
    object: z.literal("payout_batch"),
    status: z.enum(BATCH_STATES).meta({
      description:
        "`awaiting_upload`: its file is still to come; `rejected`: the file can't be used, `refusal` says why. `awaiting_approval`: nothing of it leaves. `starting`: approved, and the balance is being asked. `waiting_for_float`: `float` says what is missing; it starts by itself once the money is there. `running`: it is being paid. `paused`: `stop` says why and what to mend. `completed`: every row has ended. `cancelled`: what was not sent never will be.",
    }),
    kind: z.enum(PAYOUT_KINDS),
    reference: z.string(),
    rows: Whole().meta({ description: "Rows that it pays. 0 until an uploaded file is read." }),
    total_amount: Shillings,
    largest_amount: Shillings,
    digest: z.string().nullable().meta({ description: "Names exactly these rows; what an approval has to name." }),
    warnings: z
      .array(z.string())
      .meta({ description: "For the approver: what looks odd about the rows and stops nothing. At most 20." }),
    rejected_rows: Whole().meta({ description: "Rows of the input that are no part of it." }),
    rejected_csv: z
      .string()
      .nullable()
      .meta({ description: "Path of a file that lists all of them. Null when there are none." }),
    results_csv: z.string().nullable().meta({ description: "Path of the results. Null until the rows are read." }),
    approvals: z.array(z.object({ key: z.string(), at: Time })),
    approvals_needed: Whole().nullable().meta({ description: "Of different keys. Null until the rows are read." }),
    created_by: z.string().meta({ description: "Id of the key that made it and may not approve it." }),
    progress: z
      .object({ pending: Counted, uncertain: Counted, succeeded: Counted, failed: Counted, cancelled: Counted })
      .nullable()
      .meta({
        description:
          "What became of its rows, each counted once. `pending`: still to be sent, or on its way. `uncertain`: sent, its answer was lost or its result is overdue, and Malipo is asking M-PESA. Null in an audit, which tells what happened and counts nothing.",
      }),
    stop: z
      .object({
        cause: z.enum(["person", "digest_mismatch", ...PAYOUT_FAILURE_CODES]),
        message: z.string().meta({ description: "What to mend before it is resumed." }),
        payout: z.string().nullable().meta({ description: "The payout whose failure stopped it." }),
        at: Time,
      })
      .nullable(),
    float: z
      .object({
        needed: Shillings,
        available: Shillings.nullable().meta({
          description: "The utility account less what is in flight; may be below zero. Null while M-PESA has not said.",
        }),
        since: Time,
      })
      .nullable()
      .meta({ description: "While it starts or waits: what is left to pay of it, and what there is." }),
    refusal: z
      .object({
        code: z.string().meta({ description: `One of ${FILE_REASONS.join(", ")}, no_valid_rows.` }),
        message: z.string().meta({ description: "What to change before it is uploaded for a new batch." }),
      })
      .nullable()
      .meta({ description: "Why an uploaded file was refused as a whole. Its batch is `rejected`." }),
    allow_duplicates: z.boolean(),
    created_at: Time,
    updated_at: Time,
  })
  .meta({ id: "PayoutBatch" });
export type BatchResource = z.infer<typeof BatchResource>;

export const StartedBatch = BatchResource.extend({
  rejected: z.array(RejectedRow).meta({ description: "The first 100; empty when this answer is a late replay." }),
  upload: z
    .object({ url: z.string(), method: z.literal("PUT"), headers: z.record(z.string(), z.string()), expires_at: Time })
    .nullable()
    .meta({ description: "Where to send the file of a batch that awaits it, with exactly these headers." }),
}).meta({ id: "StartedPayoutBatch" });
export type StartedBatch = z.infer<typeof StartedBatch>;

export const BatchList = page(BatchResource).meta({ id: "PayoutBatchList" });

export const BalanceResource = z
  .object({
    object: z.literal("balance"),
    shortcode: z.string(),
    accounts: z.array(
      z.object({
        name: z.string().meta({ examples: ["Utility Account"] }),
        currency: z.string(),
        current: Shillings,
        available: Shillings,
        reserved: Shillings,
        uncleared: Shillings,
      }),
    ),
    as_of: Time.nullable().meta({ description: "When M-PESA says it looked." }),
    received_at: Time,
  })
  .meta({ id: "Balance" });
export type BalanceResource = z.infer<typeof BalanceResource>;

export const BalanceQuestion = z
  .object({ object: z.literal("balance_question"), shortcode: z.string(), asked_at: Time })
  .meta({ id: "BalanceQuestion" });
export type BalanceQuestion = z.infer<typeof BalanceQuestion>;

export const LaneResource = z
  .object({
    object: z.literal("payout_lane"),
    shortcode: z.string(),
    status: z.enum(["open", "unproven", "halted"]),
    halt: z
      .object({
        code: z.enum(HALT_CODES).meta({ description: "`person`: somebody halted it on purpose." }),
        message: z.string().meta({ description: "What to mend." }),
        at: Time,
        reason: z.string().nullable().meta({ description: "What the person who halted it said." }),
        about: z.string().nullable().meta({
          description:
            "The balance question that M-PESA complained about. Null when it was a payout, which then has `failed` with the same code, and when a person halted it.",
        }),
      })
      .nullable(),
  })
  .meta({ id: "PayoutLane" });
export type LaneResource = z.infer<typeof LaneResource>;
