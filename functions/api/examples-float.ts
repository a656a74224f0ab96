/** What requests about the balance and the payout lane look like, and what they are answered. */
import type { OperationExample } from "./example.ts";
import type { BalanceQuestion, BalanceResource, LaneResource } from "./responses-payouts.ts";

const ASKED_AT = "2026-11-27T07:00:00.000Z";

const balance: BalanceResource = {
  object: "balance",
  shortcode: "600992",
  accounts: [
    {
      name: "Utility Account",
      currency: "KES",
      current: 412_300,
      available: 412_300,
      reserved: 0,
      uncleared: 0,
    },
  ],
  as_of: "2026-11-27T06:59:58.000Z",
  received_at: "2026-11-27T06:59:59.120Z",
};
const question: BalanceQuestion = { object: "balance_question", shortcode: "600992", asked_at: ASKED_AT };
const open: LaneResource = { object: "payout_lane", shortcode: "600992", status: "open", halt: null };
const halted: LaneResource = {
  ...open,
  status: "halted",
  halt: {
    code: "person",
    message: "Somebody has halted payouts on purpose.",
    at: ASKED_AT,
    reason: "Changing the operator's password",
    about: null,
  },
};

export const FLOAT_EXAMPLES = {
  readBalance: { answer: balance },
  refreshBalance: { answer: question },
  readPayoutLane: { answer: open },
  haltPayoutLane: { request: { reason: "Changing the operator's password" }, answer: halted },
  resumePayoutLane: { answer: { ...open, status: "unproven" } },
} as const satisfies Readonly<Record<string, OperationExample>>;
