/**
 * What Safaricom checks before it registers URLs or simulates a payment, in its order and with its words.
 */
import { checkCallbackUrl } from "./callback-url.ts";
import type { C2bUrls } from "./c2b-urls.ts";
import { bodyRefusal, type Call } from "./endpoint.ts";
import { silence } from "./exchange.ts";
import {
  fieldOf,
  firstInvalid,
  isCallbackUrl,
  isMsisdn,
  oneOf,
  refused,
  shillingsBetween,
  type Checked,
} from "./field-rules.ts";
import type { MenuOrder } from "./menu-payment.ts";
import { payableUnder } from "./payable.ts";
import { invalidField } from "./refusals.ts";
import type { World } from "./world.ts";

const AMOUNT_MAX = 250_000;
/** What a phone lets its owner type as account number. */
export const REFERENCE_MAX = 20;

const PAYBILL_COMMAND = "CustomerPayBillOnline";
const TILL_COMMAND = "CustomerBuyGoodsOnline";

type Registration = { readonly shortcode: string; readonly urls: C2bUrls };

/** URLs that would be registered, or the answer they get instead. */
export const checkRegistration = (
  world: Pick<World, "switches" | "organisations">,
  call: Call,
  version: C2bUrls["version"],
): Checked<Registration> => {
  const unreadable = bodyRefusal(call, "ShortCode");
  if (unreadable) return refused(call, unreadable);
  const urlFields = ["ConfirmationURL", "ValidationURL"];
  const invalid = firstInvalid(call, [
    ["ShortCode", (text) => world.organisations.has(text)],
    ["ResponseType", oneOf("Completed", "Cancelled")],
    ...urlFields.map((name) => [name, isCallbackUrl(world.switches())] as const),
  ]);
  if (invalid !== undefined) return refused(call, invalidField(invalid));
  if (urlFields.some((name) => checkCallbackUrl(call.fields[name], world.switches()) === "silent"))
    return { ok: false, outcome: silence };
  const urls: C2bUrls = {
    version,
    responseType: fieldOf(call, "ResponseType") === "Cancelled" ? "Cancelled" : "Completed",
    confirmationUrl: fieldOf(call, "ConfirmationURL"),
    validationUrl: fieldOf(call, "ValidationURL"),
  };
  return { ok: true, value: { shortcode: fieldOf(call, "ShortCode"), urls } };
};

/** A payment that would be simulated, or the answer it gets instead. A till takes no account number. */
export const checkSimulation = (world: Pick<World, "merchants" | "organisations">, call: Call): Checked<MenuOrder> => {
  const unreadable = bodyRefusal(call, "ShortCode");
  if (unreadable) return refused(call, unreadable);
  const payable = payableUnder(world, fieldOf(call, "ShortCode"));
  const isTill = payable?.kind === "till";
  const reference = fieldOf(call, "BillRefNumber");
  const invalid = firstInvalid(call, [
    ["ShortCode", () => payable !== undefined],
    ["CommandID", oneOf(isTill ? TILL_COMMAND : PAYBILL_COMMAND)],
    ["Amount", shillingsBetween(1, AMOUNT_MAX)],
    ["Msisdn", isMsisdn],
    ["BillRefNumber", (text) => (isTill ? text === "" : text.trim() !== "" && text.length <= REFERENCE_MAX)],
  ]);
  if (invalid !== undefined || payable === undefined) return refused(call, invalidField(invalid ?? "ShortCode"));
  const cents = Number(fieldOf(call, "Amount")) * 100;
  return { ok: true, value: { ...payable, msisdn: fieldOf(call, "Msisdn"), cents, reference } };
};
