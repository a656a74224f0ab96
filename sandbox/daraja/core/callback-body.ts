/**
 * The body of an STK callback. `Amount` is written with two decimals and `Balance` has no value, as in Safaricom's
 * production; nothing the client chose is in it.
 *
 * Shapes: `usual` is the documented one. `single_item` is a list of one that arrives as a bare object (what an
 * XML-to-JSON bridge makes of it), here the receipt alone. `items_by_position` is the whole list as an object keyed by
 * position. `odd` is what payer 16 sends: `single_item`, then the whole list in another order, both with ResultCode as
 * a string. A list of five cannot arrive as a bare object, so `odd` shows both known shapes instead of inventing one.
 */
import type { Telling } from "./callbacks.ts";
import { nairobiStamp } from "./nairobi-time.ts";
import type { Push } from "./push.ts";
import type { StkResult } from "./results.ts";

type Item = { readonly Name: string; readonly Value?: unknown };

/** What one settlement of a push tells the client; the receipt is null when no money moved. */
export type Settlement = { readonly result: StkResult; readonly receipt: string | null; readonly atMs: number };

const itemsOf = (push: Push, settlement: Settlement): Item[] => {
  const { plan } = push;
  const amount = plan.amount ?? push.amount + (plan.amount_offset ?? 0);
  return [
    { Name: "Amount", Value: amount },
    { Name: "MpesaReceiptNumber", Value: plan.receipt ?? settlement.receipt },
    { Name: "Balance" },
    { Name: "TransactionDate", Value: Number(nairobiStamp(settlement.atMs)) },
    { Name: "PhoneNumber", Value: plan.phone === undefined ? Number(push.msisdn) : plan.phone },
  ];
};

/** `1` becomes `1.00`: the same number, in the form Safaricom writes it and JSON.stringify cannot. */
const withDecimals = (json: string): string =>
  json.replace(/(?<="Name":"Amount","Value":)\d+(\.\d+)?/, (amount) => Number(amount).toFixed(2));

const bodyWith = (push: Push, code: number | string, rest: { text: string; item: unknown }): string => {
  const stkCallback = {
    MerchantRequestID: push.merchantRequestId,
    CheckoutRequestID: push.plan.checkout_request_id ?? push.checkoutRequestId,
    ResultCode: code,
    ResultDesc: rest.text,
    ...(rest.item === null ? {} : { CallbackMetadata: { Item: rest.item } }),
  };
  return withDecimals(JSON.stringify({ Body: { stkCallback } }));
};

/** The bodies to send for one settlement, in order; copies come on top. */
const callbackBodies = (push: Push, settlement: Settlement): string[] => {
  const { shape = "usual", result_code: claimed } = push.plan;
  const code = claimed ?? Number(settlement.result.code);
  const text = settlement.result.callbackText;
  if (settlement.receipt === null && push.plan.receipt === undefined) {
    return [bodyWith(push, shape === "odd" ? String(code) : code, { text, item: null })];
  }
  const items = itemsOf(push, settlement);
  const receiptAlone = items.find(({ Name }) => Name === "MpesaReceiptNumber");
  switch (shape) {
    case "usual":
      return [bodyWith(push, code, { text, item: items })];
    case "single_item":
      return [bodyWith(push, code, { text, item: receiptAlone })];
    case "items_by_position":
      return [bodyWith(push, code, { text, item: Object.fromEntries(items.entries()) })];
    case "odd":
      return [receiptAlone, items.toReversed()].map((item) => bodyWith(push, String(code), { text, item }));
  }
};

/** The callback of one settlement. */
export const pushTelling = (push: Push, settlement: Settlement, changed: () => void): Telling => ({
  plan: push.plan,
  url: push.callbackUrl,
  headers: { Businessshortcode: push.shortcode },
  bodies: () => callbackBodies(push, settlement),
  attempts: push.callbacks,
  changed,
});
