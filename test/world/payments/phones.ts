/**
 * The phone numbers of a world as the ledger keeps them. What must stay true: a number's hash is the gateway's own, made once;
 * what is sealed opens for its own context alone, and no chance of the machine's gets into the world's items. Received texts
 * are not packed: packing would be an eighth of what a world of payments costs (its laws: test/unit/store/phone-vault.test.ts).
 */
import { PhoneKeysSecret, SealBroken, createPhoneVault } from "../../../functions/store/phone-vault.ts";
import type { PhoneVault } from "../../../functions/store/phone-vault.ts";

const keys = PhoneKeysSecret.parse({ current: "the phone keys of the world, 64 letters or so in real life" });
const own = createPhoneVault(() => Promise.resolve(keys));

/** More numbers than some hundred worlds have. */
const MOST_KNOWN = 10_000;
const hashes = new Map<string, Promise<string>>();

const hash = (text: string): Promise<string> => {
  const known = hashes.get(text);
  if (known) return known;
  if (hashes.size >= MOST_KNOWN) hashes.clear();
  const fresh = own.hash(text);
  hashes.set(text, fresh);
  return fresh;
};

const LENGTH_BYTES = 2;

/** The context's length, the context, and what was sealed, as it is. */
const seal = (plain: Uint8Array, context: string): Promise<Uint8Array> => {
  const named = Buffer.from(context);
  const length = Buffer.alloc(LENGTH_BYTES);
  length.writeUInt16BE(named.length);
  return Promise.resolve(Buffer.concat([length, named, plain]));
};

const open = (sealed: Uint8Array, context: string): Promise<Buffer> => {
  const bytes = Buffer.from(sealed);
  const end = LENGTH_BYTES + bytes.readUInt16BE();
  return bytes.toString("utf8", LENGTH_BYTES, end) === context
    ? Promise.resolve(bytes.subarray(end))
    : Promise.reject(new SealBroken());
};

export const vault: PhoneVault = {
  hash,
  seal,
  open,
  sealText: (raw, id) => seal(Buffer.from(raw), id),
  openText: async (sealed, id) => (await open(sealed, id)).toString(),
};
