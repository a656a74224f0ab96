/**
 * What M-PESA says about a refund: its result, the answer to a question about it, or that there was none in time. What
 * must stay true: whatever came is kept beside the refund; a complaint about the API operator halts the lane, whichever
 * question brought it.
 */
import { keptText } from "../daraja/kept-text.ts";
import { readStatusResult } from "../daraja/payout-results.ts";
import { reversalLateEvidence, reversalResultEvidence, reversalStatusEvidence } from "../daraja/reversal-evidence.ts";
import { readReversalResult } from "../daraja/reversal-results.ts";
import type { RefundEvidence } from "../domain/refund.ts";
import type { AskRefund } from "../refunds/ask-refund.ts";
import type { RecordRefund } from "../refunds/record-refund.ts";
import type { RefundLedger, RefundRecordOutcome } from "../store/refund-ledger.ts";
import type { Arrived, DoorDeps } from "./door.ts";
import { heedOperator } from "./heed-operator.ts";
import type { HeedOperatorDeps } from "./heed-operator.ts";
import { tell } from "./tell.ts";

export interface ReversalResultDeps extends Pick<DoorDeps, "log" | "count">, HeedOperatorDeps {
  readonly refunds: Pick<RefundLedger, "read">;
  readonly recordRefund: RecordRefund;
  readonly askRefund: AskRefund;
  /** Told of a result code that no table lists. */
  readonly onUnlistedCode: (resultCode: string) => void;
}

export type ReversalKind = "reversal" | "reversal-late" | "status" | "status-late";

const SOURCE = {
  reversal: "callback",
  "reversal-late": "callback",
  status: "query",
  "status-late": "query",
} as const;

const readEvidence = async (
  deps: ReversalResultDeps,
  kind: ReversalKind,
  arrived: Arrived,
): Promise<RefundEvidence> => {
  const { id, raw, isListed, at, requestId } = arrived;
  const received = { at, by: "safaricom", requestId, raw };
  if (!isListed)
    return { ...received, finding: "unverified", source: SOURCE[kind], by: "unlisted address", raw: keptText(raw) };
  switch (kind) {
    case "reversal": {
      const outcome = readReversalResult(raw);
      if (outcome.finding === "untold" && outcome.unlistedCode !== null) deps.onUnlistedCode(outcome.unlistedCode);
      return reversalResultEvidence(outcome, received);
    }
    case "status": {
      const { outcome, unlistedCode } = readStatusResult(raw);
      if (unlistedCode !== null) deps.onUnlistedCode(unlistedCode);
      return reversalStatusEvidence(outcome, await deps.refunds.read(id), received);
    }
    case "reversal-late":
    case "status-late":
      return reversalLateEvidence(kind, received);
  }
};

/** Asks M-PESA about a refund whose result can't be believed or understood. What it does not tell, the sweep asks again. */
const askInstead = async (deps: ReversalResultDeps, id: string, outcome: RefundRecordOutcome): Promise<void> => {
  if (outcome.recorded === "unknown_transaction") return;
  try {
    await deps.askRefund(outcome.refund);
  } catch (fault) {
    deps.log.warn("status.not_asked", { transaction: id, because: fault instanceof Error ? fault.name : "unknown" });
  }
};

/** Takes what came about a refund. Rejects when it could not be stored. */
export const keepReversal =
  (deps: ReversalResultDeps, kind: ReversalKind) =>
  async (arrived: Arrived): Promise<void> => {
    const { id, isListed } = arrived;
    const evidence = await readEvidence(deps, kind, arrived);
    const outcome = await deps.recordRefund(id, evidence);
    tell(deps, id, { evidence, outcome });
    if (kind === "status" && isListed) await heedOperator(deps, arrived);
    // The answer to a question is not asked about: if that can't be believed either, it would never end.
    const isPuzzling = evidence.finding === "unverified" || evidence.finding === "unreadable";
    if (isPuzzling && SOURCE[kind] === "callback") await askInstead(deps, id, outcome);
  };
