/**
 * A closed day as its own report tells it, and what the world knows of the same day. What must stay true: nothing here asks
 * the code that closes days; the report is read as anybody's program would read it.
 */
import { gunzipSync } from "node:zlib";
import type { LedgerEntry, LineEntry, MatchExceptionKind } from "../../../functions/domain/matching.ts";
import type { Payment } from "../../../functions/domain/payment.ts";
import type { ReconciledDay } from "../../../functions/domain/reconciled-day.ts";
import { isImported } from "../../../functions/domain/statement.ts";
import type { Statement } from "../../../functions/domain/statement.ts";
import { dayBounds } from "../../../functions/domain/time.ts";
import { dayFiles, versionOf } from "../../../functions/reconciliation-day/day-files.ts";
import type { Item } from "../../../functions/store/attributes.ts";
import { readDayItem } from "../../../functions/store/day-item.ts";
import { keys } from "../../../functions/store/keys.ts";
import { readPayment } from "../../../functions/store/payment-item.ts";
import { readStatement } from "../../../functions/store/statement-item.ts";
import { AT } from "../../../functions/store/transaction-item.ts";
import { callbackParams } from "../payments/daraja-line.ts";
import { credentials } from "../payments/gateway.ts";
import type { HandedIn } from "./desk.ts";
import type { Ending } from "./ending.ts";

/** Money that moved, as M-PESA knows it. */
export interface Paid {
  readonly receipt: string;
  readonly cents: number;
  /** Epoch milliseconds. */
  readonly at: number;
  /** The payment whose push it was; null for one from the menu. */
  readonly of: string | null;
}

interface DayReport {
  readonly matched: readonly {
    readonly line: LineEntry;
    readonly ledger: LedgerEntry;
  }[];
  readonly told: readonly LedgerEntry[];
  readonly classified: readonly { readonly line: LineEntry }[];
  readonly open: readonly LedgerEntry[];
  readonly carried: readonly LedgerEntry[];
  readonly exceptions: readonly {
    readonly kind: MatchExceptionKind;
    readonly lines: readonly LineEntry[];
    readonly ledger: readonly LedgerEntry[];
    readonly exceptions: readonly string[];
  }[];
}

/** A day with everything that is known of it. */
export interface KnownDay {
  readonly day: string;
  readonly window: { readonly from: number; readonly until: number };
  readonly record: ReconciledDay;
  readonly report: DayReport;
  /** The file that counts for it; null where there is none. */
  readonly counts: HandedIn | null;
}

/** What the ledger holds, read once. */
export interface Ledger {
  readonly items: ReadonlyMap<string, Item>;
  readonly payments: readonly Payment[];
  readonly statements: ReadonlyMap<string, Statement>;
}

export const readLedger = ({ items }: Pick<Ending, "items">): Ledger => {
  const idOf = (item: Item): string => item[AT.id]?.S ?? "";
  const statements = items.filter((item) => idOf(item).startsWith("stm_")).map(readStatement);
  return {
    items: new Map(items.map((item) => [idOf(item), item])),
    payments: items.filter((item) => idOf(item).startsWith("pay_")).map(readPayment),
    statements: new Map(statements.map((statement) => [statement.id, statement])),
  };
};

/** Everything that customers paid. */
export const paidOf = ({ pushes, menu }: Pick<Ending, "pushes" | "menu">): readonly Paid[] => [
  ...pushes.flatMap(({ state, receipt, amount, settled_at, callback_url }): Paid[] =>
    state === "paid" && receipt !== null
      ? [
          {
            receipt,
            cents: amount * 100,
            at: Date.parse(settled_at ?? ""),
            of: callbackParams(callback_url).id,
          },
        ]
      : [],
  ),
  ...menu.flatMap(({ receipt, amount, settled_at }): Paid[] =>
    receipt === null
      ? []
      : [
          {
            receipt,
            cents: Math.round(amount * 100),
            at: Date.parse(settled_at ?? ""),
            of: null,
          },
        ],
  ),
];

/** Of the imported files that cover the day, the one that was asked for last. */
export const countingFor = (
  window: KnownDay["window"],
  { statements }: Ledger,
  handedIn: readonly HandedIn[],
): HandedIn | null => {
  const covering = handedIn.filter(({ id, plan }) => {
    const statement = statements.get(id);
    if (plan.of === "another" || !statement || !isImported(statement)) return false;
    return statement.content.from <= window.from && statement.content.until >= window.until;
  });
  const createdAt = ({ id }: HandedIn): number => statements.get(id)?.createdAt ?? 0;
  return covering.toSorted((a, b) => createdAt(a) - createdAt(b) || (a.id < b.id ? -1 : 1)).at(-1) ?? null;
};

/** The day as it stands; null when it is not closed, or its report is not where it was put. */
export const readDay = (day: string, ledger: Ledger, { files, handedIn }: Ending): KnownDay | null => {
  const item = ledger.items.get(keys.day(credentials.shortcode, day));
  const window = dayBounds(day);
  if (!item || !window) return null;
  const record = readDayItem(item);
  const bytes = files.get(dayFiles(versionOf(record)).report);
  if (!bytes) return null;
  const report = JSON.parse(gunzipSync(bytes).toString("utf8")) as DayReport;
  return {
    day,
    window,
    record,
    report,
    counts: countingFor(window, ledger, handedIn),
  };
};
