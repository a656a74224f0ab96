/** What one decision writes to a payout: what differs, its history entry, its receipt's claim and its place in the tally. */
import { applyPayout } from "../domain/decide-payout.ts";
import type { Payout, WeighedPayout } from "../domain/payout.ts";
import { text } from "./attributes.ts";
import { asRead, editBetween } from "./change-write.ts";
import type { LedgerDeps } from "./ledger-deps.ts";
import { payoutEntry } from "./payout-entry.ts";
import type { PayoutChange } from "./payout-entry.ts";
import { PAYOUT_AT, payoutFields } from "./payout-item.ts";
import { tallyWrites } from "./tally.ts";
import type { LedgerChange } from "./write-change.ts";

/**
 * Whether the text itself is kept. An answer that took the payout, or turned a sending of it away, says everything in its
 * facts, and a payout may be turned away a hundred times: its hash is enough. Whatever surprised us is kept word for word.
 */
const keepsText = ({ evidence }: WeighedPayout, change: PayoutChange): boolean => {
  if (change.exception !== null) return true;
  return evidence.finding === "accepted" ? evidence.conversationId === null : evidence.finding !== "turned_away";
};

/** The write, and the payout as it is when the write goes through. */
export const payoutWrite = async (
  deps: LedgerDeps,
  payout: Payout,
  what: { readonly weighed: WeighedPayout; readonly change: PayoutChange; readonly claim?: string },
): Promise<{ readonly write: LedgerChange; readonly next: Payout }> => {
  const { id, storefront } = payout;
  const { weighed, change, claim } = what;
  const { raw } = weighed.evidence;
  const entry = payoutEntry(payout, weighed, change);
  const next = applyPayout(payout, change, { ...entry, previous: payout.history.at(-1)?.digest ?? null });
  const { conversationId } = next;
  const isNamed = conversationId !== null && conversationId !== payout.conversationId;
  const name = isNamed ? { [PAYOUT_AT.pushKey]: text(await deps.vault.hash(conversationId)) } : {};
  const mark = claim === undefined ? {} : { [PAYOUT_AT.claim]: text(claim) };
  const write: LedgerChange = {
    id,
    edit: editBetween(payoutFields(payout), { ...payoutFields(next), ...name, ...mark }),
    condition: asRead(payout),
    entry,
    sealedRaw: raw !== null && keepsText(weighed, change) ? await deps.vault.sealText(raw, id) : null,
    receipt: change.facts.receipt ?? null,
    storefront,
    along: tallyWrites(deps.tables.transactions, [{ before: payout, after: next }]),
  };
  return { write, next };
};
