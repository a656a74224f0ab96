/**
 * Masking: what may be logged. Every log line, and every text shown to somebody who need not know, passes through here,
 * so nobody has to remember it. Phone numbers keep their first and last digits, secrets keep nothing.
 * What must stay true: masking what is masked changes nothing; receipts, amounts, times, shortcodes and Malipo's own ids
 * stay readable, because a log that says nothing is no log.
 */
import { maskPhonesIn } from "./phone-masking.ts";
import { maskSecretsIn } from "./secret-masking.ts";

/** Masks every secret and every Kenyan phone number in a text, however they are spelled. */
export const maskText = (text: string): string => maskPhonesIn(maskSecretsIn(text));
