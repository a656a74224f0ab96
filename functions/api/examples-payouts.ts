/** What requests about payouts and batches look like, and what they are answered. */
import { PAYOUT_FAILURES } from "../domain/payout-failures.ts";
import type { OperationExample } from "./example.ts";
import type { BatchResource, PayoutResource, StartedBatch } from "./responses-payouts.ts";

const MADE_AT = "2026-11-27T07:00:00.000Z";
const PAID_AT = "2026-11-27T07:00:03.000Z";
const KNOWN_AT = "2026-11-27T07:00:03.418Z";

const queued: PayoutResource = {
  id: "pyo_4k9qdz1n7ah0xv3rw8gtb2jcf5",
  object: "payout",
  status: "queued",
  stage: null,
  kind: "business",
  amount: 2500,
  currency: "KES",
  phone: "2547*****149",
  reference: "REFUND-1001",
  remarks: "Refund of order 1001",
  batch: null,
  receipt: null,
  paid_at: null,
  failure: null,
  replaced_by: null,
  attempts: 0,
  metadata: {},
  created_at: MADE_AT,
  updated_at: MADE_AT,
};
const paid: PayoutResource = {
  ...queued,
  status: "succeeded",
  receipt: "UKR2D8K6VB",
  paid_at: PAID_AT,
  attempts: 1,
  updated_at: KNOWN_AT,
};
const unknown = PAYOUT_FAILURES.receiver_not_registered;
const refused: PayoutResource = {
  ...queued,
  id: "pyo_7vq2c9a0xhz4ybt1rgd5n8wkj3",
  status: "failed",
  attempts: 1,
  failure: {
    code: "receiver_not_registered",
    message: unknown.message,
    pay_again: unknown.payAgain,
    daraja: { result_code: "2040", result_desc: "Credit Party customer type can't be supported by the service." },
  },
  updated_at: KNOWN_AT,
};

const DIGEST = "9f2b61c0d4e87a35f1b06c9d2e748a51b3c06f9d8e2a74150c9bd36f8e2a7415";
const none = { count: 0, amount: 0 };

const made: BatchResource = {
  id: "bat_4k9qdz1n7ah0xv3rw8gtb2jcf5",
  object: "payout_batch",
  status: "awaiting_approval",
  kind: "salary",
  reference: "PAYROLL-2026-11",
  rows: 2,
  total_amount: 33_500,
  largest_amount: 18_000,
  digest: DIGEST,
  warnings: [],
  rejected_rows: 1,
  rejected_csv: "/v1/payout-batches/bat_4k9qdz1n7ah0xv3rw8gtb2jcf5/rejected.csv",
  results_csv: "/v1/payout-batches/bat_4k9qdz1n7ah0xv3rw8gtb2jcf5/results.csv",
  approvals: [],
  approvals_needed: 1,
  created_by: "key_2hd8",
  progress: {
    pending: { count: 2, amount: 33_500 },
    uncertain: none,
    succeeded: none,
    failed: none,
    cancelled: none,
  },
  stop: null,
  float: null,
  refusal: null,
  allow_duplicates: false,
  created_at: MADE_AT,
  updated_at: MADE_AT,
};
const started: StartedBatch = {
  ...made,
  rejected: [
    {
      row: 3,
      field: "phone",
      code: "phone_mangled",
      message: "A spreadsheet has rounded this phone number; its digits are lost. Format the column as text.",
    },
  ],
  upload: null,
};
const approvals = [{ key: "key_9wq1", at: "2026-11-27T07:10:00.000Z" }];
const running: BatchResource = { ...made, status: "running", approvals, updated_at: "2026-11-27T07:10:02.100Z" };
const paused: BatchResource = {
  ...running,
  status: "paused",
  stop: {
    cause: "person",
    message: "Somebody paused it. Resume it when it may go on.",
    payout: null,
    at: "2026-11-27T07:10:04.000Z",
  },
};
const completed: BatchResource = {
  ...running,
  status: "completed",
  progress: {
    pending: none,
    uncertain: none,
    succeeded: { count: 2, amount: 33_500 },
    failed: none,
    cancelled: none,
  },
};
const cancelled: BatchResource = {
  ...made,
  status: "cancelled",
  progress: {
    pending: none,
    uncertain: none,
    succeeded: none,
    failed: none,
    cancelled: { count: 2, amount: 33_500 },
  },
};
const ofBatch: PayoutResource = {
  ...paid,
  kind: "salary",
  amount: 18_000,
  reference: "EMP-001",
  remarks: "November",
  batch: { id: made.id, row: 1 },
};

export const PAYOUT_EXAMPLES = {
  startPayout: {
    request: { amount: 2500, phone: "0708 374 149", reference: "REFUND-1001", remarks: "Refund of order 1001" },
    answer: queued,
  },
  readPayout: { answer: paid },
  listPayouts: { answer: { object: "list", data: [refused, paid], next_cursor: null } },
  cancelPayout: { answer: { ...queued, status: "cancelled" } },
  startBatch: {
    request: {
      reference: "PAYROLL-2026-11",
      kind: "salary",
      payouts: [
        { phone: "0711 000 001", amount: 18_000, reference: "EMP-001", remarks: "November" },
        { phone: "0711 000 002", amount: 15_500, reference: "EMP-002", remarks: "November" },
        { phone: "2.54712E+11", amount: 15_500, reference: "EMP-003", remarks: "November" },
      ],
    },
    answer: started,
  },
  readBatch: { answer: completed },
  listBatches: { answer: { object: "list", data: [completed], next_cursor: null } },
  approveBatch: { request: { digest: DIGEST }, answer: { ...running, status: "starting" } },
  pauseBatch: { answer: paused },
  resumeBatch: { answer: running },
  cancelBatch: { answer: cancelled },
  listBatchPayouts: { answer: { object: "list", data: [ofBatch], next_cursor: null } },
  readBatchRows: {},
  readBatchResults: {},
  readBatchRejected: {},
} as const satisfies Readonly<Record<string, OperationExample>>;
