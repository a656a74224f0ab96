/** The two ids that M-PESA gives to a push, wherever they are named: push answers, query answers and callbacks. */
import type { PushIds } from "../domain/evidence.ts";
import { textAt } from "./foreign-json.ts";
import type { Foreign } from "./foreign-json.ts";
import { ID_LIMIT } from "./mpesa-fields.ts";

/** The push that `object` is about; null when it does not name a usable CheckoutRequestID. */
export const pushIds = (object: Foreign): PushIds | null => {
  const checkoutId = textAt(object, "CheckoutRequestID");
  const merchantId = textAt(object, "MerchantRequestID") ?? "";
  if (checkoutId === null || checkoutId.length > ID_LIMIT || merchantId.length > ID_LIMIT) return null;
  return { checkoutId, merchantId };
};
