/**
 * What M-PESA says about a payout: its result, the answer to a question about it, or that there was none in time. What
 * must stay true: whatever came is kept beside the payout; a complaint about the API operator halts the lane, whichever
 * question brought it.
 */
import { keptText } from "../daraja/kept-text.ts";
import { lateEvidence, resultEvidence, statusEvidence } from "../daraja/payout-evidence.ts";
import { readB2cResult, readStatusResult } from "../daraja/payout-results.ts";
import type { PayoutEvidence } from "../domain/payout.ts";
import type { AskStatus } from "../payouts/ask-status.ts";
import type { RecordPayout } from "../payouts/record-payout.ts";
import type { PayoutRecordOutcome } from "../store/payout-ledger.ts";
import type { Arrived, DoorDeps } from "./door.ts";
import { heedOperator } from "./heed-operator.ts";
import type { HeedOperatorDeps } from "./heed-operator.ts";
import { tell } from "./tell.ts";

export interface PayoutResultDeps extends Pick<DoorDeps, "log" | "count">, HeedOperatorDeps {
  readonly record: RecordPayout;
  readonly askStatus: AskStatus;
  /** Told of a result code that no table lists. */
  readonly onUnlistedCode: (resultCode: string) => void;
}

export type PayoutKind = "b2c" | "b2c-late" | "status" | "status-late";

const SOURCE = { b2c: "callback", "b2c-late": "callback", status: "query", "status-late": "query" } as const;

const readEvidence = (deps: PayoutResultDeps, kind: PayoutKind, arrived: Arrived): PayoutEvidence => {
  const { raw, isListed, at, requestId } = arrived;
  const received = { at, by: "safaricom", requestId, raw };
  if (!isListed)
    return { ...received, finding: "unverified", source: SOURCE[kind], by: "unlisted address", raw: keptText(raw) };
  switch (kind) {
    case "b2c": {
      const outcome = readB2cResult(raw);
      if (outcome.finding === "untold" && outcome.unlistedCode !== null) deps.onUnlistedCode(outcome.unlistedCode);
      return resultEvidence(outcome, received);
    }
    case "status": {
      const { outcome, unlistedCode } = readStatusResult(raw);
      if (unlistedCode !== null) deps.onUnlistedCode(unlistedCode);
      return statusEvidence(outcome, received);
    }
    case "b2c-late":
    case "status-late":
      return lateEvidence(kind, received);
  }
};

/** Asks M-PESA about a payout whose result can't be believed or understood. What it does not tell, the sweep asks again. */
const askInstead = async (deps: PayoutResultDeps, id: string, outcome: PayoutRecordOutcome): Promise<void> => {
  if (outcome.recorded === "unknown_transaction") return;
  try {
    await deps.askStatus(outcome.payout);
  } catch (fault) {
    deps.log.warn("status.not_asked", { transaction: id, because: fault instanceof Error ? fault.name : "unknown" });
  }
};

/** Takes what came about a payout. Rejects when it could not be stored. */
export const keepResult =
  (deps: PayoutResultDeps, kind: PayoutKind) =>
  async (arrived: Arrived): Promise<void> => {
    const { id, isListed } = arrived;
    const evidence = readEvidence(deps, kind, arrived);
    const outcome = await deps.record(id, evidence);
    tell(deps, id, { evidence, outcome });
    const known = outcome.recorded === "unknown_transaction" ? undefined : outcome.payout.shortcode;
    if (kind === "status" && isListed) await heedOperator(deps, arrived, known);
    // The answer to a question is not asked about: if that can't be believed either, it would never end.
    const isPuzzling = evidence.finding === "unverified" || evidence.finding === "unreadable";
    if (isPuzzling && SOURCE[kind] === "callback") await askInstead(deps, id, outcome);
  };
