/**
 * Where credentials come from: a person at the terminal, who sees no secret echoed, or one JSON object through a pipe.
 * Nothing else: files, arguments and variables end up in backups, process lists and histories. Only Safaricom's
 * certificate, which is public and many lines long, is read from a file.
 */
import { readFile, stat } from "node:fs/promises";
import type { Readable } from "node:stream";
import { input, password, select } from "@inquirer/prompts";
import { FIELDS } from "./credential-fields.ts";
import type { Field } from "./credential-fields.ts";
import { NotDone } from "./refusal.ts";

export interface CredentialInput {
  /** What was typed or piped, unchecked. @throws NotDone when it was broken off or is too large. */
  read(): Promise<unknown>;
}

const QUESTIONS: Readonly<Record<Field, string>> = {
  consumer_key: "Consumer key (Safaricom's developer portal)",
  consumer_secret: "Consumer secret",
  transaction_type: "What customers pay to",
  shortcode: "Shortcode (the paybill; for a till, the store or head-office number)",
  till: "Till that customers see",
  passkey: "Passkey (by mail from Safaricom after going live)",
  initiator_name: "Initiator name (only for payouts, refunds, balances; empty: none)",
  initiator_password: "Initiator password",
  initiator_certificate: "Path of Safaricom's certificate for this environment (PEM file)",
};

const VISIBLE: ReadonlySet<Field> = new Set(["shortcode", "till", "initiator_name"]);

const KINDS = [
  { name: "a paybill", value: "CustomerPayBillOnline" },
  { name: "a till (buy goods)", value: "CustomerBuyGoodsOnline" },
] as const;

/** Asks for one field; how depends on how secret it is. */
export type Ask = (field: Field) => Promise<string>;

/** More than any certificate needs, in bytes. */
const LONGEST_CERTIFICATE = 12_000;

/** The file's text, or why it is no certificate, as a sentence for whoever typed the path. */
export const readCertificate = async (
  path: string,
): Promise<{ readonly pem: string } | { readonly because: string }> => {
  try {
    const file = await stat(path.trim());
    if (!file.isFile() || file.size > LONGEST_CERTIFICATE)
      return { because: "This is no file, or too large for a certificate." };
    const pem = await readFile(path.trim(), "utf8");
    return /-----BEGIN (?:CERTIFICATE|(?:RSA )?PUBLIC KEY)-----/.test(pem)
      ? { pem }
      : { because: "This file holds no certificate in PEM form, which begins with -----BEGIN CERTIFICATE-----." };
  } catch (fault) {
    const code = fault instanceof Error && "code" in fault ? String(fault.code) : "unknown";
    return { because: `This file can't be read (${code}).` };
  }
};

/** Asks until there is a certificate, or nothing where nothing will do. */
const askCertificate = async (message: string, unless?: ""): Promise<string> => {
  const validate = async (path: string): Promise<true | string> => {
    if (path.trim() === unless) return true;
    const read = await readCertificate(path);
    return "pem" in read ? true : read.because;
  };
  const path = await input({ message, validate });
  if (path.trim() === unless) return "";
  const read = await readCertificate(path);
  if ("pem" in read) return read.pem;
  throw new NotDone(`Nothing was stored. ${read.because}`);
};

const askPerson: Ask = (field) => {
  const message = QUESTIONS[field];
  if (field === "initiator_certificate") return askCertificate(message);
  if (field === "transaction_type") return select({ message, choices: KINDS });
  return VISIBLE.has(field) ? input({ message }) : password({ message, mask: false });
};

/** Whether the answers so far make this question pointless. */
const isPointless = (field: Field, answers: ReadonlyMap<Field, string>): boolean =>
  (field === "till" && answers.get("transaction_type") !== "CustomerBuyGoodsOnline") ||
  ((field === "initiator_password" || field === "initiator_certificate") &&
    answers.get("initiator_name")?.trim() === "");

const answersTo = (ask: Ask, fields: (answers: ReadonlyMap<Field, string>) => readonly Field[]): CredentialInput => ({
  read: async () => {
    const answers = new Map<Field, string>();
    try {
      for (const field of FIELDS) if (fields(answers).includes(field)) answers.set(field, await ask(field));
    } catch (fault) {
      if (fault instanceof Error && fault.name === "ExitPromptError")
        throw new NotDone("Broken off; nothing was stored.");
      throw fault;
    }
    return Object.fromEntries(answers);
  },
});

/** A person's answers, field by field. */
export const typed = (ask: Ask = askPerson): CredentialInput =>
  answersTo(ask, (answers) => FIELDS.filter((field) => !isPointless(field, answers)));

/** What changes in credentials that are in use; which number they are for never does. */
const CHANGEABLE: readonly Field[] = FIELDS.filter(
  (field) => !["transaction_type", "shortcode", "till"].includes(field),
);

const askForChange: Ask = (field) => {
  const message = `${QUESTIONS[field].replace(" (only for payouts, refunds, balances; empty: none)", "")} (empty: as it is)`;
  if (field === "initiator_certificate") return askCertificate(message, "");
  return VISIBLE.has(field) ? input({ message }) : password({ message, mask: false });
};

/** A person's answers to what may change, field by field; an empty one leaves the field as it is. */
export const typedChanges = (ask: Ask = askForChange): CredentialInput => answersTo(ask, () => CHANGEABLE);

/** More than any set of credentials needs. */
const LONGEST = 16_384;

/** One JSON object from a pipe. */
export const piped = (stream: Readable): CredentialInput => ({
  read: async () => {
    let text = "";
    for await (const chunk of stream.setEncoding("utf8")) {
      text += String(chunk);
      if (text.length > LONGEST)
        throw new NotDone(`Nothing was stored: the pipe carries more than ${LONGEST} characters.`);
    }
    try {
      const value: unknown = JSON.parse(text);
      return value;
    } catch {
      throw new NotDone("Nothing was stored: what came through the pipe is not JSON.");
    }
  },
});
