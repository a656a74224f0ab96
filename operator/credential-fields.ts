/**
 * The fields of the Daraja secret as a person fills them in, and what may be said about them afterwards: which ones are
 * set, and a fingerprint. What must stay true: no value of a field is ever part of a message.
 */
import * as z from "zod";
import { Credentials } from "../functions/daraja/credentials.ts";
import { canonicalJson, sha256Hex } from "../functions/domain/canonical-json.ts";
import { NotDone } from "./refusal.ts";

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

const refuse = (mistakes: readonly string[]): never => {
  throw new NotDone(`Nothing was stored. ${mistakes.join("; ")}.`);
};

const INITIATOR: readonly Field[] = ["initiator_name", "initiator_password"];

/**
 * Checks what was given and makes it storable.
 * @throws NotDone naming every mistaken field, and never what stands in it.
 */
export const storable = (given: unknown): Storable => {
  const read = Given.safeParse(given);
  if (!read.success)
    return refuse(["The credentials are one JSON object whose values are texts; --help lists its fields"]);
  const filled = Object.entries(read.data).filter(([, value]) => value !== "");
  const set = filled.map(([name]) => name).filter(isField);
  const unknown = filled.map(([name]) => name).filter((name) => !isField(name));
  if (unknown.length > 0)
    return refuse([`There is no field ${unknown.join(", ")}; the fields are ${FIELDS.join(", ")}`]);
  const half = INITIATOR.filter((field) => set.includes(field));
  if (half.length === 1) return refuse(["initiator_name and initiator_password go together, or not at all"]);
  const secret = Object.fromEntries(filled);
  const parsed = Credentials.safeParse(secret);
  if (!parsed.success)
    return refuse(parsed.error.issues.map((issue) => `${issue.path.join(".") || "the object"}: ${issue.message}`));
  if (parsed.data.transactionType === "CustomerPayBillOnline" && set.includes("till"))
    return refuse(["till: only for CustomerBuyGoodsOnline; a paybill has none"]);
  const text = canonicalJson(secret);
  return {
    text,
    set: FIELDS.filter((field) => set.includes(field)),
    fingerprint: fingerprint(text),
    credentials: parsed.data,
  };
};
