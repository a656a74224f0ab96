/** What may be said about one refund of a whole payment of 1,500 shillings, and the refund once it has heard it. */
import { applyRefund, decideRefund } from "../../../functions/domain/decide-refund.ts";
import type { EvidenceSource } from "../../../functions/domain/evidence.ts";
import type { HistoryEntry } from "../../../functions/domain/history.ts";
import { shillings } from "../../../functions/domain/money.ts";
import type { RefundedPayment } from "../../../functions/domain/refund-rules.ts";
import type { Refund, RefundDecision, RefundFinding, WeighedRefund } from "../../../functions/domain/refund.ts";
import { sampleRefund } from "../../../scripts/docs/sample-refunds.ts";
import { chained, entryAbout } from "../../laws/heard.ts";

export const AT = 1_700_000_001_000;
export const LOOK_AT = AT + 45_000;
export const RECEIPT = "SKL0000002";
const ORIGINAL = "SKL0000001";
export const CONVERSATION = "AG_20240706_20106e9209f64bebd05b";
export const WHOLE: RefundedPayment = { amount: shillings(1500), refunded: shillings(0) };
let messages = 0;

/** Evidence with a text of its own, by its hash. */
const said = (finding: RefundFinding, source: EvidenceSource = "callback"): WeighedRefund => ({
  evidence: { ...finding, source, at: AT, by: "safaricom", requestId: "r", raw: "{}" },
  phoneHash: null,
  rawHash: String((messages += 1)).padStart(64, "0"),
});

/** What the sender or the clock finds: nothing was received. */
const found = (finding: RefundFinding, source: EvidenceSource = "sweep"): WeighedRefund => ({
  ...said(finding, source),
  rawHash: null,
});

type Reversed = Extract<RefundFinding, { finding: "reversed" }>;
const result: Reversed = {
  finding: "reversed",
  receipt: RECEIPT,
  original: ORIGINAL,
  amount: shillings(1500),
  phone: null,
  conversationId: CONVERSATION,
  reversedAt: AT - 1_000,
};

export const TOO_LOW = { code: "float_too_low", resultCode: "1", resultDesc: null } as const;
export const BUSY = { code: "rate_limited", resultCode: null, resultDesc: null } as const;

export const claimed = (): WeighedRefund => found({ finding: "claimed", checkAt: LOOK_AT }, "submit");
export const accepted = (
  conversationId: string | null = CONVERSATION,
  originatorId: string | null = "7071-1",
): WeighedRefund => said({ finding: "accepted", conversationId, originatorId }, "submit");
export const turnedAway = (): WeighedRefund => said({ finding: "turned_away", failure: BUSY }, "submit");
export const refused = (): WeighedRefund => said({ finding: "refused", failure: BUSY }, "submit");
export const lost = (): WeighedRefund => found({ finding: "unknown", because: "reset" }, "submit");
export const reversed = (changes: Partial<Reversed> = {}): WeighedRefund => said({ ...result, ...changes });
export const otherAmount = (): WeighedRefund => reversed({ amount: shillings(10) });
export const alreadyReversed = (conversationId: string | null = CONVERSATION): WeighedRefund =>
  said({ finding: "already_reversed", conversationId });
export const notReversed = (source: EvidenceSource = "callback"): WeighedRefund =>
  said({ finding: "not_reversed", failure: TOO_LOW, conversationId: CONVERSATION }, source);
export const untold = (unlistedCode: string | null = null): WeighedRefund =>
  said({ finding: "untold", because: "a queue timeout", unlistedCode });
export const unverified = (): WeighedRefund => said({ finding: "unverified" });
export const unreadable = (): WeighedRefund => said({ finding: "unreadable", because: "no result" });
export const overdue = (): WeighedRefund => found({ finding: "overdue" });

/** A refund that nobody outside has heard of. */
const newRefund = (): Refund => {
  const born = { ...sampleRefund("initiated"), sentAt: null, attempts: 0, check: { at: AT, attempt: 0 } };
  const created = { at: AT, finding: "created", to: "initiated", source: "api", by: "key:1", requestId: "r" } as const;
  return { ...born, history: [chained(born, { ...created, facts: {}, exception: null, rawHash: null })] };
};

const entryOf = (refund: Refund, about: WeighedRefund, decision: RefundDecision): HistoryEntry =>
  chained(refund, {
    ...entryAbout(about),
    to: decision.decision === "move" ? decision.to : null,
    facts: {},
    exception: decision.decision === "ignore" ? null : decision.exception,
  });

export const hear = (refund: Refund, about: WeighedRefund, payment = WHOLE): Refund => {
  const decision = decideRefund(refund, about, payment);
  return applyRefund(refund, decision, entryOf(refund, about, decision));
};

export const after = (...life: readonly WeighedRefund[]): Refund =>
  life.reduce((refund, about) => hear(refund, about), newRefund());
