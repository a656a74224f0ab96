/**
 * A day of a busy shortcode, twice: as the ledger has it and as the statement has it, with faults planted between the two.
 * Everything follows from the seed and a transaction's number, so both sides are made as they are read, tell the same
 * story, and are never in memory; what was planted is written down as it is planted.
 */
import { SignedCents } from "../functions/domain/balance.ts";
import type { LedgerLine, MatchWindow } from "../functions/domain/matching.ts";
import type { PayerPhone } from "../functions/domain/payer-phone.ts";
import type { StatementLine } from "../functions/domain/statement-line.ts";

/** Each is planted in one transaction of a thousand. */
export const FAULTS = [
  /** Nobody told the ledger: it has no receipt, and the statement has the line. */
  "callback_lost",
  "line_missing",
  "line_doubled",
  "amount_changed",
  "row_missing",
  /** Two of the ledger that nothing tells apart, and one line. */
  "twins",
  /** Succeeded in the day's last minute, and left to the next statement. */
  "at_the_edge",
] as const;
export type Fault = (typeof FAULTS)[number];

/** What was planted: ids of transactions, of missing rows the receipts, of doubled lines the rows. */
export type Planted = Readonly<Record<Fault, Set<string>>>;

export interface Given {
  readonly seed: number;
  /** Of each side. */
  readonly count: number;
  readonly window: MatchWindow;
}

export interface Day {
  readonly ledger: Iterable<LedgerLine>;
  readonly lines: Iterable<StatementLine>;
  /** Complete once both were read. */
  readonly planted: Planted;
}

const ONE_FAULT_IN = 1_000;
const ONE_FAILED_IN = 20;
const ONE_CHARGED_IN = 25;
const ONE_PAYOUT_IN = 10;
const MINUTE_MS = 60_000;
/** The end of the day is left to what is planted there. */
const CALM_MS = 20 * MINUTE_MS;

/** 32 bits that follow from three numbers: multiplied and shifted as MurmurHash3 ends. */
const mixed = (seed: number, index: number, salt: number): number => {
  let bits = Math.imul(seed ^ Math.imul(index + 1, 0x9e3779b1), 0x85ebca6b) ^ Math.imul(salt + 1, 0xc2b2ae35);
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
};

interface Transaction {
  readonly fault: Fault | null;
  readonly failed: boolean;
  readonly payout: boolean;
  readonly charged: boolean;
  readonly amount: SignedCents;
  readonly at: number;
  readonly tail: string;
  readonly receipt: string;
}

/** No receipt of ours ends in seven zeros. */
const FIRST_RECEIPT = 36 ** 6;
const receiptOf = (number: number): string => `UKK${(FIRST_RECEIPT + number).toString(36).toUpperCase()}`;

const transactionOf = ({ seed, window }: Given, index: number): Transaction => {
  const random = (salt: number, below: number): number => mixed(seed, index, salt) % below;
  const fault = FAULTS[index % ONE_FAULT_IN] ?? null;
  const payout = random(1, ONE_PAYOUT_IN) === 0;
  const cents = 100 * (10 + random(2, 70_000));
  const calm = window.from + random(3, window.until - window.from - CALM_MS);
  return {
    fault,
    failed: fault === null && random(4, ONE_FAILED_IN) === 0,
    payout,
    charged: random(5, ONE_CHARGED_IN) === 0,
    amount: SignedCents.parse(payout ? -cents : cents),
    at: fault === "at_the_edge" ? window.until - 1 - random(6, MINUTE_MS) : calm,
    tail: String(random(7, 1_000)).padStart(3, "0"),
    receipt: receiptOf(index),
  };
};

const idOf = (index: number, payout: boolean): string =>
  `${payout ? "pyo" : "pay"}_${index.toString(32).padStart(26, "0")}`;
const phoneOf = (head: string, tail: string): PayerPhone => ({ form: "masked", head, tail });

function* ledgerOf(given: Given, planted: Planted): Generator<LedgerLine> {
  for (let index = 0; index < given.count; index += 1) {
    const { fault, failed, payout, amount, at, tail, receipt } = transactionOf(given, index);
    const told = !failed && fault !== "callback_lost" && fault !== "twins";
    const row: LedgerLine = {
      id: idOf(index, payout),
      kind: payout ? "payout" : "payment",
      state: failed ? "failed" : told ? "succeeded" : "open",
      receipt: told ? receipt : null,
      amount,
      at,
      phone: phoneOf("2547", tail),
      reference: `INV-${index}`,
    };
    if (fault === "row_missing") planted.row_missing.add(receipt);
    else yield row;
    if (fault === "twins") {
      const twin = { ...row, id: `${row.id}_twin` };
      yield twin;
      planted.twins.add(row.id).add(twin.id);
    } else if (fault !== null && fault !== "row_missing" && fault !== "line_doubled") planted[fault].add(row.id);
  }
}

const AFTER_MS = 3_000;

const lineOf = (index: number, { payout, amount, at, tail, receipt }: Transaction) => ({
  receipt,
  kind: payout ? ("payout" as const) : ("payment" as const),
  completedAt: at + AFTER_MS,
  initiatedAt: at,
  amount,
  balance: null,
  completed: true,
  status: "Completed",
  details: `${payout ? "Business Payment to" : "Pay Bill Online from"} 25470****${tail} - ALICE EXAMPLE`,
  party: { phone: phoneOf("2547", tail), name: "ALICE EXAMPLE" },
  reference: payout ? null : `INV-${index}`,
  linkedReceipt: null,
});

/** One cent more than the transaction was of. */
const changed = (amount: SignedCents): SignedCents => SignedCents.parse(amount + 1);

function* transactionLines(given: Given): Generator<Omit<StatementLine, "row">> {
  for (let index = 0; index < given.count; index += 1) {
    const transaction = transactionOf(given, index);
    const { fault, failed, charged } = transaction;
    if (failed || fault === "line_missing" || fault === "at_the_edge") continue;
    const line = lineOf(index, transaction);
    yield fault === "amount_changed" ? { ...line, amount: changed(line.amount) } : line;
    if (fault === "line_doubled") yield line;
    if (charged) yield { ...line, kind: "charge", amount: SignedCents.parse(-1_000), party: null, reference: null };
  }
}

/** As many lines as the ledger has rows: what transactions leave is filled with settlements, two lines each. */
function* linesOf(given: Given, planted: Planted): Generator<StatementLine> {
  let row = 1;
  let last = "";
  for (const line of transactionLines(given)) {
    if (line.receipt === last && line.kind !== "charge") planted.line_doubled.add(String(row));
    last = line.receipt;
    yield { ...line, row };
    row += 1;
  }
  if (row > given.count + 1) throw new RangeError("the transactions have more lines than the statement may have");
  for (; row <= given.count; row += 1) {
    const transaction = transactionOf(given, given.count + (row >> 1));
    const amount = SignedCents.parse(row % 2 === 0 ? -100 : 100);
    const details = "Utility Account to Organization Settlement Account";
    const line = {
      ...lineOf(row, { ...transaction, amount }),
      completedAt: transaction.at,
      party: null,
      reference: null,
    };
    yield { ...line, kind: "transfer", details, row };
  }
}

/** Both sides of one day. */
export const makeDay = (given: Given): Day => {
  const planted: Planted = {
    callback_lost: new Set(),
    line_missing: new Set(),
    line_doubled: new Set(),
    amount_changed: new Set(),
    row_missing: new Set(),
    twins: new Set(),
    at_the_edge: new Set(),
  };
  return { ledger: ledgerOf(given, planted), lines: linesOf(given, planted), planted };
};
