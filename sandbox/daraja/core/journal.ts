/**
 * Every change of every account, in order, with the balance after it: what the organisation portal's statement is made
 * of, what a pull finds, what a reversal undoes. Lines are written by the accounts alone and never changed. The last
 * 500,000 lines of each shortcode are kept.
 */
import type { Movement } from "./movement.ts";

/** Where an organisation's money lies: the names of its accounts. */
export const accountNames = ["utility", "working", "chargesPaid", "settlement"] as const;
export type AccountName = (typeof accountNames)[number];

export type Line = {
  readonly movement: Movement;
  readonly account: AccountName;
  /** The transaction's own amount, or what M-PESA took for it. */
  readonly part: "principal" | "charge";
  /** Below zero what left the account. */
  readonly cents: number;
  /** The account's balance after it, in cents. */
  readonly balance: number;
};

const LINES_MAX = 500_000;

export type Journal = ReturnType<typeof createJournal>;

export const createJournal = (keep = LINES_MAX) => {
  const byShortcode = new Map<string, Line[]>();
  const payments = new Map<string, { readonly shortcode: string; readonly line: Line }>();

  const forget = (lines: Line[]): void => {
    for (const { movement } of lines.splice(0, Math.ceil(keep / 10))) payments.delete(movement.receipt);
  };

  return {
    add(shortcode: string, line: Line): void {
      const lines = byShortcode.get(shortcode) ?? [];
      if (lines.length >= keep) forget(lines);
      lines.push(line);
      byShortcode.set(shortcode, lines);
      if (line.movement.kind === "payment" && line.part === "principal")
        payments.set(line.movement.receipt, { shortcode, line });
    },
    /** Oldest first. */
    lines: (shortcode: string): readonly Line[] => byShortcode.get(shortcode) ?? [],
    /** A customer's payment by its receipt. */
    payment: (receipt: string) => payments.get(receipt),
    /** Customers' payments from `fromMs` to `toMs`, both included, oldest first. */
    paymentsBetween: (shortcode: string, fromMs: number, toMs: number): Line[] =>
      (byShortcode.get(shortcode) ?? []).filter(
        ({ movement, part }) =>
          movement.kind === "payment" &&
          part === "principal" &&
          movement.completedAtMs >= fromMs &&
          movement.completedAtMs <= toMs,
      ),
  };
};
