/**
 * How a payout, a reversal or a question can end, in M-PESA's words. A 2001 here is about the organisation's initiator,
 * not about anybody's PIN.
 */
export type MpesaResult = { readonly code: string; readonly text: string };

const result = (code: string, text: string): MpesaResult => ({ code, text });

export const processed = result("0", "The service request is processed successfully.");
export const floatTooLow = result("1", "The balance is insufficient for the transaction.");
export const notAllowed = result("21", "The initiator is not allowed to initiate this request.");
export const initiatorInvalid = result("2001", "The initiator information is invalid.");
export const transactionUnknown = result("2032", "The transaction does not exist.");
export const receiverNotRegistered = result(
  "2040",
  "Credit Party customer type (Unregistered or Registered Customer) can't be supported by the service.",
);
export const credentialLocked = result("8006", "The security credential is locked.");
/** A reversal of more than was paid. */
export const notPermitted = result("2028", "The request is not permitted according to product assignment.");
export const alreadyReversed = result("R000001", "The transaction has already been reversed.");
export const originalInvalid = result("R000002", "The OriginalTransactionID is invalid.");
