/**
 * The fields of the Daraja secret as a person fills them in, and what may be said about them afterwards: which ones are
 * set, and a fingerprint. What must stay true: no value of a field is ever part of a message.
 */
import * as z from "zod";
import { Credentials, INITIATOR_FIELDS } from "../functions/daraja/credentials.ts";
import { InitiatorUnusable, securityCredential } from "../functions/daraja/security-credential.ts";
import { canonicalJson, sha256Hex } from "../functions/domain/canonical-json.ts";

/** In the order in which they are asked for. */
export const FIELDS = [
  "consumer_key",
  "consumer_secret",
  "transaction_type",
  "shortcode",
  "till",
  "passkey",
  "initiator_name",
  "initiator_password",
  "initiator_certificate",
] as const;
export type Field = (typeof FIELDS)[number];

const isField = (name: string): name is Field => FIELDS.some((field) => field === name);

/** A secret that can be stored: its text, and what it is read as. */
export interface Storable {
  readonly text: string;
  readonly set: readonly Field[];
  readonly fingerprint: string;
  readonly credentials: Credentials;
}

/** What a person typed or piped: text for each field; an empty one counts as left out. */
const Given = z.record(
  z.string(),
  z.union([z.string(), z.int()]).transform((value) => String(value).trim()),
);

/** Without what somebody else may have stored beside the fields, which the gateway does not read either. */
export const knownFields = (secret: unknown): unknown =>
  typeof secret === "object" && secret !== null
    ? Object.fromEntries(Object.entries(secret).filter(([name]) => isField(name)))
    : secret;

const FINGERPRINT_DIGITS = 10;

/** Ten hexadecimal digits of a SHA-256: enough to compare two entries by eye, too few to confirm a guess by. */
const fingerprint = (text: string): string =>
  sha256Hex(text)
    .slice(0, FINGERPRINT_DIGITS)
    .replace(/^(.{5})/, "$1-");

/** What was given, or everything that is wrong with it: sentences that name fields and never what stands in them. */
export type Checked =
  | { readonly ok: true; readonly storable: Storable }
  | { readonly ok: false; readonly mistakes: readonly string[] };

const refuse = (...mistakes: readonly string[]): Checked => ({ ok: false, mistakes });

/** What is wrong with the API operator, whose password must be encryptable; null when nothing is, or there is none. */
const initiatorMistake = ({ initiator, initiatorLacks }: Credentials): string | null => {
  if (initiator === null) {
    if (initiatorLacks.length === INITIATOR_FIELDS.length) return null;
    return `${INITIATOR_FIELDS.join(", ")} go together, or not at all; missing: ${initiatorLacks.join(", ")}`;
  }
  try {
    securityCredential(initiator);
    return null;
  } catch (fault) {
    if (fault instanceof InitiatorUnusable) return fault.message;
    throw fault;
  }
};

/** Checks what was given and makes it storable. */
export const checkFields = (given: unknown): Checked => {
  const read = Given.safeParse(given);
  if (!read.success)
    return refuse("The credentials are one JSON object whose values are texts; --help lists its fields");
  const filled = Object.entries(read.data).filter(([, value]) => value !== "");
  const unknown = filled.map(([name]) => name).filter((name) => !isField(name));
  if (unknown.length > 0) return refuse(`There is no field ${unknown.join(", ")}; the fields are ${FIELDS.join(", ")}`);
  const secret = Object.fromEntries(filled);
  const parsed = Credentials.safeParse(secret);
  if (!parsed.success)
    return refuse(...parsed.error.issues.map((issue) => `${issue.path.join(".") || "the object"}: ${issue.message}`));
  const set = FIELDS.filter((field) => secret[field] !== undefined);
  if (parsed.data.transactionType === "CustomerPayBillOnline" && set.includes("till"))
    return refuse("till: only for CustomerBuyGoodsOnline; a paybill has none");
  const mistake = initiatorMistake(parsed.data);
  if (mistake !== null) return refuse(mistake);
  const text = canonicalJson(secret);
  return { ok: true, storable: { text, set, fingerprint: fingerprint(text), credentials: parsed.data } };
};
