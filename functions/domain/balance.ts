/** What a shortcode's accounts hold, as M-PESA last said. */
import * as z from "zod";

/** An amount in cents that may be below zero, as Charges Paid is by nature. */
export const SignedCents = z.int().brand<"SignedCents">();
export type SignedCents = z.infer<typeof SignedCents>;

export interface Account {
  /** M-PESA's own name: `Utility Account`. */
  readonly name: string;
  readonly currency: string;
  readonly current: SignedCents;
  readonly available: SignedCents;
  readonly reserved: SignedCents;
  readonly uncleared: SignedCents;
}

/** One answer to a balance question. */
export interface Balances {
  readonly accounts: readonly Account[];
  /** When M-PESA says it looked, epoch milliseconds; null when it did not say. */
  readonly asOf: number | null;
}

/** The account that payouts are taken from. */
const UTILITY = /^utility\b/i;

/** What payouts can draw on; null when the answer names no such account. */
export const utilityAvailable = ({ accounts }: Balances): SignedCents | null =>
  accounts.find(({ name }) => UTILITY.test(name.trim()))?.available ?? null;
