/**
 * Received texts, kept as they came: packed, then sealed, because they spell phone numbers. Daraja's messages are mostly
 * the same words, so packing starts from a dictionary of them and leaves little more than what differs; that is what
 * keeps a paid payment's item, and the price of writing it, small.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";
import type { PhoneVault } from "./phone-vault.ts";

/**
 * The words of Daraja's messages. Append-only in meaning: what was packed with a dictionary opens with that dictionary
 * alone, so a better one gets a new number here and the old one stays.
 */
const DICTIONARIES: readonly Buffer[] = [
  Buffer.from(
    '{"errorCode":"500.001.1001","errorMessage":"The transaction is being processed"}' +
      '{"ResponseCode":"0","ResponseDescription":"The service request has been accepted successsfully",' +
      '"CustomerMessage":"Success. Request accepted for processing","ResultDesc":"Request cancelled by user' +
      "DS timeout user cannot be reached.The balance is insufficient for the transaction." +
      'The initiator information is invalid.","TransID":"","TransTime":"","TransAmount":"","BusinessShortCode":"",' +
      '"BillRefNumber":"","InvoiceNumber":"","OrgAccountBalance":"","ThirdPartyTransID":"","MSISDN":"","FirstName":""' +
      '{"Body":{"stkCallback":{"MerchantRequestID":"","CheckoutRequestID":"ws_CO_","ResultCode":1032,' +
      '"ResultCode":0,"ResultDesc":"The service request is processed successfully.",' +
      '"CallbackMetadata":{"Item":[{"Name":"Amount","Value":1.00},{"Name":"MpesaReceiptNumber","Value":""},' +
      '{"Name":"Balance"},{"Name":"TransactionDate","Value":2026},{"Name":"PhoneNumber","Value":254712345678}]}}}}',
  ),
];
const CURRENT = 0;

/** Longest text that is unpacked again: callers cap what they receive well below it. */
const LONGEST_TEXT_BYTES = 1_048_576;

export const sealText = (vault: PhoneVault, raw: string, context: string): Promise<Uint8Array> => {
  const packed = deflateRawSync(raw, { level: 9, dictionary: DICTIONARIES[CURRENT] });
  return vault.seal(Buffer.concat([Uint8Array.of(CURRENT), packed]), context);
};

/** Throws when the text was changed or moved to another transaction. */
export const openText = async (vault: PhoneVault, sealed: Uint8Array, context: string): Promise<string> => {
  const opened = await vault.open(sealed, context);
  const dictionary = DICTIONARIES[opened[0] ?? -1];
  if (!dictionary) throw new Error("a sealed text names a dictionary that does not exist; retrying won't help");
  return inflateRawSync(opened.subarray(1), { dictionary, maxOutputLength: LONGEST_TEXT_BYTES }).toString();
};
