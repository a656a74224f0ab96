/**
 * Names for things. A transaction's id follows from who asked and under which Idempotency-Key, so asking twice finds
 * the first and nobody has to remember which ids were given out.
 *
 * Ids and tokens travel in callback URLs, and Daraja refuses a URL that contains mpesa, safaricom, exe, exec, cmd, sql
 * or query in any case. The alphabet has no e, l, m or o: each of those words needs one of them, so no id can ever
 * spell one.
 */
import { hash } from "node:crypto";

/** Thirty-two characters, five bits each. */
export const ID_ALPHABET = "0123456789abcdfghijknpqrstuvwxyz";

/** Characters after the prefix of a derived id: 26 x 5 = 130 bits. */
export const ID_LENGTH = 26;
/** So many bytes hold 130 bits. */
const NAMING_BYTES = 17;

/** What moves money: payment, payout, payout batch, refund. */
export type TransactionPrefix = "pay" | "pyo" | "bat" | "rfd";

/**
 * What is named at random because nothing is derived from it: API key, webhook endpoint, test event, statement, request,
 * balance question.
 */
export type RandomPrefix = "key" | "whe" | "evt" | "stm" | "req" | "bal";

/** The parts that make a transaction the one it is. */
export interface TransactionName {
  readonly storefront: string;
  /** The operation that was asked for, such as `startPayment`: one key used for two operations names two transactions. */
  readonly operation: string;
  /** The caller's Idempotency-Key. */
  readonly key: string;
}

/** Bytes as text, five bits a character, most significant first; `n` bytes become `ceil(8n / 5)` characters. */
export const encode32 = (bytes: Uint8Array): string => {
  let text = "";
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff;
    bits += 8;
    while (bits >= 5) {
      bits -= 5;
      text += ID_ALPHABET.charAt((held >> bits) & 31);
    }
  }
  return bits > 0 ? text + ID_ALPHABET.charAt((held << (5 - bits)) & 31) : text;
};

/** The first 130 bits of a digest as 26 characters, which nobody guesses or meets twice. */
export const named130 = (digest: Uint8Array): string => encode32(digest.subarray(0, NAMING_BYTES)).slice(0, ID_LENGTH);

/** 130 bits of SHA-256 over the parts. Each part is preceded by its length, so no two lists of parts read the same. */
const derived = (parts: readonly string[]): string => {
  const named = parts.map((part) => `${Buffer.byteLength(part)}:${part}`).join("");
  return named130(hash("sha256", named, "buffer"));
};

/** The id of the transaction that this storefront asks for under this key: `pay_` and 26 characters. */
export const transactionId = (prefix: TransactionPrefix, name: TransactionName): string =>
  `${prefix}_${derived([prefix, name.storefront, name.operation, name.key])}`;

/** The id of the checkout session that this storefront asks for under this key: `cks_` and 26 characters. */
export const checkoutSessionId = (name: Omit<TransactionName, "operation">): string =>
  `cks_${derived(["cks", name.storefront, name.key])}`;

/** The id of a transaction's exception of this kind. There is one of each kind, so finding it twice opens it once. */
export const exceptionId = (transactionId: string, kind: string): string =>
  `exc_${derived(["exc", transactionId, kind])}`;

/** The id of what happened to `subject` with its write `version`: whoever tells of it again tells of the same event. */
export const eventId = (subject: string, version: number): string =>
  `evt_${derived(["evt", subject, String(version)])}`;

/** The id of an event's delivery to one webhook endpoint. There is one, however often it is sent. */
export const deliveryId = (event: string, endpoint: string): string => `dlv_${derived(["dlv", event, endpoint])}`;

/** An id from random bytes. Throws a RangeError below 16 bytes, which would be guessable. */
export const randomId = (prefix: RandomPrefix, bytes: Uint8Array): string => {
  if (bytes.length < 16) throw new RangeError("randomId() needs at least 16 random bytes");
  return `${prefix}_${encode32(bytes)}`;
};

const derivedId = (prefix: TransactionPrefix | "exc"): RegExp =>
  new RegExp(`^${prefix}_[${ID_ALPHABET}]{${ID_LENGTH}}$`);
const PAYMENT_ID = derivedId("pay");
const PAYOUT_ID = derivedId("pyo");
const BATCH_ID = derivedId("bat");
const REFUND_ID = derivedId("rfd");
const EXCEPTION_ID = derivedId("exc");
const TRANSACTION_ID = new RegExp(`^(pay|pyo|bat|rfd)_[${ID_ALPHABET}]{${ID_LENGTH}}$`);

/** Whether the text has the form of the id of anything that moves money. */
export const isTransactionId = (text: string): boolean => TRANSACTION_ID.test(text);

/** Whether the text has the form of a payment's id. */
export const isPaymentId = (text: string): boolean => PAYMENT_ID.test(text);

/** Whether the text has the form of a payout's id. */
export const isPayoutId = (text: string): boolean => PAYOUT_ID.test(text);

/** Whether the text has the form of a payout batch's id. */
export const isBatchId = (text: string): boolean => BATCH_ID.test(text);

/** Whether the text has the form of a refund's id. */
export const isRefundId = (text: string): boolean => REFUND_ID.test(text);

/** Whether the text has the form of an exception's id. */
export const isExceptionId = (text: string): boolean => EXCEPTION_ID.test(text);

const STATEMENT_ID = new RegExp(`^stm_[${ID_ALPHABET}]{${ID_LENGTH}}$`);

/** Whether the text has the form of a statement's id. */
export const isStatementId = (text: string): boolean => STATEMENT_ID.test(text);

const CHECKOUT_SESSION_ID = new RegExp(`^cks_[${ID_ALPHABET}]{${ID_LENGTH}}$`);

/** Whether the text has the form of a checkout session's id. */
export const isCheckoutSessionId = (text: string): boolean => CHECKOUT_SESSION_ID.test(text);

const WEBHOOK_ENDPOINT_ID = new RegExp(`^whe_[${ID_ALPHABET}]{${ID_LENGTH}}$`);

/** Whether the text has the form of a webhook endpoint's id. */
export const isWebhookEndpointId = (text: string): boolean => WEBHOOK_ENDPOINT_ID.test(text);

const DELIVERY_ID = new RegExp(`^dlv_[${ID_ALPHABET}]{${ID_LENGTH}}$`);

/** Whether the text has the form of a webhook delivery's id. */
export const isDeliveryId = (text: string): boolean => DELIVERY_ID.test(text);
