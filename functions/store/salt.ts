/**
 * How a sealed value lies: 1 byte that names its key, 16 bytes of salt, the ciphertext, 16 bytes of tag. What must stay
 * true: without the salt nobody opens the value, so whatever may never be deleted keeps it without (docs/adr/0029).
 */

export const ID_BYTES = 1;
export const SALT_BYTES = 16;
export const TAG_BYTES = 16;

/** A sealed value as it may be kept for good: opened only together with the salt that is still on the ledger. */
export const withoutSalt = (sealed: Uint8Array): Uint8Array =>
  Buffer.concat([sealed.subarray(0, ID_BYTES), sealed.subarray(ID_BYTES + SALT_BYTES)]);
