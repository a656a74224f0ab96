/**
 * Whether two ways to write a payer's number can mean the same number. What must stay true: they agree only where both
 * show enough of it to mean something, and where one shows nothing that the other does, they are silent.
 */
import { isPayer } from "../domain/payer-phone.ts";
import type { PayerPhone } from "../domain/payer-phone.ts";
import { sha256Hex } from "../domain/canonical-json.ts";

/** Fewer digits at the end are shared by too many to say anything. */
const TAIL_DIGITS = 3;

type Masked = Extract<PayerPhone, { readonly form: "masked" }>;
type Agreement = "agrees" | "contradicts" | "silent";

/** The head with the country's code in place of the zero. */
const abroad = (head: string): string => (head.startsWith("0") ? `254${head.slice(1)}` : head);

const maskedAgree = (a: Masked, b: Masked): Agreement => {
  const [headA, headB] = [abroad(a.head), abroad(b.head)];
  const heads = headA.startsWith(headB) || headB.startsWith(headA);
  const tails = a.tail.endsWith(b.tail) || b.tail.endsWith(a.tail);
  if (!heads || !tails) return "contradicts";
  return Math.min(a.tail.length, b.tail.length) >= TAIL_DIGITS ? "agrees" : "silent";
};

/** What two forms say about each other; the same whichever comes first. */
export const phonesAgree = (a: PayerPhone | null, b: PayerPhone | null): Agreement => {
  if (a === null || b === null || a.form === "opaque" || b.form === "opaque") return "silent";
  if (a.form === "plain" || b.form === "plain") {
    const [whole, other] = a.form === "plain" ? [a, b] : [b, a];
    if (whole.form !== "plain" || isPayer(other, whole.msisdn) === "no") return "contradicts";
    return phoneKeys(other).length === 0 ? "silent" : "agrees";
  }
  if (a.form === "masked" && b.form === "masked") return maskedAgree(a, b);
  if (a.form === "sha256" && b.form === "sha256") return a.hash === b.hash ? "agrees" : "contradicts";
  return "silent";
};

/** Two numbers that agree have one of these in common: what to look them up by. */
export const phoneKeys = (phone: PayerPhone | null): readonly string[] => {
  switch (phone?.form) {
    case "plain":
      return [phone.msisdn.slice(-TAIL_DIGITS), sha256Hex(phone.msisdn)];
    case "masked":
      return phone.tail.length >= TAIL_DIGITS ? [phone.tail.slice(-TAIL_DIGITS)] : [];
    case "sha256":
      return [phone.hash];
    case "opaque":
    case undefined:
      return [];
  }
};
