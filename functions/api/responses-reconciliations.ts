/** The shapes of closed days: one in a list, and one with all that was found and became known later. */
import * as z from "zod";
import { MATCH_EXCEPTION_KINDS, OWN_ACCOUNTS } from "../domain/matching.ts";
import type { MatchExceptionKind } from "../domain/matching.ts";
import { DAY_BASES } from "../domain/reconciled-day.ts";
import { Time } from "./responses-page.ts";

const Shillings = z.number().meta({ description: "Shillings, to the cent; below zero what went out." });
const Tally = z.object({ count: z.number(), amount: Shillings });

const HowMany = z.number();
/** One field for each kind, so that every reader of the document knows them. */
const ByKind = z.object({
  amount_mismatch: HowMany,
  duplicate_receipt: HowMany,
  ambiguous: HowMany,
  missing_in_ledger: HowMany,
  missing_in_statement: HowMany,
} satisfies Record<MatchExceptionKind, z.ZodNumber>);

const Totals = z
  .object({
    received: Tally.meta({ description: "Customers' payments that are explained." }),
    paid_out: Tally,
    refunded: Tally,
    charges: Tally,
    transfers: Tally.meta({ description: "Between accounts of the business; each has two sides." }),
    withdrawals: Tally.meta({ description: "To and from the bank." }),
    reversals: Tally.meta({ description: "That no refund asked for." }),
    unexplained: Tally.meta({ description: "Lines of the statement in exceptions." }),
    unconfirmed: Tally.meta({ description: "Transactions that the statement lacks." }),
    open: Tally.meta({ description: "Nobody knows yet how they ended." }),
    carried: Tally.meta({ description: "So close to midnight that they are looked for in the next day's statement." }),
    news: z.number().meta({ description: "Transactions that the ledger learnt from the statement alone." }),
  })
  .meta({ id: "ReconciliationTotals" });

const Balance = z.object({
  account: z.enum(OWN_ACCOUNTS),
  opening: Shillings.nullable(),
  movements: Shillings,
  expected: Shillings.nullable(),
  closing: Shillings.nullable(),
  difference: Shillings.nullable(),
  holds: z.boolean().nullable().meta({ description: "Null where the statement does not say enough." }),
});

const Found = z.object({
  kind: z.enum(MATCH_EXCEPTION_KINDS),
  exceptions: z.array(z.string()).meta({ description: "Ids of what people work on." }),
  transactions: z.array(z.string()),
  receipt: z.string().nullable(),
  amount: Shillings,
  says: z.string().meta({ description: "What was found, and what to do about it." }),
});

const Statement = z.object({ id: z.string(), account: z.enum(OWN_ACCOUNTS).nullable(), lines: z.number() });

const Summary = z
  .object({
    basis: z.enum(DAY_BASES).meta({
      description: "`statement`: matched with the portal's statement. `daraja`: M-PESA's own messages had to do.",
    }),
    statements: z.array(Statement),
    exception_count: z.number(),
    exceptions_by_kind: ByKind,
    totals: Totals,
    balances: z.array(Balance),
    digest: z.string().meta({ description: "SHA-256 of all that was found: the same evidence gives the same." }),
  })
  .meta({ id: "ReconciliationSummary" });

const Adjustment = z.object({
  at: Time,
  because: z.enum(["statement", "evidence"]),
  basis: z.enum(DAY_BASES),
  added: z.number(),
  removed: z.number(),
  changed: z.number(),
  same: z.number().meta({ description: "Transactions about which it said the same as before." }),
  digest: z.string(),
});

export const ReconciliationResource = z
  .object({
    object: z.literal("reconciliation"),
    date: z.string().meta({ examples: ["2026-11-21"] }),
    shortcode: z.string(),
    status: z.enum(["closed", "adjusted"]),
    version: z.number(),
    closed_at: Time,
    updated_at: Time,
    current: Summary.meta({ description: "As things stand." }),
  })
  .meta({ id: "Reconciliation" });
export type ReconciliationResource = z.infer<typeof ReconciliationResource>;

export const WholeReconciliation = ReconciliationResource.extend({
  closed: Summary.meta({ description: "As the day was closed: these numbers never change." }),
  exceptions: z.array(Found).meta({ description: "The first 50; all of them are in the report." }),
  adjustments: z.array(Adjustment).meta({ description: "The newest 40, oldest first." }),
  report: z.object({ csv: z.string(), xlsx: z.string() }).meta({ description: "Paths of the reports." }),
}).meta({ id: "WholeReconciliation" });
export type WholeReconciliation = z.infer<typeof WholeReconciliation>;

export const ReconciliationMonth = z
  .object({
    object: z.literal("list"),
    month: z.string(),
    data: z.array(ReconciliationResource),
    next_cursor: z.null(),
  })
  .meta({ id: "ReconciliationMonth" });
export type ReconciliationMonth = z.infer<typeof ReconciliationMonth>;

export const ClosingDay = z
  .object({
    object: z.literal("reconciliation"),
    date: z.string(),
    shortcode: z.string(),
    status: z.literal("closing"),
  })
  .meta({ id: "ClosingDay" });
export type ClosingDay = z.infer<typeof ClosingDay>;
