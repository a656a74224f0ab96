/**
 * The Daraja secret: everything Safaricom gave the business for one shortcode. What must stay true: no value of it
 * appears in an error or a log; zod's issues name fields, never values.
 */
import * as z from "zod";

const Shortcode = z
  .union([z.string(), z.int()])
  .transform((value) => String(value).trim())
  .pipe(z.string().regex(/^\d{5,7}$/, "must be 5 to 7 digits"));

const Secret = z.string().trim().min(1).max(500);

/** A certificate of 2048 bits has about 2,000 characters, a chain of them some more. */
const Certificate = z.string().trim().min(1).max(12_000);

const shared = {
  /** Consumer key and secret of the application on Safaricom's developer portal. */
  consumer_key: Secret,
  consumer_secret: Secret,
  /**
   * What payments are made to. For a paybill, the paybill itself. For a till, the head-office or store number that went
   * live, which is not the number that customers see; that one is `till`.
   */
  shortcode: Shortcode,
  /** Comes by mail after going live; signs every push. */
  passkey: Secret,
  /**
   * The organisation's API operator, and Safaricom's certificate (PEM) that its password is encrypted with. Only payouts,
   * refunds and balances need them, all three of them.
   */
  initiator_name: Secret.optional(),
  initiator_password: Secret.optional(),
  initiator_certificate: Certificate.optional(),
};

const DarajaSecret = z.discriminatedUnion("transaction_type", [
  z.object({ ...shared, transaction_type: z.literal("CustomerPayBillOnline") }),
  z.object({ ...shared, transaction_type: z.literal("CustomerBuyGoodsOnline"), till: Shortcode }),
]);

/** The fields of an API operator: all of them or none. */
export const INITIATOR_FIELDS = ["initiator_name", "initiator_password", "initiator_certificate"] as const;
export type InitiatorField = (typeof INITIATOR_FIELDS)[number];

/** The organisation's API operator. */
export interface Initiator {
  readonly name: string;
  readonly password: string;
  /** Safaricom's certificate or public key, as it was stored; checked when it is used. */
  readonly certificate: string;
}

/** What a client needs of the secret. */
export interface Credentials {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly shortcode: string;
  readonly passkey: string;
  readonly transactionType: "CustomerPayBillOnline" | "CustomerBuyGoodsOnline";
  /** Who receives the money (PartyB): the paybill itself, or the till behind the store number. */
  readonly receiver: string;
  /** Null unless all of its fields are there. */
  readonly initiator: Initiator | null;
  /** Which of the operator's fields are missing; none when it is complete. */
  readonly initiatorLacks: readonly InitiatorField[];
}

/** Reads the secret as it is stored: one JSON object with the field names above. Blanks around a pasted value go. */
export const Credentials = DarajaSecret.transform((secret): Credentials => {
  const { initiator_name: name, initiator_password: password, initiator_certificate: certificate } = secret;
  const isComplete = name !== undefined && password !== undefined && certificate !== undefined;
  return {
    consumerKey: secret.consumer_key,
    consumerSecret: secret.consumer_secret,
    shortcode: secret.shortcode,
    passkey: secret.passkey,
    transactionType: secret.transaction_type,
    receiver: secret.transaction_type === "CustomerBuyGoodsOnline" ? secret.till : secret.shortcode,
    initiator: isComplete ? { name, password, certificate } : null,
    initiatorLacks: INITIATOR_FIELDS.filter((field) => secret[field] === undefined),
  };
});

/**
 * The Password of STK requests: base64 of shortcode, passkey and timestamp. The timestamp must be the very text that
 * the request carries (Safaricom portal, M-PESA Express).
 */
export const stkPassword = (parts: {
  readonly shortcode: string;
  readonly passkey: string;
  readonly timestamp: string;
}): string => Buffer.from(`${parts.shortcode}${parts.passkey}${parts.timestamp}`).toString("base64");
