/** One document for each problem, with what that kind of problem names beside its words. */
import { PROBLEMS } from "./problems.ts";
import type { ProblemCode } from "./problems.ts";
import { problem, toResponse } from "./reply.ts";

const REQUEST_ID = "7f0c5d0e-2f0b-4a55-9d1c-6a1f3f1a2b3c";
const PAYMENT = { payment_id: "pay_4k9qdz1n7ah0xv3rw8gtb2jcf5" } as const;

/** What a problem says of its own case; none where the table's words are all there is. */
const CASES: Readonly<Partial<Record<ProblemCode, Parameters<typeof problem>[1]>>> = {
  invalid_request: { errors: [{ pointer: "/amount", message: "amount is at least 1 shilling" }] },
  no_valid_rows: {
    rejected: [
      {
        row: 1,
        field: "phone",
        code: "phone_missing",
        message: "There is no phone number. Fill it in and send the row again.",
      },
    ],
  },
  file_refused: { reason: "missing_columns", line: 1 },
  forbidden: { detail: "This key lacks the scope payments:write." },
  payment_in_progress: PAYMENT,
  idempotency_key_reused: PAYMENT,
  too_many_prompts: { retry_at: "2026-11-21T09:35:00.000Z" },
  too_many_uncompleted: { retry_at: "2026-11-21T10:30:00.000Z" },
  refund_exceeds_payment: {
    ...PAYMENT,
    detail:
      "1000 shillings are left of this payment. A refund that is `pending` reserves its amount until it is known how it ended. Nothing was reserved.",
  },
};

const isProblemCode = (name: string): name is ProblemCode => Object.hasOwn(PROBLEMS, name);

/** Every problem's code, in the order of its table. */
export const PROBLEM_CODES: readonly ProblemCode[] = Object.keys(PROBLEMS).filter(isProblemCode);

/** The body with which this problem is answered. */
export const problemExample = (code: ProblemCode): unknown =>
  toResponse(problem(code, CASES[code] ?? {}), REQUEST_ID).body;
