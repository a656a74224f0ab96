/**
 * A checkout session as the API shows it, read from what came over the wire. What must stay true: an answer that does not
 * look like a session is none, so the page never shows an amount or an outcome that nobody said.
 */

/** English and Swahili. */
export type Language = "en" | "sw";
export const LANGUAGES: readonly Language[] = ["en", "sw"];

export interface Failure {
  readonly code: string;
  readonly newAttempt: "yes" | "no" | "customer_decides" | "later";
  readonly message: Readonly<Record<Language, string>>;
}

const PAYMENT_STATUSES = ["pending", "succeeded", "failed", "reversed", "merged"] as const;
const STAGES = ["sending", "awaiting_customer", "confirming"] as const;
const SESSION_STATUSES = ["open", "complete", "expired"] as const;
const NEW_ATTEMPTS = ["yes", "no", "customer_decides", "later"] as const;

export interface Payment {
  readonly id: string;
  readonly status: (typeof PAYMENT_STATUSES)[number];
  readonly stage: (typeof STAGES)[number] | null;
  /** Masked. */
  readonly phone: string | null;
  readonly receipt: string | null;
  /** Epoch milliseconds. */
  readonly paidAt: number | null;
  readonly createdAt: number;
  readonly updatedAt: number;
  readonly failure: Failure | null;
}

export interface Session {
  readonly status: (typeof SESSION_STATUSES)[number];
  /** Shillings. */
  readonly amount: number;
  readonly reference: string;
  readonly description: string | null;
  readonly merchant: string;
  readonly successUrl: string | null;
  /** It is one payment that the shop began: there is no other try on this page. */
  readonly isOnce: boolean;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly payment: Payment | null;
}

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const text = (value: unknown): string | null => (typeof value === "string" ? value : null);
const time = (value: unknown): number | null => {
  const at = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(at) ? null : at;
};
const oneOf = <W extends string>(words: readonly W[], value: unknown): W | null =>
  words.find((word) => word === value) ?? null;

const readFailure = (value: unknown): Failure | null => {
  if (!isRecord(value) || !isRecord(value["customer_message"])) return null;
  const [code, newAttempt] = [text(value["code"]), oneOf(NEW_ATTEMPTS, value["new_attempt"])];
  const [en, sw] = [text(value["customer_message"]["en"]), text(value["customer_message"]["sw"])];
  if (code === null || newAttempt === null || en === null || sw === null) return null;
  return { code, newAttempt, message: { en, sw } };
};

const readPayment = (value: unknown): Payment | null => {
  if (!isRecord(value)) return null;
  const [id, status] = [text(value["id"]), oneOf(PAYMENT_STATUSES, value["status"])];
  const [createdAt, updatedAt] = [time(value["created_at"]), time(value["updated_at"])];
  if (id === null || status === null || createdAt === null || updatedAt === null) return null;
  return {
    id,
    status,
    stage: oneOf(STAGES, value["stage"]),
    phone: text(value["phone"]),
    receipt: text(value["receipt"]),
    paidAt: time(value["paid_at"]),
    createdAt,
    updatedAt,
    failure: readFailure(value["failure"]),
  };
};

/** Where a page may lead on: never to a script. */
const safeUrl = (value: unknown): string | null => {
  const url = text(value);
  return url !== null && /^https?:\/\//i.test(url) ? url : null;
};

/** Null for anything that is not a session, or has a payment that can't be read. */
export const readSession = (value: unknown): Session | null => {
  if (!isRecord(value) || value["object"] !== "checkout_session" || !isRecord(value["merchant"])) return null;
  const [status, merchant] = [oneOf(SESSION_STATUSES, value["status"]), text(value["merchant"]["name"])];
  const [amount, reference, expiresAt] = [value["amount"], text(value["reference"]), time(value["expires_at"])];
  if (status === null || merchant === null || reference === null || expiresAt === null) return null;
  if (typeof amount !== "number" || !Number.isFinite(amount)) return null;
  const payment = readPayment(value["payment_details"]);
  if (payment === null && value["payment_details"] !== null) return null;
  return {
    status,
    amount,
    reference,
    description: text(value["description"]),
    merchant,
    successUrl: safeUrl(value["success_url"]),
    expiresAt,
    payment,
    isOnce: payment !== null && payment.id === value["id"],
  };
};
