/**
 * Which account of the business a text of the portal names. Names are those of the account balance answer and of the
 * statements' transfers; MMF is what a balance calls Working. A name that is not listed is no account: nothing is guessed.
 */
import type { OwnAccount } from "../domain/matching.ts";

const NAMES: readonly (readonly [RegExp, OwnAccount])[] = [
  [/^utility\b/i, "utility"],
  [/^merchant\b/i, "merchant"],
  [/^charges paid\b/i, "charges_paid"],
  [/^(?:organi[sz]ation )?settlement\b/i, "settlement"],
  [/^(?:organi[sz]ation )?(?:working|mmf)\b/i, "working"],
  [/^float\b/i, "float"],
];

/** `Utility Account` -> `utility`; null for a name that is not known. */
export const ownAccount = (name: string): OwnAccount | null =>
  NAMES.find(([pattern]) => pattern.test(name.trim()))?.[1] ?? null;

/** Where money went from and to, as far as a transfer's text says. */
export interface Sides {
  readonly from: OwnAccount | null;
  readonly to: OwnAccount | null;
  /** The bank is on the other side. */
  readonly bank: boolean;
}

/** Longer than any name of an account that was seen, twice. */
const MOST_CHARACTERS = 120;
const FROM_TO = /^(.{1,50}? account) to (.{1,50}? account)\b/i;
const BANK = /\bbank\b/i;

/** Reads `Utility Account to Organization Settlement Account`, `Agency Withdrawal of funds to Bank`. */
export const sidesOf = (details: string): Sides => {
  const text = details.trim().slice(0, MOST_CHARACTERS);
  const [, from, to] = FROM_TO.exec(text) ?? [];
  if (from === undefined || to === undefined) return { from: null, to: null, bank: BANK.test(text) };
  return { from: ownAccount(from), to: ownAccount(to), bank: false };
};
