/**
 * Keeps phone numbers, and the texts that spell them, out of clear storage: a keyed hash to find them by and
 * authenticated encryption to read them back. What must stay true: the hash key never changes, or nobody is found any
 * more; a sealed value opens only in the place (`context`) that it was sealed for.
 *
 * The sealing key may rotate. The secret starts as `{"current": K1}`. To rotate it, store
 * `{"current": K2, "previous": K1, "hash": K1}`: `hash` keeps naming the first key for as long as the table lives, and
 * this module refuses a secret with `previous` but without `hash`, so that the hash key can't rotate by accident.
 */
import { createCipheriv, createDecipheriv, createHmac, hkdfSync, randomBytes } from "node:crypto";
import * as z from "zod";

const SecretText = z
  .object({ current: z.string().min(32), previous: z.string().min(32).optional(), hash: z.string().min(32).optional() })
  .refine((secret) => secret.previous === undefined || secret.hash !== undefined, {
    message: "a secret with `previous` must carry the first key ever used as `hash`, or no phone number is found again",
  });

interface SealKey {
  /** First byte of everything sealed with it. */
  readonly id: number;
  readonly bytes: Uint8Array;
}

export interface PhoneKeys {
  readonly hashKey: Uint8Array;
  readonly sealKey: SealKey;
  readonly previous: SealKey | null;
}

export interface PhoneVault {
  /** HMAC-SHA256 cut to 128 bits, base64url (22 characters). The same for every storefront. */
  hash(text: string): Promise<string>;
  /** AES-256-GCM: 1 byte key id, 12 bytes nonce, the ciphertext, 16 bytes tag. */
  seal(plain: Uint8Array, context: string): Promise<Uint8Array>;
  /** Throws `SealBroken` when the value was changed, moved to another context, or sealed with a key that is gone. */
  open(sealed: Uint8Array, context: string): Promise<Uint8Array>;
}

export class SealBroken extends Error {
  constructor(cause?: unknown) {
    super("a sealed value does not open: it was changed or moved, or its key is gone. Retrying won't help.", { cause });
    this.name = "SealBroken";
  }
}

const NONCE_BYTES = 12;
const TAG_BYTES = 16;

const derive = (secret: string, purpose: string, length: number): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", secret, "", `malipo/${purpose}`, length));

const sealKey = (secret: string): SealKey => ({
  id: derive(secret, "phone-seal-id", 1)[0] ?? 0,
  bytes: derive(secret, "phone-seal", 32),
});

/** The secret as it is stored, and the keys that are made of it. Issues name the field, never its value. */
export const PhoneKeysSecret = SecretText.transform((secret): PhoneKeys => ({
  hashKey: derive(secret.hash ?? secret.current, "phone-hash", 32),
  sealKey: sealKey(secret.current),
  previous: secret.previous === undefined ? null : sealKey(secret.previous),
}));

const decrypt = (key: SealKey, sealed: Uint8Array, context: string): Uint8Array => {
  const decipher = createDecipheriv("aes-256-gcm", key.bytes, sealed.subarray(1, 1 + NONCE_BYTES), {
    authTagLength: TAG_BYTES,
  });
  decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(1 + NONCE_BYTES, -TAG_BYTES)), decipher.final()]);
};

export const createPhoneVault = (keys: () => Promise<PhoneKeys>): PhoneVault => ({
  hash: async (text) => {
    const { hashKey } = await keys();
    return createHmac("sha256", hashKey).update(text).digest().subarray(0, 16).toString("base64url");
  },
  seal: async (plain, context) => {
    const key = (await keys()).sealKey;
    const nonce = randomBytes(NONCE_BYTES);
    const cipher = createCipheriv("aes-256-gcm", key.bytes, nonce, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(context));
    return Buffer.concat([Uint8Array.of(key.id), nonce, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  },
  open: async (sealed, context) => {
    const { sealKey: current, previous } = await keys();
    let cause: unknown;
    for (const key of [current, previous]) {
      if (!key || key.id !== sealed[0]) continue;
      try {
        return decrypt(key, sealed, context);
      } catch (error) {
        cause = error;
      }
    }
    throw new SealBroken(cause);
  },
});
