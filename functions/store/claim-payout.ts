/**
 * The right to send a payout. What must stay true: of any number of senders that read the same version one gets it, and
 * it is on the ledger before anything is sent. When the answer to the write gets lost, the SDK's second try is refused by
 * what the first has written; a random word that each claim leaves on the payout tells it apart from everybody else's.
 */
import { decidePayout } from "../domain/decide-payout.ts";
import type { Payout, WeighedPayout } from "../domain/payout.ts";
import { maybeText } from "./attributes.ts";
import type { Item } from "./attributes.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { payoutWrite } from "./payout-change.ts";
import { PAYOUT_AT } from "./payout-item.ts";
import type { Claim } from "./payout-ledger.ts";
import { writeChange } from "./write-change.ts";

const weighed = ({ how, at, by, requestId, checkAt }: Claim): WeighedPayout => ({
  evidence: { finding: "claimed", again: how === "again", checkAt, source: "submit", at, by, requestId, raw: null },
  phoneHash: null,
  rawHash: null,
});

/** Enough to tell apart all claims that could ever meet at one version of one payout. */
const MARK_LENGTH = 8;

/** Whether `found` carries the very claim that was asked for: the answer to it was lost, and the right is ours. */
const isOurs = (found: Item | null, mark: string): boolean =>
  found !== null && maybeText(found, PAYOUT_AT.claim) === mark;

export const createClaim =
  (deps: LedgerDeps) =>
  async (payout: Payout, claim: Claim): Promise<Payout | null> => {
    const claimed = weighed(claim);
    const change = decidePayout(payout, claimed);
    if (change.decision !== "move") return null;
    const mark = deps.newToken().slice(0, MARK_LENGTH);
    const { write, next } = await payoutWrite(deps, payout, { weighed: claimed, change, claim: mark });
    const written = await writeChange(deps, write);
    return written.written || isOurs(written.found, mark) ? next : null;
  };
