/** Ledgers and statements for the laws of matching, of so few values that receipts, amounts, phones and references meet. */
import fc from "fast-check";
import { SignedCents } from "../../functions/domain/balance.ts";
import type { LedgerKind, LedgerLine } from "../../functions/domain/matching.ts";
import { readPayerPhone } from "../../functions/domain/payer-phone.ts";
import type { PayerPhone } from "../../functions/domain/payer-phone.ts";
import { LINE_KINDS } from "../../functions/domain/statement-line.ts";
import type { LineKind, StatementLine } from "../../functions/domain/statement-line.ts";

const MINUTE = 60_000;
export const WINDOW = { from: 1_700_000_000_000, until: 1_700_000_000_000 + 120 * MINUTE };
const RECEIPTS = ["UKK1AAAAAA", "UKK1BBBBBB", "UKK1CCCCCC", "UKK1DDDDDD", "OAK0000000", ""];
export const LINE_KIND: Readonly<Record<LedgerKind, LineKind>> = {
  payment: "payment",
  payout: "payout",
  refund: "reversal",
};

const times = fc.integer({ min: -30, max: 150 }).map((minutes) => WINDOW.from + minutes * MINUTE);
export const amounts = fc
  .constantFrom(-500_00, 0, 100_00, 100_00, 100_00, 250_50)
  .map((cents) => SignedCents.parse(cents));
const phones: fc.Arbitrary<PayerPhone | null> = fc
  .constantFrom(
    "",
    "2547*****149",
    "25470****149",
    "0712****5149",
    "254712345149",
    "25411****149",
    "1a * 2b",
    "071****49",
  )
  .map(readPayerPhone);
const references = fc.constantFrom(null, "INV-1", "inv-1 ", "INV-2", " ");

const rows: fc.Arbitrary<LedgerLine> = fc.record({
  id: fc.constant(""),
  kind: fc.constantFrom("payment" as const, "payment" as const, "payout" as const, "refund" as const),
  state: fc.constantFrom("succeeded" as const, "succeeded" as const, "open" as const, "failed" as const),
  receipt: fc.option(fc.constantFrom(...RECEIPTS), { freq: 2 }),
  amount: amounts,
  at: times,
  phone: phones,
  reference: references,
});

const lines: fc.Arbitrary<StatementLine> = fc.record({
  row: fc.constant(0),
  receipt: fc.oneof(
    fc.constantFrom(...RECEIPTS),
    fc.integer({ min: 0, max: 39 }).map((digit) => `UKK1ZZZZ${10 + digit}`),
  ),
  kind: fc.oneof(fc.constant("payment" as const), fc.constantFrom(...LINE_KINDS)),
  completedAt: times,
  initiatedAt: fc.constant(null),
  amount: amounts,
  balance: fc.constant(null),
  completed: fc.integer({ min: 0, max: 9 }).map((digit) => digit > 0),
  status: fc.constantFrom("Completed", "Declined"),
  details: fc.constantFrom("", "Utility Account to Organization Settlement Account", "Deposit of funds from Bank"),
  party: fc.option(phones.map((phone) => ({ phone, name: "ALICE WANJIRU" }))),
  reference: references,
  linkedReceipt: fc.option(fc.constantFrom(...RECEIPTS)),
});

export interface World {
  readonly ledger: readonly LedgerLine[];
  readonly lines: readonly StatementLine[];
}

/** Any line, or one that a row of the ledger could have caused, its receipt told or not. */
const linesFor = (ledger: readonly LedgerLine[]): fc.Arbitrary<StatementLine> => {
  if (ledger.length === 0) return lines;
  const changes = fc.record({ told: fc.boolean(), minutes: fc.integer({ min: -3, max: 16 }) });
  const echoes = fc
    .tuple(lines, fc.constantFrom(...ledger), changes)
    .map(([line, { kind, amount, at, reference, receipt, phone }, { told, minutes }]) => ({
      ...line,
      kind: LINE_KIND[kind],
      amount,
      completedAt: at + minutes * MINUTE,
      receipt: told ? (receipt ?? line.receipt) : line.receipt,
      reference,
      linkedReceipt: reference,
      party: { phone, name: "ALICE WANJIRU" },
    }));
  return fc.oneof(lines, { arbitrary: echoes, weight: 2 });
};

/** Rows with ids, some of them attempts at what the one before them was about, as when a customer tries again. */
const ledgers: fc.Arbitrary<readonly LedgerLine[]> = fc
  .array(fc.tuple(rows, fc.constantFrom(null, null, 1, 5)), { maxLength: 10, size: "max" })
  .map((some) =>
    some.map(([row, minutes], index): LedgerLine => {
      const id = `pay_${String(index).padStart(2, "0")}`;
      const before = minutes === null ? undefined : some[index - 1]?.[0];
      if (before === undefined || minutes === null) return { ...row, id };
      const { kind, amount, phone, reference } = before;
      return { ...row, id, kind, amount, phone, reference, at: before.at + minutes * MINUTE };
    }),
  );

export const worlds: fc.Arbitrary<World> = ledgers.chain((ledger) =>
  fc.record({
    ledger: fc.constant(ledger),
    lines: fc
      .array(linesFor(ledger), { maxLength: 12, size: "max" })
      .map((some) => some.map((line, index) => ({ ...line, row: index + 2 }))),
  }),
);
