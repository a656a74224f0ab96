/**
 * What a scrap of text at hand can mean to an auditor, likeliest first. What must stay true: each reading is one place to
 * look in, so an answer takes as few requests as its text allows; a text that fits two readings is found under both.
 */
import { isTransactionId } from "./ids.ts";
import { parseMsisdn } from "./msisdn.ts";

/** `mpesa_id`: M-PESA's own name for it, a CheckoutRequestID or a ConversationID. */
export const READINGS = ["id", "receipt", "phone", "reference", "mpesa_id"] as const;
export type Reading = (typeof READINGS)[number];

const MPESA_ID = /^(ws_CO_|AG_)/i;
/** What M-PESA prints today: ten letters and digits, a letter first. */
const RECEIPT = /^[a-z][a-z0-9]{9}$/i;
/** What any receipt can look like, today's or another time's. */
const COULD_BE_RECEIPT = /^(?=.*[a-z])[a-z0-9]{8,20}$/i;

/** Every reading of `text`, likeliest first: where the first finds something, the others are not looked at. */
export const readingsOf = (text: string): readonly Reading[] => {
  if (isTransactionId(text)) return ["id"];
  if (MPESA_ID.test(text)) return ["mpesa_id", "reference"];
  if (parseMsisdn(text).ok) return ["phone", "reference"];
  if (RECEIPT.test(text)) return ["receipt", "reference", "mpesa_id"];
  return COULD_BE_RECEIPT.test(text) ? ["reference", "receipt", "mpesa_id"] : ["reference", "mpesa_id"];
};
