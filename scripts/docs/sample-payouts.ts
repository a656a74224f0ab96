/**
 * One payout in each of its states and one piece of each kind of evidence, so that the documentation can ask
 * `decidePayout` itself what the one does to the other.
 */
import type { EvidenceSource } from "../../functions/domain/evidence.ts";
import { shillings } from "../../functions/domain/money.ts";
import { Msisdn } from "../../functions/domain/msisdn.ts";
import type { PayoutFailureCode } from "../../functions/domain/payout-failures.ts";
import { SENT_PAYOUT_STATES } from "../../functions/domain/payout-states.ts";
import type { PayoutState } from "../../functions/domain/payout-states.ts";
import type { Payout, PayoutFinding, WeighedPayout } from "../../functions/domain/payout.ts";

const AMOUNT = shillings(1500);
const PHONE_HASH = "receiver-1";
const RECEIPT = "SKL0000001";
const CONVERSATION = "conversation-1";

const failure = (code: PayoutFailureCode) => ({ code, resultCode: null, resultDesc: null });

const wasSent = (state: PayoutState): boolean => SENT_PAYOUT_STATES.some((sent) => sent === state);

/** A payout in `state` that has been through what leads there; in doubt when an earlier sending may have gone in. */
export const samplePayout = (state: PayoutState, doubt = false): Payout => {
  const sent = wasSent(state) || state === "succeeded" || state === "failed";
  const taken = state === "accepted" || state === "succeeded";
  return {
    id: "pyo_00000000000000000000000000",
    storefront: "shop",
    shortcode: "600992",
    kind: "salary",
    state,
    version: 1,
    amount: AMOUNT,
    phoneMasked: "2547*****000",
    phoneHash: PHONE_HASH,
    reference: "PAY-1001",
    remarks: "",
    metadata: {},
    fingerprint: "",
    batch: null,
    attempts: sent ? 1 : 0,
    sentAt: sent ? 0 : null,
    doubt: doubt || taken || state === "uncertain",
    conversationId: taken ? CONVERSATION : null,
    wentIn: taken,
    receipt: state === "succeeded" ? RECEIPT : null,
    paidAt: state === "succeeded" ? 0 : null,
    failure: state === "failed" ? { code: "receiver_not_registered", resultCode: "2040", resultDesc: null } : null,
    disputed: false,
    replacedBy: null,
    check: null,
    createdAt: 0,
    updatedAt: 0,
    history: [],
  };
};

export interface SamplePayoutEvidence {
  /** As a reader would say it. */
  readonly title: string;
  /** The word on an arrow of the drawing. */
  readonly label: string;
  readonly weighed: WeighedPayout;
}

const heard = (finding: PayoutFinding, source: EvidenceSource): WeighedPayout => ({
  evidence: { ...finding, source, at: 0, by: "sample", requestId: "sample", raw: null },
  phoneHash: finding.finding === "paid" ? PHONE_HASH : null,
  rawHash: source === "sweep" || source === "submit" ? null : `hash of ${finding.finding} from ${source}`,
});

const paid = (amount: typeof AMOUNT, source: EvidenceSource): WeighedPayout =>
  heard(
    {
      finding: "paid",
      receipt: RECEIPT,
      amount,
      phone: Msisdn.parse("254708374149"),
      conversationId: CONVERSATION,
      paidAt: 0,
    },
    source,
  );

/** Each kind of evidence, in the order in which a payout meets it. */
export const SAMPLE_PAYOUT_EVIDENCE: readonly SamplePayoutEvidence[] = [
  {
    title: "The dispatcher is about to send it",
    label: "claimed",
    weighed: heard({ finding: "claimed", again: false, checkAt: 0 }, "submit"),
  },
  {
    title: "The sweep is about to send it again, under the same name",
    label: "claimed again",
    weighed: heard({ finding: "claimed", again: true, checkAt: 0 }, "submit"),
  },
  {
    title: "Daraja accepted it",
    label: "accepted",
    weighed: heard({ finding: "accepted", conversationId: CONVERSATION }, "submit"),
  },
  {
    title: "Daraja refused a second sending: it has the first",
    label: "accepted",
    weighed: heard({ finding: "accepted", conversationId: null }, "submit"),
  },
  {
    title: "Throttled, or never connected: proof that it was not taken",
    label: "turned away",
    weighed: heard({ finding: "turned_away", failure: failure("rate_limited") }, "submit"),
  },
  {
    title: "Refused for good: proof that it was not taken",
    label: "refused",
    weighed: heard({ finding: "refused", failure: failure("invalid_receiver") }, "submit"),
  },
  {
    title: "The answer was lost, or the sender died",
    label: "unknown",
    weighed: heard({ finding: "unknown", because: "the answer timed out" }, "submit"),
  },
  { title: "Result or status: paid, and all of it agrees", label: "paid", weighed: paid(AMOUNT, "callback") },
  { title: "Result or status: paid, but another amount", label: "paid", weighed: paid(shillings(10), "callback") },
  {
    title: "Result or status: not paid",
    label: "unpaid",
    weighed: heard(
      { finding: "unpaid", failure: failure("receiver_not_registered"), conversationId: CONVERSATION },
      "callback",
    ),
  },
  {
    title: "A queue timeout, or a status that is still open",
    label: "untold",
    weighed: heard({ finding: "untold", because: "a queue timeout", unlistedCode: null }, "callback"),
  },
  {
    title: "A result with a code no table lists",
    label: "untold",
    weighed: heard({ finding: "untold", because: "an unlisted code", unlistedCode: "4711" }, "callback"),
  },
  {
    title: "Good token, but not Safaricom's address",
    label: "unverified",
    weighed: heard({ finding: "unverified" }, "callback"),
  },
  {
    title: "A result nobody can read",
    label: "unreadable",
    weighed: heard({ finding: "unreadable", because: "not JSON" }, "callback"),
  },
  { title: "The last question went unanswered", label: "overdue", weighed: heard({ finding: "overdue" }, "sweep") },
  { title: "A person cancelled it", label: "cancelled", weighed: heard({ finding: "cancelled" }, "operator") },
  {
    title: "Another payout was made in its place",
    label: "replaced",
    weighed: heard({ finding: "replaced", replacedBy: "pyo_x" }, "operator"),
  },
];
