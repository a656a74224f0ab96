/**
 * The envelope in which M-PESA answers later: `{"Result": {...}}`, the same for payouts, questions about payouts and
 * balances. What must stay true: any text gives an answer and none throws; parameters are read by name, because their
 * order and number vary.
 */
import { parseMsisdn } from "../domain/msisdn.ts";
import type { Msisdn } from "../domain/msisdn.ts";
import { member, objectAt, parseForeign, textAt } from "./foreign-json.ts";
import type { Foreign } from "./foreign-json.ts";
import { ID_LIMIT, namedValues } from "./mpesa-fields.ts";

export interface ResultEnvelope {
  /** ResultCode as text. */
  readonly code: string;
  /** ResultDesc, as it came. */
  readonly words: string | null;
  /** The conversation that this result belongs to: of a question it is the question's, not the payout's. */
  readonly conversationId: string | null;
  /** A receipt, or a placeholder. */
  readonly transactionId: string | null;
  /** ResultParameters by name in lower case; null where a name is there twice with two values. */
  readonly parameters: ReadonlyMap<string, string | null>;
}

export type ReadEnvelope =
  | { readonly readable: true; readonly envelope: ResultEnvelope }
  /** It proves nothing; `because` completes "the result can't be read:". */
  | { readonly readable: false; readonly because: string };

/** A name that M-PESA gave to something; null when it is no usable one. */
export const conversation = (id: string | null | undefined): string | null =>
  id === null || id === undefined || id.length > ID_LIMIT ? null : id;

const parametersOf = (result: Foreign): ReadonlyMap<string, string | null> => {
  const parameters = objectAt(result, "ResultParameters");
  return namedValues(parameters && member(parameters, "ResultParameter"), "Key");
};

/** Reads the body of a result. Total: every string has an answer. */
export const readEnvelope = (body: string): ReadEnvelope => {
  const outer = parseForeign(body);
  const result = outer && objectAt(outer, "Result");
  if (!result) return { readable: false, because: "it is not a result" };
  const code = textAt(result, "ResultCode");
  if (code === null) return { readable: false, because: "it has no ResultCode" };
  const envelope: ResultEnvelope = {
    code,
    words: textAt(result, "ResultDesc"),
    conversationId: conversation(textAt(result, "ConversationID")),
    transactionId: textAt(result, "TransactionID"),
    parameters: parametersOf(result),
  };
  return { readable: true, envelope };
};

/** The phone of a party, which M-PESA writes as `254705912645 - NAME` or `0113638169 - Name`; null when it is masked. */
export const partyPhone = (party: string): Msisdn | null => {
  const [phone = ""] = party.split(" - ", 1);
  const parsed = parseMsisdn(phone);
  return parsed.ok ? parsed.msisdn : null;
};
