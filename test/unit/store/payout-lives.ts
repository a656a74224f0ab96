/** Random lives of payouts: what may be done to one and said of it, in whatever order. */
import fc from "fast-check";
import { expect } from "vitest";
import { verifyChain } from "../../../functions/domain/history.ts";
import type { Payout, PayoutEvidence, PayoutIntent } from "../../../functions/domain/payout.ts";
import { shillings } from "../../../functions/domain/money.ts";
import type { TestLedger } from "./database.ts";
import { claimAs, notPaid, paidOut, payoutOf, placeIn, rowIntent, said, taken, unknownEnd } from "./payout-samples.ts";
import { freshReceipt } from "./samples.ts";

const failure = { code: "rate_limited", resultCode: null, resultDesc: null } as const;

export const SAYINGS: readonly ((asked: PayoutIntent, receipt: string) => PayoutEvidence)[] = [
  (asked) => taken(asked),
  () => unknownEnd,
  () => said({ finding: "turned_away", failure }, { source: "submit" }),
  () => said({ finding: "refused", failure: { ...failure, code: "invalid_receiver" } }, { source: "submit" }),
  (asked, receipt) => paidOut(asked, receipt),
  (asked) => notPaid(asked),
  (asked) => notPaid(asked, "float_too_low"),
  (asked) => notPaid(asked, "unclassified"),
  () => said({ finding: "untold", because: "queue timeout", unlistedCode: null }, { raw: "timeout" }),
  () => said({ finding: "cancelled" }, { source: "operator", by: "clock" }),
  () => said({ finding: "overdue" }, { source: "sweep", by: "clock" }),
  () => said({ finding: "unverified" }, { raw: "from elsewhere" }),
  (asked, receipt) => paidOut(asked, `${receipt}0`, { amount: shillings(7) }),
];

/** `late`: M-PESA says that the very first payout was paid, whatever was made in its place. */
type Step = "claim" | "claim again" | "replace" | "late" | number;
const steps = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.constantFrom<Step>("claim", "claim again", "replace", "late") },
    { weight: 3, arbitrary: fc.nat(SAYINGS.length - 1) },
  ),
  { minLength: 1, maxLength: 8 },
);

/** The lives of a few payouts. */
export const lifetimes = fc.array(steps, { minLength: 1, maxLength: 4 });

/** Whoever changed a payout is told what is there now, and its history is one intact chain. */
const agrees = async (test: TestLedger, told: Payout | null): Promise<void> => {
  if (!told) return;
  const history = await test.ledger.history(told.id);
  if (history?.kind !== "payout") throw new Error(`there is no payout ${told.id}`);
  expect(history.payout).toEqual(told);
  expect(verifyChain(told.id, told.history, history.head)).toEqual({ intact: true });
};

/** One payout's life; the payouts that it became, the last one last. */
export const live = async (
  test: TestLedger,
  first: PayoutIntent,
  lifetime: readonly Step[],
): Promise<readonly PayoutIntent[]> => {
  const made = [first];
  const receipt = freshReceipt();
  for (const step of lifetime) {
    const asked = made.at(-1)!;
    const payout = await payoutOf(test, asked);
    if (step === "claim") await agrees(test, await test.payouts.claim(payout, claimAs("first")));
    else if (step === "claim again") await agrees(test, await test.payouts.claim(payout, claimAs("again")));
    else if (step === "late") await test.payouts.record(first.id, paidOut(first, `${receipt}0`));
    else if (step !== "replace") {
      const outcome = await test.payouts.record(asked.id, SAYINGS[step]!(asked, `${receipt}${made.length}`));
      await agrees(test, outcome.recorded === "unknown_transaction" ? null : outcome.payout);
    } else if (asked.batch) {
      const { id, position, generation } = asked.batch;
      const { storefront, phone, amount } = asked;
      const next = rowIntent(placeIn(id, position, generation + 1), { storefront, phone, amount });
      if (await test.payouts.replace(payout, next)) made.push(next);
    }
  }
  return made;
};
