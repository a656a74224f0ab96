/**
 * Applies evidence to a payout: read, decided, written over the version that was read. A payout is not written unread as
 * a payment is, because its place in the tally depends on where it comes from.
 */
import { decidePayout, payoutReceiptTaken } from "../domain/decide-payout.ts";
import type { Payout, PayoutDecision, PayoutEvidence, WeighedPayout } from "../domain/payout.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { payoutWrite } from "./payout-change.ts";
import type { PayoutChange } from "./payout-entry.ts";
import { readPayout } from "./payout-item.ts";
import type { PayoutRecordOutcome } from "./payout-ledger.ts";
import { weigh, weighAndWrite } from "./weigh-and-write.ts";
import type { Rules } from "./weigh-and-write.ts";
import { writeChange } from "./write-change.ts";

/** `decidePayout`, knowing whether the receipt turned out to be another transaction's. */
const decideKnowing = (payout: Payout, weighed: WeighedPayout, taken: boolean): PayoutDecision => {
  const decision = decidePayout(payout, weighed);
  return !taken || decision.decision === "ignore" || decision.facts.receipt === undefined
    ? decision
    : payoutReceiptTaken(payout);
};

const payoutRules = (deps: LedgerDeps): Rules<Payout, WeighedPayout, PayoutChange> => ({
  read: readPayout,
  decide: decideKnowing,
  write: async (payout, what) => {
    const { write, next } = await payoutWrite(deps, payout, what);
    return { written: await writeChange(deps, write), next };
  },
});

export const createRecordPayout = (deps: LedgerDeps) => {
  const rules = payoutRules(deps);
  return async (id: string, evidence: PayoutEvidence): Promise<PayoutRecordOutcome> => {
    const outcome = await weighAndWrite(deps, rules, { id, weighed: await weigh(deps, evidence), refusal: null });
    if (outcome.recorded === "unknown_transaction") return outcome;
    const { transaction: payout, ...rest } = outcome;
    return { ...rest, payout };
  };
};
