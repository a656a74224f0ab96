/**
 * Keeps phone numbers, and the texts that spell them, out of clear storage: a keyed hash to find them by and
 * authenticated encryption to read them back. What must stay true: the hash key never changes, or nobody is found any
 * more; a sealed value opens only in the place (`context`) that it was sealed for, and only together with its salt.
 *
 * Every value has a key of its own, made of the secret and a random salt that lies in front of the value. What is kept where
 * nothing can ever be deleted is kept without its salt (salt.ts), so whoever takes the salt from the ledger has
 * erased every copy (docs/adr/0029).
 *
 * The sealing key may rotate. The secret starts as `{"current": K1}`. `rotatedPhoneKeys` makes
 * `{"current": K2, "previous": K1, "hash": K1}` of it, then `{"current": K3, "previous": K2, "older": [K1], "hash": K1}`:
 * every key that ever sealed something stays, and `hash` keeps naming the first for as long as the table lives. A secret with
 * `previous` but without `hash` is refused, so that the hash key can't rotate by accident. What does not open is tried again
 * with keys looked at afresh, because somebody else may know a newer key already.
 */
import { createCipheriv, createDecipheriv, createHmac, createSecretKey, hkdfSync, randomBytes } from "node:crypto";
import type { KeyObject } from "node:crypto";
import * as z from "zod";
import { packText, unpackText } from "./raw-evidence.ts";
import { ID_BYTES, SALT_BYTES, TAG_BYTES } from "./salt.ts";

const Key = z.string().min(32);
/** More rotations than any ledger lives to see. */
const MOST_OLDER = 200;

const SecretText = z
  .object({
    current: Key,
    previous: Key.optional(),
    older: z.array(Key).max(MOST_OLDER).optional(),
    hash: Key.optional(),
  })
  .refine((secret) => secret.previous === undefined || secret.hash !== undefined, {
    message: "a secret with `previous` must carry the first key ever used as `hash`, or no phone number is found again",
  });

interface SealKey {
  /** First byte of everything sealed with it. */
  readonly id: number;
  readonly key: KeyObject;
}

export interface PhoneKeys {
  readonly hashKey: KeyObject;
  readonly sealKey: SealKey;
  /** Those that sealed before it, the latest first. */
  readonly former: readonly SealKey[];
}

export interface PhoneVault {
  /** HMAC-SHA256 cut to 128 bits, base64url (22 characters). The same for every storefront. */
  hash(text: string): Promise<string>;
  /** AES-256-GCM: 1 byte key id, 16 bytes salt, the ciphertext, 16 bytes tag. */
  seal(plain: Uint8Array, context: string): Promise<Uint8Array>;
  /** Throws `SealBroken` when the value was changed, moved to another context, or sealed with a key that is gone. */
  open(sealed: Uint8Array, context: string): Promise<Uint8Array>;
  /** A received text, packed and sealed. `id` is the transaction that it is about: it opens nowhere else. */
  sealText(raw: string, id: string): Promise<Uint8Array>;
  /** Throws as `open` does. */
  openText(sealed: Uint8Array, id: string): Promise<string>;
}

export class SealBroken extends Error {
  constructor(cause?: unknown) {
    super("a sealed value does not open: it was changed or moved, or its key is gone. Retrying won't help.", { cause });
    this.name = "SealBroken";
  }
}

/** A key seals one value, so its one nonce may be the same everywhere. */
const NONCE = new Uint8Array(12);

const derive = (secret: string, purpose: string, length: number): Uint8Array =>
  new Uint8Array(hkdfSync("sha256", secret, "", `malipo/${purpose}`, length));

/** Node 24 takes five times as long for an HMAC whose key comes as bytes. */
const secretKey = (secret: string, purpose: string): KeyObject => createSecretKey(derive(secret, purpose, 32));

const sealKey = (secret: string): SealKey => ({
  id: derive(secret, "phone-seal-id", 1)[0] ?? 0,
  key: secretKey(secret, "phone-seal"),
});

const formerOf = ({ previous, older = [] }: z.infer<typeof SecretText>): readonly string[] =>
  previous === undefined ? older : [previous, ...older];

/** The secret as it is stored, and the keys that are made of it. Issues name the field, never its value. */
export const PhoneKeysSecret = SecretText.transform((secret): PhoneKeys => ({
  hashKey: secretKey(secret.hash ?? secret.current, "phone-hash"),
  sealKey: sealKey(secret.current),
  former: formerOf(secret).map(sealKey),
}));

/** The secret's text with `fresh` as the key that seals from now on. Throws a ZodError for a text that is no such secret. */
export const rotatedPhoneKeys = (text: string, fresh: string): string => {
  const secret = SecretText.parse(JSON.parse(text));
  const { current, hash = current } = secret;
  return JSON.stringify(SecretText.parse({ current: fresh, previous: current, older: formerOf(secret), hash }));
};

/** The key of the one value that lies behind `salt`. */
const keyOf = ({ key }: SealKey, salt: Uint8Array): Uint8Array => createHmac("sha256", key).update(salt).digest();

const decrypt = (key: SealKey, sealed: Uint8Array, context: string): Uint8Array => {
  const salt = sealed.subarray(ID_BYTES, ID_BYTES + SALT_BYTES);
  const decipher = createDecipheriv("aes-256-gcm", keyOf(key, salt), NONCE, { authTagLength: TAG_BYTES });
  decipher.setAAD(Buffer.from(context)).setAuthTag(sealed.subarray(-TAG_BYTES));
  return Buffer.concat([decipher.update(sealed.subarray(ID_BYTES + SALT_BYTES, -TAG_BYTES)), decipher.final()]);
};

/** How old the keys may be with which something is tried again: a bound on look-ups. */
const NOTICE_MS = 5_000;

type Opened = { readonly plain: Uint8Array } | { readonly cause: unknown };

const tryKeys = ({ sealKey: current, former }: PhoneKeys, sealed: Uint8Array, context: string): Opened => {
  let cause: unknown;
  for (const key of [current, ...former]) {
    if (key.id !== sealed[0]) continue;
    try {
      return { plain: decrypt(key, sealed, context) };
    } catch (error) {
      cause = error;
    }
  }
  return { cause };
};

export const createPhoneVault = (keys: (maxAgeMs?: number) => Promise<PhoneKeys>): PhoneVault => {
  const seal = async (plain: Uint8Array, context: string): Promise<Uint8Array> => {
    const key = (await keys()).sealKey;
    const salt = randomBytes(SALT_BYTES);
    const cipher = createCipheriv("aes-256-gcm", keyOf(key, salt), NONCE, { authTagLength: TAG_BYTES });
    cipher.setAAD(Buffer.from(context));
    return Buffer.concat([Uint8Array.of(key.id), salt, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
  };
  const open = async (sealed: Uint8Array, context: string): Promise<Uint8Array> => {
    const opened = tryKeys(await keys(), sealed, context);
    if ("plain" in opened) return opened.plain;
    const again = tryKeys(await keys(NOTICE_MS), sealed, context);
    if ("plain" in again) return again.plain;
    throw new SealBroken(again.cause);
  };
  return {
    hash: async (text) => {
      const { hashKey } = await keys();
      return createHmac("sha256", hashKey).update(text).digest().subarray(0, 16).toString("base64url");
    },
    seal,
    open,
    sealText: (raw, id) => seal(packText(raw, id), id),
    openText: async (sealed, id) => unpackText(await open(sealed, id), id),
  };
};
