/** M-PESA as a pull sees it, and a ledger that remembers receipts: small, and told to fail on demand. */
import type { PageAnswer } from "../../../functions/daraja/pull-answers.ts";
import { readPulledRow } from "../../../functions/daraja/pull-payment.ts";
import type { PullWindow } from "../../../functions/daraja/pull-window.ts";
import type { RecordTold, ToldPayment } from "../../../functions/domain/told-payment.ts";
import type { UnreadablePull } from "../../../functions/daraja/pull-payment.ts";
import type { Log, MessageCode } from "../../../functions/runtime/logger.ts";
import type { Metric } from "../../../functions/runtime/metrics.ts";

export const NOW = Date.UTC(2026, 10, 21, 12);
export const HOUR = 3_600_000;
const PAGE = 100;

export interface Paid {
  readonly receipt: string;
  readonly at: number;
  readonly amount?: string;
  readonly reference?: string;
}

let made = 0;
export const paid = (at: number, more: Partial<Paid> = {}): Paid => {
  made += 1;
  return { receipt: `UKL${String(1_000_000 + made)}`, at, ...more };
};

const rowOf = ({ receipt, at, amount = "10.00", reference = "INV-1" }: Paid) =>
  readPulledRow({
    transactionId: receipt,
    trxDate: `${new Date(at + 3 * HOUR).toISOString().slice(0, 19)}Z`,
    msisdn: 712_345_678,
    sender: "ALICE",
    transactiontype: "c2b-pay-bill-debit",
    billreference: reference,
    amount,
    organizationname: "Shop",
  });

/** M-PESA: shows what was paid in a span, a hundred rows at a time, and can be told to answer otherwise. */
export const mpesa = (payments: Paid[] = []) => {
  const asked: (PullWindow & { readonly offset: number })[] = [];
  const trouble: { answer: ((call: number) => PageAnswer | null) | null } = { answer: null };
  const page = (query: PullWindow & { readonly offset: number }): Promise<PageAnswer> => {
    asked.push(query);
    const other = trouble.answer?.(asked.length) ?? null;
    if (other !== null) return Promise.resolve(other);
    const rows = payments
      .filter(({ at }) => at >= query.from && at <= query.until)
      .slice(query.offset, query.offset + PAGE)
      .map(rowOf);
    return Promise.resolve(
      rows.length === 0 ? { answer: "no_records", listed: true } : { answer: "rows", rows, totalPages: null },
    );
  };
  return { daraja: { page }, payments, asked, trouble };
};

/** The ledger, as far as told payments go. */
export const toldLedger = () => {
  const told: ToldPayment[] = [];
  const rows: UnreadablePull[] = [];
  const owners = new Map<string, string>();
  const trouble: { refuse: (receipt: string) => boolean } = { refuse: () => false };
  const record: RecordTold = (payment) => {
    if (trouble.refuse(payment.receipt)) return Promise.reject(new Error("the ledger is away"));
    told.push(payment);
    const known = owners.get(payment.receipt);
    if (known !== undefined) return Promise.resolve({ told: "known", paymentId: known });
    owners.set(payment.receipt, `pay_${payment.receipt}`);
    return Promise.resolve({ told: "opened", paymentId: `pay_${payment.receipt}` });
  };
  const keepUnreadable = (row: UnreadablePull): Promise<void> => {
    rows.push(row);
    return Promise.resolve();
  };
  return { record, keepUnreadable, told, rows, owners, trouble };
};

/** What was logged and counted. */
export const witness = () => {
  const logged: { code: MessageCode; facts: Readonly<Record<string, unknown>> }[] = [];
  const counted: Metric[] = [];
  const note = (code: MessageCode, facts: Readonly<Record<string, unknown>> = {}): void =>
    void logged.push({ code, facts });
  const log: Log = { debug: note, info: note, warn: note, error: note };
  return {
    log,
    count: (metric: Metric) => void counted.push(metric),
    logged,
    counted,
    codes: () => logged.map(({ code }) => code),
  };
};
