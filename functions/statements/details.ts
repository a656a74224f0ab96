/**
 * What the Details of a line say besides what kind it is: who is on the other side, and the account number that the payer
 * typed. What must stay true: the payer's own text is taken exactly as it stands, whatever it holds, because it may hold
 * anything, our own separators included.
 *
 * Shapes, from files that businesses have shared: `Pay Bill from 25470****111 - ALICE EXAMPLE Acc. 850060`, `Merchant Pay
 * Utility Received from 1234567 - FAKE TECH Acc. dave`, `FSI to Pay Bill by 999002 - MOCK BANK Acc. Frank via WEB by MOCK
 * BANK\\User1`, `Business Payment to Customer via API to 25470****149 - BOB SAMPLE. Original conversation ID is AG_1`.
 */
import { readPayerPhone } from "../domain/payer-phone.ts";
import type { PayerPhone } from "../domain/payer-phone.ts";
import type { StatementLine } from "../domain/statement-line.ts";

export type Party = NonNullable<StatementLine["party"]>;

export interface Details {
  /** What happened, without who and for which account: `Pay Bill Online`. */
  readonly action: string;
  readonly party: Party | null;
  readonly reference: string | null;
}

/** A phone in any form or an organisation's number, then a hyphen. */
const PARTY = /\s(from|by|to)\s+(?=[0-9a-f*+])([0-9*xX+ ]{3,24}|[0-9a-fA-F]{64})\s*-(?=\s|$)\s*/i;
const ACCOUNT = /(?:^|\s)Acc[.] ?/;
/** Who keyed a transfer between organisations in: `via WEB by ...`. */
const KEYED_BY = /(?:^|\s+)via\s+\S+\s+by\s.*$/is;
const CONVERSATION = /[.]?\s*Original conversation ID is .*$/is;
/** Masked, hashed or whole. An organisation's number is at most seven digits and nobody's phone. */
const PHONE = /^(?:\+?[\dxX*\s]*[xX*][\dxX*\s]*|\+?\d{9,15}|[0-9a-fA-F]{64})$/;

const phoneOf = (text: string): PayerPhone | null => (PHONE.test(text) ? readPayerPhone(text) : null);

const textOrNull = (text: string): string | null => (text.trim() === "" ? null : text);

/** Reads `25470****111 - ALICE EXAMPLE`; an organisation's number stays in its name. Null for an empty text. */
export const readParty = (text: string): Party | null => {
  const written = text.trim();
  if (written === "") return null;
  const [number = "", ...rest] = written.split(/\s+-(?:\s+|$)/);
  const phone = phoneOf(number);
  return phone === null ? { phone, name: written } : { phone, name: rest.join(" - ").trim() };
};

/** Reads the Details of a line. Never fails: what it can't tell is null. */
export const readDetails = (text: string): Details => {
  const found = PARTY.exec(text);
  if (!found) return { action: text.replace(CONVERSATION, "").trim(), party: null, reference: null };
  const [whole, joint = "", number = ""] = found;
  const action = text.slice(0, found.index).trim();
  const rest = text.slice(found.index + whole.length);
  const account = ACCOUNT.exec(rest);
  if (!account)
    return { action, party: readParty(`${number.trim()} - ${rest.replace(CONVERSATION, "")}`), reference: null };
  const typed = rest.slice(account.index + account[0].length);
  return {
    action,
    party: readParty(`${number.trim()} - ${rest.slice(0, account.index)}`),
    // After `from` stands a payer, who may have typed such words.
    reference: textOrNull(joint.toLowerCase() === "from" ? typed : typed.replace(KEYED_BY, "")),
  };
};
