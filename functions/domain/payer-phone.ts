/**
 * A payer's number as M-PESA names it: whole, masked, hashed, or a mixture of the last two. What must stay true: it is
 * kept as what it is, never parsed as a number and never completed by guessing; two forms of one number may agree or
 * contradict each other, and a form that says too little does neither.
 *
 * Every form is personal data. So is a hash: Kenya has 200 million mobile numbers, which anybody can hash in minutes.
 */
import { createHash } from "node:crypto";
import { maskMsisdn, parseMsisdn } from "./msisdn.ts";
import type { Msisdn } from "./msisdn.ts";

export type PayerPhone =
  | { readonly form: "plain"; readonly msisdn: Msisdn }
  /** The digits at both ends; the country code or the zero in front as it was written. */
  | { readonly form: "masked"; readonly head: string; readonly tail: string }
  /** 64 hexadecimal digits, lower case: SHA-256 of the whole number. */
  | { readonly form: "sha256"; readonly hash: string }
  /** A hash with digits in the middle of it, as tills have shown it: good for nothing but to be kept. */
  | { readonly form: "opaque"; readonly text: string };

/** `yes`: they can be nothing but one number. `maybe`: nothing contradicts it. `no`: they are two. */
export type Agreement = "yes" | "maybe" | "no";

/** Longer than any form that was seen. */
const MOST_CHARACTERS = 128;
const SHA256 = /^[0-9a-f]{64}$/i;
const MASKED = /^\+?(\d{2,6})\s*(?:[*xX]\s*){2,8}(\d{2,4})$/;
const DIGITS = /^\+?\d{9,15}$/;

/** Reads any form; null for an empty text. Total. */
export const readPayerPhone = (text: string): PayerPhone | null => {
  const written = text.trim().slice(0, MOST_CHARACTERS);
  if (written === "") return null;
  if (SHA256.test(written)) return { form: "sha256", hash: written.toLowerCase() };
  const [, head, tail] = MASKED.exec(written) ?? [];
  if (head !== undefined && tail !== undefined) return { form: "masked", head, tail };
  const whole = DIGITS.test(written) ? parseMsisdn(written) : null;
  return whole?.ok ? { form: "plain", msisdn: whole.msisdn } : { form: "opaque", text: written };
};

/** The ways in which a number is written before it is masked or hashed. */
const spellings = (msisdn: Msisdn): readonly string[] => {
  const national = msisdn.slice(3);
  return [msisdn, `0${national}`, national];
};

const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");

/**
 * Whether `payer` is the number `msisdn`. A masked form never says `yes`, because other numbers have the same ends.
 */
export const isPayer = (payer: PayerPhone, msisdn: Msisdn): Agreement => {
  switch (payer.form) {
    case "plain":
      return payer.msisdn === msisdn ? "yes" : "no";
    case "sha256":
      return spellings(msisdn).some((whole) => sha256(whole) === payer.hash) ? "yes" : "no";
    case "masked": {
      const { head, tail } = payer;
      return spellings(msisdn).some((whole) => whole.startsWith(head)) && msisdn.endsWith(tail) ? "maybe" : "no";
    }
    case "opaque":
      return "maybe";
  }
};

type Masked = Extract<PayerPhone, { form: "masked" }>;

/** What a masked form shows after the country code or the zero. */
const nationalHead = ({ head }: Masked): string => (head === "25" ? "" : head.replace(/^(?:254|0)/, ""));

const overlap = (one: Masked, other: Masked): boolean => {
  const [first, second] = [nationalHead(one), nationalHead(other)];
  const heads = first.startsWith(second) || second.startsWith(first);
  return heads && (one.tail.endsWith(other.tail) || other.tail.endsWith(one.tail));
};

/**
 * Whether two forms are one number, such as a callback's and a statement's. Two hashes that differ may be of two
 * spellings, so they contradict nothing.
 */
export const samePayer = (one: PayerPhone, other: PayerPhone): Agreement => {
  if (one.form === "plain") return isPayer(other, one.msisdn);
  if (other.form === "plain") return isPayer(one, other.msisdn);
  if (one.form === "sha256" && other.form === "sha256") return one.hash === other.hash ? "yes" : "maybe";
  if (one.form === "masked" && other.form === "masked") return overlap(one, other) ? "maybe" : "no";
  return "maybe";
};

/** What may be shown of it: `2547*****678`, at most four digits in front and three behind. Null when it has no digits. */
export const maskPayer = (payer: PayerPhone): string | null => {
  switch (payer.form) {
    case "plain":
      return maskMsisdn(payer.msisdn);
    case "masked":
      return `${payer.head.slice(0, 4)}*****${payer.tail.slice(-3)}`;
    case "sha256":
    case "opaque":
      return null;
  }
};
