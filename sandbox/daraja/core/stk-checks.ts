/**
 * What Safaricom checks before an STK push or query is taken, in its order and with its words. The first mistake is the
 * only one reported.
 */
import { checkCallbackUrl } from "./callback-url.ts";
import { silence, type Outcome } from "./exchange.ts";
import { bodyRefusal, textOf, type Call } from "./endpoint.ts";
import { receiverOf, transactionTypeOf, type Merchant } from "./merchants.ts";
import { readNairobiStamp } from "./nairobi-time.ts";
import type { PushOrder } from "./push.ts";
import { invalidField, merchantDoesNotExist, wrongCredentials, type Refusal } from "./refusals.ts";
import type { World } from "./world.ts";

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly outcome: Outcome };

type FieldRule = (text: string) => boolean;

const MSISDN = /^254[17]\d{8}$/;
const REFERENCE_MAX = 12;
const DESCRIPTION_MAX = 100;
const AMOUNT_MAX = 250_000;

const isShortcode: FieldRule = (text) => /^\d{5,7}$/.test(text);
const isPassword: FieldRule = (text) => /^[A-Za-z0-9+/]{20,400}={0,2}$/.test(text);
const isMsisdn: FieldRule = (text) => MSISDN.test(text);
const isAmount: FieldRule = (text) => /^\d{1,6}$/.test(text) && Number(text) >= 1 && Number(text) <= AMOUNT_MAX;

const timestampRule =
  (world: Pick<World, "clock" | "switches">): FieldRule =>
  (text) => {
    const at = readNairobiStamp(text);
    const tolerance = world.switches().timestamp_tolerance_minutes;
    return at !== null && (tolerance === null || Math.abs(at - world.clock.now()) <= tolerance * 60_000);
  };

const firstInvalid = (call: Call, rules: readonly (readonly [string, FieldRule])[]): string | undefined =>
  rules.find(([field, holds]) => !holds(textOf(call.fields[field]) ?? ""))?.[0];

const refused = (call: Call, refusal: Refusal): { ok: false; outcome: Outcome } => ({
  ok: false,
  outcome: refusal(call.requestId),
});

const field = (call: Call, name: string): string => textOf(call.fields[name]) ?? "";

const checkMerchant = (world: World, call: Call): Merchant | Refusal => {
  const merchant = world.merchants.get(field(call, "BusinessShortCode"));
  if (merchant === undefined) return merchantDoesNotExist;
  const secret = `${merchant.shortcode}${merchant.passkey}${field(call, "Timestamp")}`;
  return field(call, "Password") === Buffer.from(secret).toString("base64") ? merchant : wrongCredentials;
};

const commonRules = (world: World) =>
  [
    ["BusinessShortCode", isShortcode],
    ["Password", isPassword],
    ["Timestamp", timestampRule(world)],
  ] as const;

/** A submit that M-PESA would take, or the answer it gets instead. */
export const checkPush = (world: World, call: Call): Checked<PushOrder> => {
  const unreadable = bodyRefusal(call);
  if (unreadable) return refused(call, unreadable);
  const url = checkCallbackUrl(call.fields["CallBackURL"], world.switches());
  const invalid = firstInvalid(call, [
    ...commonRules(world),
    ["TransactionType", (text) => text === "CustomerPayBillOnline" || text === "CustomerBuyGoodsOnline"],
    ["Amount", isAmount],
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
  if (field(call, "TransactionType") !== transactionTypeOf(merchant))
    return refused(call, invalidField("TransactionType"));
  return { ok: true, value: orderFrom(call, merchant) };
};

const orderFrom = (call: Call, merchant: Merchant): PushOrder => ({
  shortcode: merchant.shortcode,
  merchantName: merchant.name,
  partyA: field(call, "PartyA"),
  partyB: field(call, "PartyB"),
  receiver: receiverOf(merchant),
  msisdn: field(call, "PhoneNumber"),
  amount: Number(field(call, "Amount")),
  reference: field(call, "AccountReference"),
  description: field(call, "TransactionDesc"),
  callbackUrl: field(call, "CallBackURL"),
});

/** The CheckoutRequestID of a query that would be looked up, and the shortcode that asks. */
export const checkQuery = (world: World, call: Call): Checked<{ shortcode: string; checkoutRequestId: string }> => {
  const unreadable = bodyRefusal(call);
  if (unreadable) return refused(call, unreadable);
  const invalid = firstInvalid(call, [
    ...commonRules(world),
    ["CheckoutRequestID", (text) => /^[\w-]{1,64}$/.test(text)],
  ]);
  if (invalid !== undefined) return refused(call, invalidField(invalid));
  const merchant = checkMerchant(world, call);
  if (typeof merchant === "function") return refused(call, merchant);
  const checkoutRequestId = field(call, "CheckoutRequestID");
  return { ok: true, value: { shortcode: merchant.shortcode, checkoutRequestId } };
};
