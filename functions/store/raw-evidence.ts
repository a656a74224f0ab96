/**
 * Packs received texts, which are kept as they came. Daraja's messages are mostly the same words, so packing starts from a
 * dictionary of them and leaves little more than what differs; that is what keeps a paid transaction's item, and the price
 * of writing it, small. What is packed here spells phone numbers: the vault (phone-vault.ts) seals it.
 */
import { deflateRawSync, inflateRawSync } from "node:zlib";

/**
 * The words of Daraja's messages, a dictionary for each family of them. Append-only in meaning: what was packed with a
 * dictionary opens with that dictionary alone, so a better one gets a new number here and the old one stays.
 */
const WORDS: readonly Buffer[] = [
  // 0: STK callbacks, C2B confirmations, answers to pushes and queries.
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
  // 1: results of payouts, transaction status and balance, and the answers to their submits. What comes most stands last.
  Buffer.from(
    '{"requestId":"","errorCode":"500.003.02","errorMessage":"Duplicate OriginatorConversationID.System is busy.' +
      'Spike arrest violation."}{"ResponseCode":"0","ResponseDescription":"Accept the service request successfully."}' +
      '{"InitiatorName":"","SecurityCredential":"","CommandID":"BusinessPaymentSalaryPaymentPromotionPayment","Amount":"",' +
      '"PartyA":"","PartyB":"254","Remarks":"","QueueTimeOutURL":"https://","ResultURL":"https://","Occassion":""}' +
      '{"Key":"AccountBalance","Value":"Working Account|KES|0.00|0.00|0.00|0.00&Float Account|KES|' +
      'Utility Account|KES|Charges Paid Account|KES|-Organization Settlement Account|KES|0.00|0.00|0.00|0.00"},' +
      '{"Key":"BOCompletedTime","Value":20200109125710}' +
      '{"Key":"DebitPartyName","Value":""},{"Key":"CreditPartyName","Value":"254"},' +
      '{"Key":"OriginatorConversationID","Value":"pyo_"},{"Key":"InitiatedTime","Value":2026},' +
      '{"Key":"DebitPartyCharges","Value":"Fee For B2C Payment|KES|"},{"Key":"CreditPartyCharges"},' +
      '{"Key":"DebitAccountType","Value":"Utility Account"},{"Key":"TransactionReason"},' +
      '{"Key":"ReasonType","Value":"Business Payment to Customer via API"},' +
      '{"Key":"TransactionStatus","Value":"CompletedDeclinedExpiredCancelledInitiatedAuthorized"},' +
      '{"Key":"FinalisedTime","Value":2026},{"Key":"Amount","Value":1.0},{"Key":"ConversationID","Value":"AG_2026"},' +
      '{"Key":"ReceiptNo","Value":""}]},"ReferenceData":{"ReferenceItem":{"Key":"Occasion","Value":""}}}}' +
      '"ResultCode":2040,"ResultCode":2001,"ResultDesc":"The balance is insufficient for the transaction.' +
      "Credit Party customer type (Unregistered or Registered Customer) can't be supported by the service." +
      "The initiator information is invalid.The security credential is locked." +
      '{"Result":{"ResultType":0,"ResultCode":0,"ResultDesc":"The service request is processed successfully.",' +
      '"OriginatorConversationID":"pyo_","ConversationID":"AG_2026","TransactionID":"",' +
      '"ResultParameters":{"ResultParameter":[{"Key":"TransactionAmount","Value":10},' +
      '{"Key":"TransactionReceipt","Value":""},{"Key":"ReceiverPartyPublicName","Value":"2547 - "},' +
      '{"Key":"TransactionCompletedDateTime","Value":"01.01.2026 12:00:00"},' +
      '{"Key":"B2CUtilityAccountAvailableFunds","Value":1.00},{"Key":"B2CWorkingAccountAvailableFunds","Value":1.00},' +
      '{"Key":"B2CRecipientIsRegisteredCustomer","Value":"Y"},' +
      '{"Key":"B2CChargesPaidAccountAvailableFunds","Value":-1.00}]},"ReferenceData":{"ReferenceItem":' +
      '{"Key":"QueueTimeoutURL","Value":"http://internalapi.safaricom.co.ke/mpesa/b2cresults/v1/submit"}}}}',
  ),
];

/** Longest text that is unpacked again: callers cap what they receive well below it. */
const LONGEST_TEXT_BYTES = 1_048_576;

/** From here on a dictionary ends with the id of the text's transaction: Daraja repeats a payout's own id to us. */
const FIRST_WITH_ID = 1;

/** The dictionary of this number for texts about the transaction `id`; null when there is none. */
const dictionaryOf = (number: number, id: string): Buffer | null => {
  const words = WORDS[number];
  if (!words) return null;
  return number < FIRST_WITH_ID ? words : Buffer.concat([words, Buffer.from(id)]);
};

/**
 * A dictionary and a message fit into a window of 4 KiB. A compressor of zlib's usual size takes 256 KiB, and nearly twice
 * as long for a callback: most of what packing one costs is beginning.
 */
const SMALL = { level: 9, windowBits: 12, memLevel: 5, chunkSize: 4_096 } as const;

/** What is answered with a result, as payouts and refunds are. */
const HAS_RESULTS = /^(pyo|rfd)_/;

/** The number of the dictionary for texts about `id`. */
const familyOf = (id: string): number => (HAS_RESULTS.test(id) ? 1 : 0);

/** The text packed, the number of its dictionary first. `id` is the transaction that the text is about. */
export const packText = (raw: string, id: string): Uint8Array => {
  const number = familyOf(id);
  const dictionary = dictionaryOf(number, id) ?? undefined;
  return Buffer.concat([Uint8Array.of(number), deflateRawSync(raw, { ...SMALL, dictionary })]);
};

/** The text that was packed for the transaction `id`. Throws for anything else. */
export const unpackText = (packed: Uint8Array, id: string): string => {
  const dictionary = dictionaryOf(packed[0] ?? -1, id);
  if (!dictionary) throw new Error("a sealed text names a dictionary that does not exist; retrying won't help");
  return inflateRawSync(packed.subarray(1), { dictionary, maxOutputLength: LONGEST_TEXT_BYTES }).toString();
};
