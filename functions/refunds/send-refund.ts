/**
 * Sends one refund. What must stay true: it leaves only if the lane is open and this sender alone has written that it is
 * about to send; the write comes after the turn and right before the call, so a sender that dies leaves either nothing or
 * a refund that is looked into; whatever may have reached M-PESA is never sent again.
 */
import type { ReversalDaraja } from "../daraja/reversal-client.ts";
import type { ReversalAnswer } from "../daraja/reversal-answers.ts";
import { reversalEvidence } from "../daraja/reversal-evidence.ts";
import type { Clock } from "../domain/clock.ts";
import type { Refund } from "../domain/refund.ts";
import type { TripLane } from "../payouts/trip-lane.ts";
import type { Log } from "../runtime/logger.ts";
import type { RefundLedger } from "../store/refund-ledger.ts";
import type { RecordRefund } from "./record-refund.ts";
import type { RefundGate, RefundVerdict } from "./refund-gate.ts";

export interface SendRefundDeps {
  readonly ledger: Pick<RefundLedger, "claim">;
  readonly daraja: ReversalDaraja;
  readonly gate: RefundGate;
  readonly record: RecordRefund;
  readonly trip: TripLane;
  /** The shortcode whose lane refunds leave by. */
  readonly shortcode: () => Promise<string>;
  /** When the sweep should look at a refund that leaves at `at`. */
  readonly firstCheck: (at: number) => number;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Sending {
  readonly refund: Refund;
  /** `key:<id>`, `sweep`. */
  readonly by: string;
  readonly requestId: string;
}

export type SentRefund =
  /** It left, or may have. `refund` is what the ledger says now, as far as it could be told. */
  | { readonly sent: "yes"; readonly refund: Refund }
  /** Nothing left; M-PESA has never heard of this sending. */
  | {
      readonly sent: "no";
      readonly refund: Refund;
      readonly because: Exclude<RefundVerdict, "go"> | "taken_by_another" | "turned_away";
    };

/** What stood in the way of a call that was not made; `claimed` is the refund once it was about to leave. */
interface Held {
  why: RefundVerdict | "taken_by_another";
  claimed: Refund | null;
}

/** The last word before the call: the gate, then the claim. */
const releasing =
  (deps: SendRefundDeps, { refund, by, requestId }: Sending, held: Held) =>
  async (initiator: string): Promise<boolean> => {
    held.why = await deps.gate(refund, initiator);
    if (held.why !== "go") return false;
    const at = deps.clock.now();
    held.claimed = await deps.ledger.claim(refund, { at, by, requestId, checkAt: deps.firstCheck(at) });
    if (held.claimed === null) held.why = "taken_by_another";
    return held.claimed !== null;
  };

/** A call that was never tried: an operator that can't be used would not be for any other, so the lane is halted. */
const notTried = async (
  deps: SendRefundDeps,
  { refund, requestId }: Sending,
  { failure }: Extract<ReversalAnswer, { answer: "turned_away" | "refused" }>,
): Promise<SentRefund> => {
  const { code, resultCode } = failure;
  if (code !== "initiator_misconfigured") return { sent: "no", refund, because: "turned_away" };
  const halt = { code, resultCode, at: deps.clock.now(), about: refund.id };
  await deps.trip({ shortcode: await deps.shortcode(), halt, requestId });
  return { sent: "no", refund, because: "halted" };
};

/** Puts the answer on the ledger. A ledger that fails now does not unsend the refund: the sweep finds it. */
const record = async (
  deps: SendRefundDeps,
  { by, requestId }: Sending,
  { claimed, answer }: { readonly claimed: Refund; readonly answer: ReversalAnswer },
): Promise<SentRefund> => {
  const facts = { transaction: claimed.id, answer: answer.answer };
  const evidence = reversalEvidence(answer, { at: deps.clock.now(), by, requestId });
  try {
    const outcome = evidence === null ? null : await deps.record(claimed.id, evidence);
    const refund = outcome === null || outcome.recorded === "unknown_transaction" ? claimed : outcome.refund;
    if (answer.answer === "unknown") deps.log.warn("refund.unknown", { ...facts, because: answer.because });
    else deps.log.info("refund.answered", facts);
    return answer.answer === "turned_away" ? { sent: "no", refund, because: "turned_away" } : { sent: "yes", refund };
  } catch (fault) {
    deps.log.error("refund.not_recorded", facts, fault);
    return { sent: "yes", refund: claimed };
  }
};

/**
 * Sends `refund` if it may leave when its turn comes. Rejects only when the gate could not look or the claim could not be
 * written: nothing was sent then, and a claim that was written all the same is the sweep's to find.
 */
export const sendRefund =
  (deps: SendRefundDeps) =>
  async (sending: Sending): Promise<SentRefund> => {
    const { refund } = sending;
    const held: Held = { why: "go", claimed: null };
    const answer = await deps.daraja.reverse({
      refundId: refund.id,
      receipt: refund.paymentReceipt,
      amount: refund.amount,
      release: releasing(deps, sending, held),
    });
    if (held.claimed !== null) return record(deps, sending, { claimed: held.claimed, answer });
    if (held.why !== "go") return { sent: "no", refund, because: held.why };
    if (answer.answer === "turned_away" || answer.answer === "refused") return notTried(deps, sending, answer);
    throw new Error(`a refund was answered (${answer.answer}) that nobody had claimed`);
  };

export type SendRefund = ReturnType<typeof sendRefund>;
