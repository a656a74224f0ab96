/**
 * Money. Inside Malipo an amount is an integer number of cents of a Kenyan shilling and nothing else; floating point
 * never comes near it. Outbound M-PESA amounts are whole shillings, because Daraja takes no cents; inbound amounts may
 * carry cents and are read from their decimal text.
 */
import * as z from "zod";

/** An amount in cents (1/100 KES): a safe, non-negative integer. */
export const Cents = z.int().nonnegative().brand<"Cents">();
export type Cents = z.infer<typeof Cents>;

/** The least and the most that one customer payment may be, in whole shillings (Safaricom's published limits). */
export const PAYMENT_SHILLINGS = { min: 1, max: 250_000 } as const;

/** Whole shillings to cents. Throws a RangeError for anything but a non-negative whole number that stays exact. */
export const shillings = (whole: number): Cents => {
  const parsed = Number.isSafeInteger(whole) ? Cents.safeParse(whole * 100) : null;
  if (!parsed?.success) throw new RangeError("shillings() takes a non-negative whole number");
  return parsed.data;
};

/** Cents as whole shillings. Throws when cents are left over: such an amount can't be sent to M-PESA. */
export const wholeShillings = (cents: Cents): number => {
  if (cents % 100 !== 0) throw new RangeError("the amount is not a whole number of shillings");
  return cents / 100;
};

const DECIMAL = /^(\d{1,13}|\d{1,3}(?:,\d{3}){1,4})(?:\.(\d{1,2})0*)?$/;

/**
 * Reads an amount as M-PESA writes it: `1`, `1.0`, `1.00`, `"1200.50"`, `"1,200.50"`. Null when it is not an amount of
 * whole cents, or is negative, or has separators where no thousands end.
 */
export const readAmount = (value: string | number): Cents | null => {
  const match = DECIMAL.exec(String(value).trim());
  if (!match) return null;
  const [, whole = "", fraction = ""] = match;
  const parsed = Cents.safeParse(Number(whole.replaceAll(",", "")) * 100 + Number(fraction.padEnd(2, "0")));
  return parsed.success ? parsed.data : null;
};
