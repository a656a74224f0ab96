/**
 * One payment as the pull of transactions names it: what no callback told us. What must stay true: any value at all gives
 * an answer and none throws; nothing is readable without its receipt and its amount; a time that may be meant in two ways
 * is no time.
 *
 * The same payment is pulled again and again, because spans overlap: it reads the same each time, down to the text that is
 * kept of it, so the ledger knows it as heard before.
 */
import type { Evidence } from "../domain/evidence.ts";
import { readAmount } from "../domain/money.ts";
import type { Cents } from "../domain/money.ts";
import { readPayerPhone } from "../domain/payer-phone.ts";
import type { PayerPhone } from "../domain/payer-phone.ts";
import { readMpesaTime } from "../domain/time.ts";
import { cutText, shortText, typedText } from "./c2b-text.ts";
import { member, textAt } from "./foreign-json.ts";
import type { Foreign } from "./foreign-json.ts";
import { optional, readReceipt } from "./mpesa-fields.ts";
import type { Provenance } from "./stk-evidence.ts";

/**
 * When M-PESA says it was paid. The text ends in `Z`, and nobody has told whether it means UTC or is Nairobi's time
 * mislabelled; both readings are epoch milliseconds, and equal when the text names an offset.
 */
export interface PulledTime {
  readonly text: string;
  readonly asUtc: number;
  readonly asNairobi: number;
}

export interface PulledPayment {
  readonly receipt: string;
  /** Above zero; may carry cents. */
  readonly amount: Cents;
  /** The account number as the customer typed it; empty for tills. */
  readonly reference: string;
  readonly payer: { readonly phone: PayerPhone | null; /** As far as M-PESA says. */ readonly name: string | null };
  /** Such as `c2b-pay-bill-debit`: M-PESA's own words, for people. */
  readonly transactionType: string;
  readonly organisation: string;
  /** Null when it is not readable. */
  readonly time: PulledTime | null;
  /** The row alone, as JSON: what is kept as evidence. */
  readonly raw: string;
}

/** A row that names no payment: kept, and shown to a person. `because` completes "the row can't be read:". */
export interface UnreadablePull {
  readonly because: string;
  readonly raw: string;
}

export type PulledRow =
  | { readonly readable: true; readonly payment: PulledPayment }
  | { readonly readable: false; readonly row: UnreadablePull };

/** Of a row that can't be read; a genuine one has about 300 characters. */
const RAW_LIMIT = 4_000;
const TIME = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(Z|\+03:?00|\+00:?00)?$/i;
const NAIROBI_MS = 3 * 3_600_000;

/** Reads a `trxDate`; null when it names no real moment. */
const readPulledTime = (text: string): PulledTime | null => {
  const [, ...fields] = TIME.exec(text) ?? [];
  const offset = fields[6] ?? "Z";
  const asNairobi = optional(fields.length === 0 ? null : fields.slice(0, 6).join(""), readMpesaTime);
  if (asNairobi === null) return null;
  const asUtc = asNairobi + NAIROBI_MS;
  if (offset.startsWith("+03")) return { text, asUtc: asNairobi, asNairobi };
  if (offset.startsWith("+00")) return { text, asUtc, asNairobi: asUtc };
  return { text, asUtc, asNairobi };
};

/** How far M-PESA's clock may be ahead of ours. */
const CLOCKS_APART_MS = 15 * 60_000;

/**
 * The moment a time means, for somebody who heard of it at `heardAt`: null when both readings are possible. A payment
 * that would have been made after it was heard of was written in Nairobi's time.
 */
export const momentOf = ({ asUtc, asNairobi }: PulledTime, heardAt: number): number | null =>
  asUtc === asNairobi || asUtc > heardAt + CLOCKS_APART_MS ? asNairobi : null;

/** Reads one row of a pull (Daraja portal, Pull Transactions). Total. */
export const readPulledRow = (row: Foreign): PulledRow => {
  const raw = JSON.stringify(row);
  const unreadable = (because: string): PulledRow => ({
    readable: false,
    row: { because, raw: cutText(raw, RAW_LIMIT) },
  });
  const receipt = optional(textAt(row, "transactionId"), readReceipt);
  if (receipt === null) return unreadable("it names no receipt");
  const amount = optional(textAt(row, "amount"), readAmount);
  if (amount === null || amount === 0) return unreadable("it names no readable amount above zero");
  const payment: PulledPayment = {
    receipt,
    amount,
    reference: typedText(member(row, "billreference")),
    payer: { phone: optional(textAt(row, "msisdn"), readPayerPhone), name: shortText(row, "sender") },
    transactionType: shortText(row, "transactiontype") ?? "",
    organisation: shortText(row, "organizationname") ?? "",
    time: optional(textAt(row, "trxDate"), readPulledTime),
    raw,
  };
  return { readable: true, payment };
};

/**
 * A pulled payment as the ledger weighs it. Its time is left out where it may be meant in two ways, its phone where
 * M-PESA did not name it whole.
 */
export const pullEvidence = (
  { receipt, amount, payer, time, raw }: PulledPayment,
  provenance: Provenance,
): Evidence => ({
  ...provenance,
  source: "pull",
  finding: "paid",
  receipt,
  amount,
  phone: payer.phone?.form === "plain" ? payer.phone.msisdn : null,
  push: null,
  paidAt: time === null ? null : momentOf(time, provenance.at),
  raw,
});
