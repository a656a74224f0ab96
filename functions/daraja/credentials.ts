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
  /** The organisation's API operator. Only payouts, refunds and balances need it. */
  initiator_name: Secret.optional(),
  initiator_password: Secret.optional(),
};

const DarajaSecret = z.discriminatedUnion("transaction_type", [
  z.object({ ...shared, transaction_type: z.literal("CustomerPayBillOnline") }),
  z.object({ ...shared, transaction_type: z.literal("CustomerBuyGoodsOnline"), till: Shortcode }),
]);

/** What a client needs of the secret. */
export interface Credentials {
  readonly consumerKey: string;
  readonly consumerSecret: string;
  readonly shortcode: string;
  readonly passkey: string;
  readonly transactionType: "CustomerPayBillOnline" | "CustomerBuyGoodsOnline";
  /** Who receives the money (PartyB): the paybill itself, or the till behind the store number. */
  readonly receiver: string;
  readonly initiator: { readonly name: string; readonly password: string } | null;
}

/** Reads the secret as it is stored: one JSON object with the field names above. Blanks around a pasted value go. */
export const Credentials = DarajaSecret.transform((secret): Credentials => {
  const { initiator_name: name, initiator_password: password } = secret;
  return {
    consumerKey: secret.consumer_key,
    consumerSecret: secret.consumer_secret,
    shortcode: secret.shortcode,
    passkey: secret.passkey,
    transactionType: secret.transaction_type,
    receiver: secret.transaction_type === "CustomerBuyGoodsOnline" ? secret.till : secret.shortcode,
    initiator: name !== undefined && password !== undefined ? { name, password } : null,
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
