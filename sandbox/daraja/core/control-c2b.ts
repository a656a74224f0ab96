/**
 * Customers who pay from their phone's menu, for people and tests; and the part of the organisation portal that shows and
 * removes registered URLs, which no API does.
 */
import * as z from "zod";
import { REFERENCE_MAX } from "./c2b-checks.ts";
import { invalidBody, listAnswer, noContent, problem } from "./control-answers.ts";
import { route, type Route } from "./control-route.ts";
import { jsonAnswer } from "./exchange.ts";
import { isMsisdn } from "./field-rules.ts";
import { menuPaymentView, type MenuOrder } from "./menu-payment.ts";
import { payableAs, type Payable } from "./payable.ts";

const WRONG_PIN = "0000";

const MenuPaymentBody = z.strictObject({
  /** What the customer types as business number: a paybill, or a till. */
  shortcode: z.string().regex(/^\d{5,7}$/, "5 to 7 digits"),
  /** What the customer types as account number; none for a till. */
  reference: z.string().max(REFERENCE_MAX).default(""),
  /** Shillings, with cents at most. */
  amount: z.number().min(1).max(250_000).multipleOf(0.01),
  msisdn: z.string().refine(isMsisdn, "12 digits that begin with 2547 or 2541"),
  /** Any four digits pay; `0000` is wrong. */
  pin: z
    .string()
    .regex(/^\d{4}$/, "Four digits")
    .optional(),
});

const pay: Route["run"] = ({ body }, { world }) => {
  const parsed = MenuPaymentBody.safeParse(body);
  if (!parsed.success) return invalidBody(parsed.error.issues);
  const { shortcode, reference, amount, msisdn, pin } = parsed.data;
  const payable = payableAs(world(), shortcode);
  if (payable === undefined)
    return problem(404, "No such business", `Nobody is paid under ${shortcode}. No money moved.`);
  if (payable.kind === "paybill" && reference.trim() === "")
    return problem(400, "An account number is missing", "/reference: A paybill asks for one. No money moved.");
  if (pin === WRONG_PIN) return problem(403, "Wrong PIN", "The payment was not made. No money moved.");
  return jsonAnswer(
    201,
    menuPaymentView(world().menuPayments.take(orderOf(payable, { reference, amount, msisdn })).payment),
  );
};

type Typed = { readonly reference: string; readonly amount: number; readonly msisdn: string };

const orderOf = (payable: Payable, { reference, amount, msisdn }: Typed): MenuOrder => ({
  ...payable,
  msisdn,
  cents: Math.round(amount * 100),
  reference: payable.kind === "till" ? "" : reference,
});

const removeUrls: Route["run"] = ({ id }, { world }) =>
  world().c2bUrls.remove(id)
    ? noContent
    : problem(404, "Nothing is registered", `${id} has no URLs. Nothing was changed.`);

export const c2bRoutes: readonly Route[] = [
  route("POST", /^\/simulator\/c2b$/, pay),
  route("GET", /^\/simulator\/c2b\/urls$/, (_call, { world }) => listAnswer(world().c2bUrls.list())),
  route("DELETE", /^\/simulator\/c2b\/urls\/(\d{1,10})$/, removeUrls),
];
