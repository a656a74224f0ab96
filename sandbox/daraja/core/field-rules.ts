/**
 * What the fields of a Daraja request must look like, whatever the product, and which field is the first that does not.
 * Safaricom reports one mistake at a time, in the order of its own checks.
 */
import { checkCallbackUrl } from "./callback-url.ts";
import { textOf, type Call } from "./endpoint.ts";
import type { Outcome } from "./exchange.ts";
import type { Refusal } from "./refusals.ts";
import type { Switches } from "./switches.ts";

export type Checked<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly outcome: Outcome };

/** Holds for the field's text; an absent field is the empty text. */
export type FieldRule = (text: string) => boolean;
export type FieldRules = readonly (readonly [field: string, rule: FieldRule])[];

const MSISDN = /^254[17]\d{8}$/;

export const isShortcode: FieldRule = (text) => /^\d{5,7}$/.test(text);
export const isMsisdn: FieldRule = (text) => MSISDN.test(text);

export const isReceipt: FieldRule = (text) => /^[A-Za-z0-9]{10}$/.test(text);

/** A whole number of shillings, written in digits alone. */
export const shillingsBetween =
  (min: number, max: number): FieldRule =>
  (text) =>
    /^\d{1,6}$/.test(text) && Number(text) >= min && Number(text) <= max;

export const lengthBetween =
  (min: number, max: number): FieldRule =>
  (text) =>
    text.trim().length >= min && text.length <= max;

export const oneOf =
  (...values: readonly string[]): FieldRule =>
  (text) =>
    values.includes(text);

/** A callback URL that Daraja does not refuse; one with a space in it is met with silence later. */
export const isCallbackUrl =
  (switches: Pick<Switches, "url_words">): FieldRule =>
  (text) =>
    checkCallbackUrl(text, switches) !== "refused";

/** The field as text, be it a JSON string or a number. */
export const fieldOf = (call: Pick<Call, "fields">, name: string): string => textOf(call.fields[name]) ?? "";

/** The first field that breaks its rule. */
export const firstInvalid = (call: Pick<Call, "fields">, rules: FieldRules): string | undefined =>
  rules.find(([name, holds]) => !holds(fieldOf(call, name)))?.[0];

/** The request stops here, with this refusal. */
export const refused = (call: Call, refusal: Refusal): { ok: false; outcome: Outcome } => ({
  ok: false,
  outcome: refusal(call.requestId),
});
