/** What may be said about one payout of 1,500 shillings, and the payout once it has heard it. */
import type { EvidenceSource } from "../../../functions/domain/evidence.ts";
import { shillings } from "../../../functions/domain/money.ts";
import { Msisdn } from "../../../functions/domain/msisdn.ts";
import type { Payout, PayoutFinding, WeighedPayout } from "../../../functions/domain/payout.ts";
import { hearPayout, newPayout, weighPayoutEvidence } from "../../laws/payout-arbitraries.ts";

export const AT = 1_700_000_001_000;
export const LOOK_AT = AT + 45_000;
export const RECEIPT = "NLJ7RT61SV";
export const CONVERSATION = "AG_20240706_20106e9209f64bebd05b";
let messages = 0;

/** Evidence with a text of its own. */
const said = (finding: PayoutFinding, source: EvidenceSource = "callback"): WeighedPayout =>
  weighPayoutEvidence({ ...finding, source, at: AT, by: "safaricom", requestId: "r", raw: `${(messages += 1)}` });

/** What the dispatcher or the clock finds: nothing was received. */
const found = (finding: PayoutFinding, source: EvidenceSource = "sweep"): WeighedPayout =>
  weighPayoutEvidence({ ...finding, source, at: AT, by: "malipo", requestId: "r", raw: null });

type Paid = Extract<PayoutFinding, { finding: "paid" }>;
const result: Paid = {
  finding: "paid",
  receipt: RECEIPT,
  amount: shillings(1500),
  phone: Msisdn.parse("254708374149"),
  conversationId: CONVERSATION,
  paidAt: AT - 1_000,
};

const failure = (code: "receiver_not_registered" | "unclassified" | "rate_limited", resultCode: string | null) =>
  ({ code, resultCode, resultDesc: null }) as const;
export const NOT_REGISTERED = failure("receiver_not_registered", "2040");
export const BUSY = failure("rate_limited", null);

export const claimed = (): WeighedPayout => found({ finding: "claimed", again: false, checkAt: LOOK_AT }, "submit");
export const again = (): WeighedPayout => found({ finding: "claimed", again: true, checkAt: LOOK_AT }, "submit");
export const accepted = (conversationId: string | null = CONVERSATION): WeighedPayout =>
  said({ finding: "accepted", conversationId }, "submit");
export const turnedAway = (): WeighedPayout => said({ finding: "turned_away", failure: BUSY }, "submit");
export const refused = (): WeighedPayout => said({ finding: "refused", failure: BUSY }, "submit");
export const lost = (): WeighedPayout => found({ finding: "unknown", because: "reset" }, "submit");
export const paid = (changes: Partial<Paid> = {}, source: EvidenceSource = "callback"): WeighedPayout =>
  said({ ...result, ...changes }, source);
export const unpaid = (changes: { readonly code?: "unclassified"; readonly source?: EvidenceSource } = {}) =>
  said(
    {
      finding: "unpaid",
      failure: changes.code === undefined ? NOT_REGISTERED : failure(changes.code, "9999"),
      conversationId: CONVERSATION,
    },
    changes.source,
  );
export const untold = (unlistedCode: string | null = null): WeighedPayout =>
  said({ finding: "untold", because: "a queue timeout", unlistedCode });
export const unverified = (): WeighedPayout => said({ finding: "unverified" });
export const unreadable = (): WeighedPayout => said({ finding: "unreadable", because: "no result" });
export const overdue = (): WeighedPayout => found({ finding: "overdue" });
export const cancelled = (): WeighedPayout => found({ finding: "cancelled" }, "operator");
export const replaced = (): WeighedPayout => found({ finding: "replaced", replacedBy: "pyo_next" }, "operator");
export const otherAmount = (): WeighedPayout => paid({ amount: shillings(10) });

export const after = (...life: readonly WeighedPayout[]): Payout =>
  life.reduce((payout, about) => hearPayout(payout, about), newPayout());
