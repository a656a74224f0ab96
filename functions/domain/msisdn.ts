/**
 * Kenyan mobile numbers. People write them in every way there is, and paste them from messages, contact cards and
 * spreadsheets; inside Malipo there is one form. What must stay true: a number is never refused for its operator's
 * prefix, because numbers move between operators, and never repaired by guessing a digit.
 */
import * as z from "zod";
import { fold, INVISIBLE } from "./characters.ts";

/** Twelve digits, `254` then `7` or `1` and eight more. */
export const Msisdn = z
  .string()
  .regex(/^254[17]\d{8}$/)
  .brand<"Msisdn">();
export type Msisdn = z.infer<typeof Msisdn>;

/** `254708374149` -> `2547*****149`. */
export const maskMsisdn = (msisdn: Msisdn): string => `${msisdn.slice(0, 4)}*****${msisdn.slice(-3)}`;

export type MsisdnReason =
  | "empty"
  | "too_long"
  | "not_a_number"
  | "too_short"
  | "too_long_number"
  | "not_kenyan"
  | "not_mobile";

export type ParsedMsisdn =
  | { readonly ok: true; readonly msisdn: Msisdn }
  /** `message` says what to do about it and never repeats the text. */
  | { readonly ok: false; readonly reason: MsisdnReason; readonly message: string };

/** The longest text that is read as a phone number, in UTF-16 units. */
export const MSISDN_TEXT_LIMIT = 64;

const MESSAGES: Readonly<Record<MsisdnReason, string>> = {
  empty: "The phone number is empty. Write a Kenyan mobile number such as 0712345678 or 254712345678.",
  too_long: `The text is longer than ${MSISDN_TEXT_LIMIT} characters. Send the phone number alone.`,
  not_a_number: "This is not a phone number. Use digits, with spaces, hyphens, brackets or a leading + where you like.",
  too_short: "The phone number has too few digits. A Kenyan mobile number has nine digits after 0 or 254.",
  too_long_number: "The phone number has too many digits. A Kenyan mobile number has nine digits after 0 or 254.",
  not_kenyan: "The phone number is not Kenyan. M-PESA in Kenya serves numbers that begin with +254.",
  not_mobile: "This is not a mobile number. Kenyan mobile numbers begin with 07, 01, 2547 or 2541.",
};

const refuse = (reason: MsisdnReason): ParsedMsisdn => ({ ok: false, reason, message: MESSAGES[reason] });

const INVISIBLES = new RegExp(INVISIBLE, "g");
const SEPARATORS = /[\s().[\]/~-]/g;
const DIGITS = /^(\+*)(\d+)$/;
const NATIONAL = 9;

/**
 * What follows the country's code and the trunk's zero, each of which may be there, missing, or written twice
 * (`+254 0712...`, `254 254 712...`); `prefixed` says whether anything was taken off.
 */
const nationalPart = (digits: string): { readonly national: string; readonly prefixed: boolean } => {
  let national = digits.replace(/^0{2,3}(?=254)/, "");
  for (let round = 0; round < 3 && national.length > NATIONAL; round += 1) {
    if (national.startsWith("254")) national = national.slice(3);
    else if (national.startsWith("0") && !national.startsWith("00")) national = national.slice(1);
  }
  return { national, prefixed: national.length < digits.length };
};

/** Why a national part that is not a mobile number is not one. */
const reasonFor = (national: string, prefixed: boolean): MsisdnReason => {
  if (national.startsWith("00")) return "not_kenyan";
  const rest = national.replace(/^(?:254|0)/, "");
  const known = prefixed || rest.length < national.length;
  if (/^[17]/.test(rest)) {
    if (rest.length < NATIONAL) return "too_short";
    return known || rest.length === NATIONAL + 1 ? "too_long_number" : "not_kenyan";
  }
  if (rest.length < 7) return "too_short";
  if (!known && rest.length > NATIONAL) return "not_kenyan";
  return rest.length > NATIONAL + 1 ? "too_long_number" : "not_mobile";
};

/**
 * Reads a Kenyan mobile number however it is spelled: `0712 345 678`, `+254-712-345678`, `tel:+254(0)712345678`,
 * `00254...`, doubled prefixes, digits of other scripts, invisible marks. Never throws. It asks no operator's prefix:
 * whether the line has M-PESA only M-PESA knows.
 */
export const parseMsisdn = (text: string): ParsedMsisdn => {
  if (text.length > MSISDN_TEXT_LIMIT) return refuse("too_long");
  const visible = fold(text).replace(INVISIBLES, "").trim();
  const bare = visible.replace(/^tel:/i, "").replace(SEPARATORS, "");
  if (bare === "") return refuse(visible === "" ? "empty" : "not_a_number");
  const match = DIGITS.exec(bare);
  if (!match) return refuse("not_a_number");
  const [, plus = "", digits = ""] = match;
  // After a plus comes a country, and none of them begins with a zero.
  if (plus !== "" && !/^0*254/.test(digits) && !digits.startsWith("0")) return refuse("not_kenyan");
  const { national, prefixed } = nationalPart(digits);
  const parsed = Msisdn.safeParse(`254${national}`);
  return parsed.success ? { ok: true, msisdn: parsed.data } : refuse(reasonFor(national, prefixed));
};
