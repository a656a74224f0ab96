/**
 * The organisations that can be paid. A paybill is paid under its own shortcode; a till is paid through its store
 * number, with the till itself as PartyB. The default is the paybill and passkey Safaricom publishes for its sandbox.
 */
import * as z from "zod";

const Shortcode = z.string().regex(/^\d{5,7}$/);
const shared = { shortcode: Shortcode, passkey: z.string().min(1).max(200), name: z.string().min(1).max(60) };

export const Merchant = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("paybill"), ...shared }),
  z.strictObject({ kind: z.literal("till"), ...shared, till: Shortcode }),
]);
export type Merchant = z.infer<typeof Merchant>;

export const sandboxPaybill: Merchant = {
  kind: "paybill",
  shortcode: "174379",
  passkey: "bfb279f9aa9bdbcf158e97dd71a467cd2e0c893059b10f78e6b72ada1ed2c919",
  name: "Duka Letu",
};

export const transactionTypeOf = (merchant: Merchant): string =>
  merchant.kind === "paybill" ? "CustomerPayBillOnline" : "CustomerBuyGoodsOnline";

/** Who receives the money: PartyB of a push to this merchant. */
export const receiverOf = (merchant: Merchant): string =>
  merchant.kind === "paybill" ? merchant.shortcode : merchant.till;

/** An organisation that only pays out: it has a float and no passkey. */
export type BulkPayer = { readonly shortcode: string; readonly name: string };

/** The shortcodes of Safaricom's published B2C samples. */
export const sandboxBulkPayers: readonly BulkPayer[] = ["600992", "600997", "600984"].map((shortcode) => ({
  shortcode,
  name: "Duka Letu",
}));
