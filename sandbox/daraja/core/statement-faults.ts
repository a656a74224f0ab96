/**
 * What is wrong with the statements that the organisation portal exports: a row that is missing, comes twice or names
 * another amount. A rule strikes one receipt or a share of them; which ones it strikes follows from the receipt alone,
 * so every export of the same days is wrong in the same places. The journal stays true.
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import type { Line } from "./journal.ts";

const RULES_MAX = 1000;

export const StatementFault = z
  .strictObject({
    kind: z.enum(["missing", "doubled", "amount"]),
    receipt: z.string().min(1).max(40).optional(),
    /** The share of customers' payments, payouts and reversals. */
    rate: z.number().gt(0).max(1).optional(),
    /** What an `amount` is off by, in whole shillings. */
    by: z.int().min(-1_000_000).max(1_000_000).default(10),
  })
  .refine(({ receipt, rate }) => (receipt === undefined) !== (rate === undefined), "Give receipt or rate.")
  .refine(({ by }) => by !== 0, "An amount that is off by nothing is not wrong.");
export type StatementFault = z.infer<typeof StatementFault>;

/** From 0 to 1, always the same for the same fault and receipt. */
const drawn = (kind: StatementFault["kind"], receipt: string): number =>
  createHash("sha256").update(`${kind} ${receipt}`).digest().readUInt32BE(0) / 2 ** 32;

/** A transaction with somebody outside. What the organisation does with its own money is shown as it is. */
const canBeWrong = ({ kind }: Line["movement"]): boolean =>
  kind === "payment" || kind === "payout" || kind === "reversal";

export const createStatementFaults = () => {
  let rules: StatementFault[] = [];
  return {
    /** False when there is no room for them. */
    add(more: readonly StatementFault[]): boolean {
      if (rules.length + more.length > RULES_MAX) return false;
      rules.push(...more);
      return true;
    },
    clear(): void {
      rules = [];
    },
    list: (): readonly StatementFault[] => rules,
    /** What is wrong with this transaction's rows; the first rule that strikes decides. */
    of({ movement }: Pick<Line, "movement">): StatementFault | undefined {
      if (!canBeWrong(movement)) return undefined;
      return rules.find(({ kind, receipt, rate }) =>
        receipt === undefined ? drawn(kind, movement.receipt) < (rate ?? 0) : receipt === movement.receipt,
      );
    },
  };
};
export type StatementFaults = ReturnType<typeof createStatementFaults>;
