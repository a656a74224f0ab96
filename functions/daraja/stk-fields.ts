/**
 * The parts that push answers, query answers and callbacks share: the push's two ids, and M-PESA's reason for a failure
 * made safe to keep.
 */
import type { Failure, PushIds } from "../domain/evidence.ts";
import type { FailureCode } from "../domain/failures.ts";
import { maskText } from "../domain/masking.ts";
import { textAt } from "./foreign-json.ts";
import type { Foreign } from "./foreign-json.ts";

/** Longer than any id that was ever seen (about 40), short enough to keep. */
const ID_LIMIT = 100;
const DESCRIPTION_LIMIT = 200;

/** The push that `object` is about; null when it does not name a usable CheckoutRequestID. */
export const pushIds = (object: Foreign): PushIds | null => {
  const checkoutId = textAt(object, "CheckoutRequestID");
  const merchantId = textAt(object, "MerchantRequestID") ?? "";
  if (checkoutId === null || checkoutId.length > ID_LIMIT || merchantId.length > ID_LIMIT) return null;
  return { checkoutId, merchantId };
};

/** `[STK_CB - ]`, `[MpesaCB - ]`, `[Controller - ]`: the part of M-PESA that spoke, in front of what it said. */
const SPEAKER = /^(?:\[[^\]]{1,30}\]\s*)+/;

/** M-PESA's own words without personal data, bounded; null when it said nothing. */
export const description = (text: string | null): string | null => {
  if (text === null) return null;
  const words = maskText(text.slice(0, 4 * DESCRIPTION_LIMIT).replace(SPEAKER, "")).trim();
  return words === "" ? null : words.slice(0, DESCRIPTION_LIMIT);
};

/** A failure in our words and in M-PESA's. */
export const failure = (
  code: FailureCode,
  said: { readonly code: string | null; readonly words: string | null },
): Failure => ({
  code,
  resultCode: said.code === null ? null : maskText(said.code.slice(0, ID_LIMIT)),
  resultDesc: description(said.words),
});
