/** What the audit and the exceptions are answered: the life of one order's payment, and one thing that a person looked at. */
import type { OperationExample } from "./example.ts";
import { PAID } from "./examples-payments.ts";
import type { Timeline } from "./responses.ts";
import type { ExceptionResource, WorkedException } from "./responses-exceptions.ts";
import type { TimelineEntry } from "./responses-timeline.ts";

const FIRST = "3b8f06d9c1e2a7450fb6c9d83e1a7254c0b9f6d81e3a725460fb9c8d1e3a7254";
const SECOND = "a1c7e0934fd2b86571e0c3a9f4d2b8657a1e0c39f4d2b86571ea0c39f4d2b865";
const THIRD = "5d20b9e7c4a1f8360d9be7c4a1f83625d0b9e7c4a1f8360d9be7c4a1f83625d0";
const HEARD = "0c4e81d7a3f69b25e0c481d7a3f69b25e0c481d7a3f69b25e0c481d7a3f69b25";
const RING = "d7a3f69b25e0c481d7a3f69b25e0c481d7a3f69b25e0c481d7a3f69b25e0c481";

const quiet = { exception: null, evidence: null, evidence_sha256: null } as const;
const life: readonly TimelineEntry[] = [
  {
    at: "2026-11-21T09:30:00.000Z",
    finding: "created",
    status: "initiated",
    source: "api",
    by: "key:key_2hd8",
    request_id: "7f0c5d0e-2f0b-4a55-9d1c-6a1f3f1a2b3c",
    facts: {},
    ...quiet,
    digest: FIRST,
    previous: null,
  },
  {
    at: "2026-11-21T09:30:00.642Z",
    finding: "accepted",
    status: "pending",
    source: "submit",
    by: "start-payment",
    request_id: "7f0c5d0e-2f0b-4a55-9d1c-6a1f3f1a2b3c",
    facts: { checkout_request_id: "ws_CO_21112026123000612712***678" },
    ...quiet,
    digest: SECOND,
    previous: FIRST,
  },
  {
    at: "2026-11-21T09:30:15.210Z",
    finding: "paid",
    status: "succeeded",
    source: "callback",
    by: "stk-callback",
    request_id: "c1d84f6a-90b2-4c1e-8f57-2d3e4b5a6c7d",
    facts: { receipt: "UKL4H7X2QA" },
    exception: null,
    evidence: {
      Body: { stkCallback: { ResultCode: 0, ResultDesc: "The service request is processed successfully." } },
    },
    evidence_sha256: HEARD,
    digest: THIRD,
    previous: SECOND,
  },
];
const timeline: Timeline = {
  object: "timeline",
  transaction: PAID,
  chain: { intact: true, head: THIRD, problem: null },
  data: [...life],
  exceptions: [],
  kept: [],
};

const open: ExceptionResource = {
  id: "exc_4k9qdz1n7ah0xv3rw8gtb2jcf5",
  object: "exception",
  kind: "late_success",
  status: "open",
  age: "under_1_hour",
  transaction: "pay_7vq2c9a0xhz4ybt1rgd5n8wkj3",
  opened_at: "2026-11-21T10:02:31.000Z",
  last_seen_at: "2026-11-21T10:02:31.000Z",
  times: 1,
  owner: null,
  resolution: null,
  details: {},
};
const opened: TimelineEntry = {
  at: open.opened_at,
  finding: "opened",
  status: "open",
  source: "callback",
  by: "stk-callback",
  request_id: "d20b9e7c-4a1f-4836-80d9-be7c4a1f8362",
  facts: {},
  ...quiet,
  digest: RING,
  previous: null,
};
const worked: WorkedException = {
  ...open,
  chain: { intact: true, head: RING, problem: null },
  data: [opened],
};
const note = "The order was shipped when the money came; nothing is owed.";
const resolved: WorkedException = {
  ...worked,
  status: "resolved",
  owner: "Amina",
  resolution: { kind: "explained", note, by: "key:key_5tz7", at: "2026-11-21T10:20:00.000Z" },
};

export const AUDIT_EXAMPLES = {
  readHistory: { answer: timeline },
  readDossier: {
    answer: {
      object: "dossier",
      made_at: "2026-11-21T11:00:00.000Z",
      timeline,
      receipt: { receipt: "UKL4H7X2QA", claimed_by: PAID.id, is_ours: true },
      related: [],
      related_count: 0,
    },
  },
  audit: { answer: { object: "list", read_as: "receipt", data: [timeline], next_cursor: null } },
  health: { answer: { status: "ok" } },
  checkHealth: {
    answer: {
      object: "health_report",
      status: "works",
      checked_at: "2026-11-21T11:00:00.000Z",
      checks: [
        {
          name: "ledger",
          status: "works",
          found: "answers",
          took_ms: 7,
          needed_for: "everything about money: nothing starts, ends or can be read without it",
        },
        {
          name: "Daraja token",
          status: "works",
          found: "fresh until 2026-11-21T11:42:10.000Z",
          took_ms: 8,
          needed_for: "every call to Daraja; it is fetched when it is needed",
        },
      ],
    },
  },
  openapi: { answer: { openapi: "3.1.0" } },
  listExceptions: { answer: { object: "list", data: [open], next_cursor: null } },
  readException: { answer: worked },
  assignException: { request: { owner: "Amina" }, answer: { ...worked, owner: "Amina" } },
  noteException: { request: { note: "Called the customer: the goods arrived." }, answer: worked },
  resolveException: { request: { resolution: "explained", note }, answer: resolved },
  askAboutException: { answer: worked },
} as const satisfies Readonly<Record<string, OperationExample>>;
