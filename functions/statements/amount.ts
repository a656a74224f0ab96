/**
 * Amounts as statements write them: `1,100.00`, `-75000.0`, blank. What must stay true: nothing is rounded, and a text
 * that two people could read as two amounts is none.
 */
import { SignedCents } from "../domain/balance.ts";
import { readAmount } from "../domain/money.ts";

const CURRENCY = /^(?:KES|KSHS?)[.]?\s*/i;
const IN_BRACKETS = /^\((.*)\)$/;
const LONGEST = 32;

/** Null when the text is no amount. */
export const readSignedAmount = (cell: string): SignedCents | null => {
  const text = cell.trim();
  if (text.length > LONGEST) return null;
  const bracketed = IN_BRACKETS.exec(text)?.[1];
  const signed = (bracketed ?? text).replace(CURRENCY, "");
  const negative = signed.startsWith("-");
  if (negative && bracketed !== undefined) return null;
  const cents = readAmount(negative ? signed.slice(1).trimStart() : signed);
  if (cents === null) return null;
  // Not `-cents`, which makes a zero negative.
  return SignedCents.parse(negative || bracketed !== undefined ? 0 - cents : cents);
};
