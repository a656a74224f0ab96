/**
 * The phone of a row. What must stay true: a decimal part is never read as more digits, and a number whose digits are
 * lost is never filled up.
 */
import { parseMsisdn } from "../../domain/msisdn.ts";
import type { Msisdn } from "../../domain/msisdn.ts";
import { bareNumber, FAULTY, isFault, isScientific, ROUNDED } from "./spreadsheet-cell.ts";

export type RowPhone =
  | { readonly ok: true; readonly phone: Msisdn }
  | {
      readonly ok: false;
      readonly code: "phone_missing" | "phone_invalid" | "phone_mangled";
      /** Never spells the number. */
      readonly message: string;
    };

/** `254712345678.0`: what becomes of a number that a program has held as a fraction. */
const ZERO_FRACTION = /^(\+?\d{7,})[.,]0*$/;
/** Any other fraction; the groups of `0712.345.678` are longer. */
const FRACTION = /^\+?\d{7,}[.,]\d{1,2}$/;

/** Reads a phone in any usual spelling, and names what a spreadsheet has done to it. */
export const readRowPhone = (cell: string): RowPhone => {
  const text = bareNumber(cell);
  const refuse = (code: "phone_missing" | "phone_invalid" | "phone_mangled", message: string): RowPhone => ({
    ok: false,
    code,
    message,
  });
  if (isScientific(text)) return refuse("phone_mangled", ROUNDED);
  if (isFault(text)) return refuse("phone_mangled", FAULTY);
  const whole = text.replace(/[\s()-]/g, "").replace(ZERO_FRACTION, "$1");
  if (FRACTION.test(whole))
    return refuse("phone_mangled", "The phone number has a decimal part. Format the column as text and export again.");
  const parsed = parseMsisdn(whole);
  if (parsed.ok) return { ok: true, phone: parsed.msisdn };
  return refuse(parsed.reason === "empty" ? "phone_missing" : "phone_invalid", parsed.message);
};
