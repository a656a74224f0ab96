/** What must be true of a payout's life that has come to rest, told against what M-PESA really did. */
import { verifyChain } from "../../functions/domain/history.ts";
import { exceptionId } from "../../functions/domain/ids.ts";
import { keptText } from "../../functions/daraja/kept-text.ts";
import { sha256Hex } from "../../functions/domain/canonical-json.ts";
import { OPEN_PAYOUT_STATES } from "../../functions/domain/payout-states.ts";
import type { Payout } from "../../functions/domain/payout.ts";
import type { Item } from "../../functions/store/attributes.ts";
import { keys } from "../../functions/store/keys.ts";
import { readPayout } from "../../functions/store/payout-item.ts";
import { AT } from "../../functions/store/transaction-item.ts";
import { unexplained } from "./machine.ts";
import type { Ending } from "./machine.ts";
import type { PayoutDesk } from "./payout-desk.ts";
import { PAYOUT_RECEIPT } from "./payout-desk.ts";

export interface PayoutEnding {
  readonly items: readonly Item[];
  readonly desk: PayoutDesk;
  readonly endings: ReadonlyMap<string, Ending>;
}

function* aboutMoney({ state, receipt, failure }: Payout, desk: PayoutDesk, isSeen: boolean): Generator<string> {
  if (state === "succeeded" && !desk.isPaid()) yield "the payout succeeded, and nobody was paid";
  if (state !== "succeeded" && desk.isPaid() && !isSeen)
    yield `the payout was made, is ${state} (${failure?.code ?? "no failure"}), and no exception tells of it`;
  if (OPEN_PAYOUT_STATES.some((open) => open === state) && !isSeen)
    yield `the payout is still ${state}, and no exception tells of it`;
  if (receipt !== null && receipt !== PAYOUT_RECEIPT) yield "the payout carries a receipt that is not its own";
}

function* aboutRecord({ id, history, receipt }: Payout, known: ReadonlySet<string>): Generator<string> {
  for (const { exception } of history)
    if (exception !== null && !known.has(exceptionId(id, exception))) yield `the exception ${exception} is in no list`;
  if (receipt !== null && !known.has(keys.receiptClaim(receipt))) yield "the payout's receipt is not claimed";
  const verdict = verifyChain(id, history, history.at(-1)?.digest ?? null);
  if (!verdict.intact) yield `the history is broken: ${verdict.because}`;
}

/** Whatever was taken in by the door is in the history or beside it. */
function* aboutWords(endings: PayoutEnding["endings"], { id, history }: Payout, known: ReadonlySet<string>) {
  for (const [name, ending] of endings) {
    if (ending.ended !== "answered" || !/^(result|timeout|answer)/.test(name)) continue;
    const hash = sha256Hex(keptText(String(ending.answer)));
    if (!history.some(({ rawHash }) => rawHash === hash) && !known.has(keys.keptEvidence(id, hash)))
      yield `the ${name} was taken in and is kept nowhere`;
  }
}

export const payoutViolations = ({ items, desk, endings }: PayoutEnding): readonly string[] => {
  const known = new Set(items.map((item) => item[AT.id]?.S ?? ""));
  const [item] = items.filter((each) => each[AT.id]?.S?.startsWith("pyo_"));
  if (!item) return ["the payout is not on the ledger"];
  const payout = readPayout(item);
  const isSeen = payout.history.some(
    ({ exception }) => exception !== null && known.has(exceptionId(payout.id, exception)),
  );
  return [
    ...aboutMoney(payout, desk, isSeen),
    ...aboutRecord(payout, known),
    ...aboutWords(endings, payout, known),
    ...unexplained(endings),
  ];
};
