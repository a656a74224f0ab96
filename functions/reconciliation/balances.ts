/** Opening balance + movements = closing balance, account by account: what a statement has to prove of itself. */
import { SignedCents } from "../domain/balance.ts";
import type { OwnAccount } from "../domain/matching.ts";
import type { Movements } from "./postings.ts";

/** What an account held when the window began and when it ended; null where nobody said. */
export interface HeldBalances {
  readonly account: OwnAccount;
  readonly opening: SignedCents | null;
  readonly closing: SignedCents | null;
}

export interface BalanceCheck extends HeldBalances {
  readonly movements: SignedCents;
  /** Opening and movements; null without an opening balance. */
  readonly expected: SignedCents | null;
  /** What the closing balance has more than that; null when one of both is missing. */
  readonly difference: SignedCents | null;
  /** Null: nothing was proved, and nothing disproved. */
  readonly holds: boolean | null;
}

/** In the order given. The balances must be those at the edges of the window that the movements are of. */
export const checkBalances = (held: readonly HeldBalances[], movements: Movements): readonly BalanceCheck[] =>
  held.map(({ account, opening, closing }) => {
    const moved = movements[account];
    const expected = opening === null ? null : SignedCents.parse(opening + moved);
    const difference = expected === null || closing === null ? null : SignedCents.parse(closing - expected);
    const holds = difference === null ? null : difference === 0;
    return { account, opening, closing, movements: moved, expected, difference, holds };
  });
