/** A ledger with everything that told payments need, two storefronts, and what M-PESA says in each of its ways. */
import { randomUUID } from "node:crypto";
import { sha256Hex } from "../../../functions/domain/canonical-json.ts";
import { parseMsisdn } from "../../../functions/domain/msisdn.ts";
import type { Msisdn } from "../../../functions/domain/msisdn.ts";
import { readPayerPhone } from "../../../functions/domain/payer-phone.ts";
import type { Payment, PaymentIntent } from "../../../functions/domain/payment.ts";
import type { RoutedStorefront } from "../../../functions/domain/routing.ts";
import type { ToldPayment } from "../../../functions/domain/told-payment.ts";
import { recordEvidence } from "../../../functions/payments/record-evidence.ts";
import { recordTold } from "../../../functions/payments/record-told.ts";
import type { Log } from "../../../functions/runtime/logger.ts";
import { createToldLedger } from "../../../functions/store/dynamo-told.ts";
import { LIMITS, NOW } from "../store/database.ts";
import { startLedgerInMemory } from "../store/in-memory.ts";
import { accepted, intent } from "../store/samples.ts";

export const SHORTCODE = "174379";

export const STOREFRONTS: readonly RoutedStorefront[] = [
  { id: "books", shortcode: null, references: ["BK"], isDefault: false },
  { id: "storefront", shortcode: null, references: ["INV"], isDefault: true },
];

/** How M-PESA writes one number. */
export const PHONE_FORMS = {
  masked: (msisdn: Msisdn) => `${msisdn.slice(0, 4)} ***** ${msisdn.slice(-3)}`,
  stars: (msisdn: Msisdn) => `${msisdn.slice(0, 5)}****${msisdn.slice(-3)}`,
  sha256: (msisdn: Msisdn) => sha256Hex(msisdn),
  mixed: (msisdn: Msisdn) => `${sha256Hex(msisdn).slice(0, 20)} ***** ${sha256Hex(msisdn).slice(-18)}`,
  plain: (msisdn: Msisdn) => msisdn as string,
} as const;
export type PhoneForm = keyof typeof PHONE_FORMS;

export const msisdn = (text: string): Msisdn => {
  const parsed = parseMsisdn(text);
  if (!parsed.ok) throw new Error(parsed.message);
  return parsed.msisdn;
};

/** What M-PESA tells of a payment, by a confirmation unless `overrides` says otherwise. */
export const told = (overrides: Partial<ToldPayment> & Pick<ToldPayment, "receipt">): ToldPayment => ({
  source: "c2b",
  amount: intent().amount,
  shortcode: SHORTCODE,
  reference: "INV-100123",
  payer: { phone: readPayerPhone("2547 ***** 126"), name: "JANE" },
  paidAt: NOW + 12_000,
  at: NOW + 13_000,
  by: "safaricom",
  requestId: randomUUID(),
  raw: JSON.stringify({ TransID: overrides.receipt, via: overrides.source ?? "c2b" }),
  ...overrides,
});

/** What M-PESA tells of a push that was paid. */
export const toldOf = (asked: PaymentIntent, receipt: string, form: PhoneForm = "masked"): ToldPayment =>
  told({
    receipt,
    amount: asked.amount,
    reference: asked.reference,
    payer: { phone: readPayerPhone(PHONE_FORMS[form](asked.phone)), name: "JANE" },
  });

export const startDesk = async () => {
  const books = await startLedgerInMemory();
  const counted: string[] = [];
  const logged: string[] = [];
  const note = (code: string): void => void logged.push(code);
  const log: Log = { debug: note, info: note, warn: note, error: note };
  const count = (metric: string): void => void counted.push(metric);
  const ledger = createToldLedger(books.deps);
  const shop = { storefronts: STOREFRONTS, till: SHORTCODE };
  const record = recordEvidence({ ledger: books.ledger, log, count });
  const tell = recordTold({
    told: ledger,
    record,
    exceptions: books.exceptions,
    storefronts: () => Promise.resolve(shop.storefronts),
    shortcodes: () => Promise.resolve({ shortcode: SHORTCODE, receiver: shop.till }),
    log,
    count,
    wait: () => Promise.resolve(),
    random: () => 0.5,
  });
  /** Asks a phone, and Daraja takes the push. */
  const ask = async (overrides: Partial<PaymentIntent> = {}): Promise<PaymentIntent> => {
    const asked = intent(overrides);
    await books.ledger.open(asked, LIMITS);
    await books.ledger.record(asked.id, accepted(asked));
    return asked;
  };
  const read = async (id: string): Promise<Payment> => {
    const payment = await books.ledger.read(id);
    if (!payment) throw new Error(`there is no payment ${id}`);
    return payment;
  };
  const exceptionsOf = async (id: string): Promise<readonly string[]> =>
    ((await books.ledger.history(id))?.exceptions ?? []).map(({ kind }) => kind);
  return { ...books, told: ledger, shop, record, tell, ask, read, exceptionsOf, counted, logged, log, count };
};
export type ToldDesk = Awaited<ReturnType<typeof startDesk>>;
