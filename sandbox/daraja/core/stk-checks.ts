/**
 * What Safaricom checks before an STK push or query is taken, in its order and with its words. The first mistake is the
 * only one reported.
 */
import { checkCallbackUrl } from "./callback-url.ts";
import { silence } from "./exchange.ts";
import { bodyRefusal, textOf, type Call } from "./endpoint.ts";
import {
  fieldOf,
  firstInvalid,
  isMsisdn,
  isShortcode,
  oneOf,
  refused,
  shillingsBetween,
  type Checked,
  type FieldRule,
} from "./field-rules.ts";
import { receiverOf, transactionTypeOf, type Merchant } from "./merchants.ts";
import { readNairobiStamp } from "./nairobi-time.ts";
import type { PushOrder } from "./push.ts";
import { invalidField, merchantDoesNotExist, wrongCredentials, type Refusal } from "./refusals.ts";
import type { World } from "./world.ts";

const REFERENCE_MAX = 12;
const DESCRIPTION_MAX = 100;
const AMOUNT_MAX = 250_000;

const isPassword: FieldRule = (text) => /^[A-Za-z0-9+/]{20,400}={0,2}$/.test(text);

const timestampRule =
  (world: Pick<World, "clock" | "switches">): FieldRule =>
  (text) => {
    const at = readNairobiStamp(text);
    const tolerance = world.switches().timestamp_tolerance_minutes;
    return at !== null && (tolerance === null || Math.abs(at - world.clock.now()) <= tolerance * 60_000);
  };

const checkMerchant = (world: World, call: Call): Merchant | Refusal => {
  const merchant = world.merchants.get(fieldOf(call, "BusinessShortCode"));
  if (merchant === undefined) return merchantDoesNotExist;
  const secret = `${merchant.shortcode}${merchant.passkey}${fieldOf(call, "Timestamp")}`;
  return fieldOf(call, "Password") === Buffer.from(secret).toString("base64") ? merchant : wrongCredentials;
};

const commonRules = (world: World) =>
  [
    ["BusinessShortCode", isShortcode],
    ["Password", isPassword],
    ["Timestamp", timestampRule(world)],
  ] as const;

/** A submit that M-PESA would take, or the answer it gets instead. */
export const checkPush = (world: World, call: Call): Checked<PushOrder> => {
  const unreadable = bodyRefusal(call, "BusinessShortCode");
  if (unreadable) return refused(call, unreadable);
  const url = checkCallbackUrl(call.fields["CallBackURL"], world.switches());
  const invalid = firstInvalid(call, [
    ...commonRules(world),
    ["TransactionType", oneOf("CustomerPayBillOnline", "CustomerBuyGoodsOnline")],
    ["Amount", shillingsBetween(1, AMOUNT_MAX)],
    ["PartyA", isMsisdn],
    ["PartyB", isShortcode],
    ["PhoneNumber", isMsisdn],
    ["CallBackURL", () => url !== "refused"],
    ["AccountReference", (text) => text.trim() !== "" && text.length <= REFERENCE_MAX],
  ]);
  if (invalid !== undefined) return refused(call, invalidField(invalid));
  const description = textOf(call.fields["TransactionDesc"]);
  if (description === undefined || description.length > DESCRIPTION_MAX) return refused(call, invalidField("Remarks"));
  if (url === "silent") return { ok: false, outcome: silence };

  const merchant = checkMerchant(world, call);
  if (typeof merchant === "function") return refused(call, merchant);
  if (fieldOf(call, "TransactionType") !== transactionTypeOf(merchant))
    return refused(call, invalidField("TransactionType"));
  return { ok: true, value: orderFrom(call, merchant) };
};

const orderFrom = (call: Call, merchant: Merchant): PushOrder => ({
  shortcode: merchant.shortcode,
  kind: merchant.kind,
  merchantName: merchant.name,
  partyA: fieldOf(call, "PartyA"),
  partyB: fieldOf(call, "PartyB"),
  receiver: receiverOf(merchant),
  msisdn: fieldOf(call, "PhoneNumber"),
  amount: Number(fieldOf(call, "Amount")),
  reference: fieldOf(call, "AccountReference"),
  description: fieldOf(call, "TransactionDesc"),
  callbackUrl: fieldOf(call, "CallBackURL"),
});

/** The CheckoutRequestID of a query that would be looked up, and the shortcode that asks. */
export const checkQuery = (world: World, call: Call): Checked<{ shortcode: string; checkoutRequestId: string }> => {
  const unreadable = bodyRefusal(call, "BusinessShortCode");
  if (unreadable) return refused(call, unreadable);
  const invalid = firstInvalid(call, [
    ...commonRules(world),
    ["CheckoutRequestID", (text) => /^[\w-]{1,64}$/.test(text)],
  ]);
  if (invalid !== undefined) return refused(call, invalidField(invalid));
  const merchant = checkMerchant(world, call);
  if (typeof merchant === "function") return refused(call, merchant);
  const checkoutRequestId = fieldOf(call, "CheckoutRequestID");
  return { ok: true, value: { shortcode: merchant.shortcode, checkoutRequestId } };
};
