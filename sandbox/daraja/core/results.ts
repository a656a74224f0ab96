/**
 * How an STK push can end, in M-PESA's words. One outcome may read differently in the callback and in the query, which
 * is why clients must compare codes and never texts.
 */
export type StkResult = { readonly code: string; readonly callbackText: string; readonly queryText: string };

const result = (code: string, callbackText: string, queryText = callbackText): StkResult => ({
  code,
  callbackText,
  queryText,
});

export const paid = result("0", "The service request is processed successfully.");
export const insufficientFunds = result("1", "The balance is insufficient for the transaction.");
export const expired = result("1019", "Transaction has expired.");
export const cancelled = result("1032", "Request cancelled by user");
export const unreachable = result("1037", "No response from user.", "DS timeout user cannot be reached.");
export const wrongPin = result("2001", "The initiator information is invalid.");
/** PartyB does not go with the shortcode: a paybill is paid itself, a till through its store number. */
export const notPermitted = result("2028", "The request is not permitted according to product assignment.");
