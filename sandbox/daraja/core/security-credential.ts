/**
 * Reads a SecurityCredential back: the initiator's password under PKCS#1 v1.5 for the certificate that the simulator
 * serves. Node refuses that padding when decrypting (CVE-2023-46809), so it is taken off by hand; a simulator on a
 * loopback has no secret that a padding oracle could tell.
 */
import { constants, createPrivateKey, privateDecrypt } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { readFileSync } from "node:fs";

/** 256 bytes in base64: what a 2048-bit key makes of any password. */
export const SECURITY_CREDENTIAL = /^[A-Za-z0-9+/]{342}==$/;

const PADDING_MIN_BYTES = 8;
const REMEMBERED_MAX = 1000;

/** The key that goes with `GET /simulator/certificate.pem`. It is published with the simulator and protects nothing. */
const readSandboxKey = (): string => readFileSync(new URL("../certificate/private-key.pem", import.meta.url), "utf8");

/** `00 02 <at least eight bytes, none of them 00> 00 <message>`; null when the block is anything else. */
const withoutPadding = (block: Buffer): Buffer | null => {
  const end = block.indexOf(0, 2);
  const padded = block[0] === 0 && block[1] === 2 && end >= 2 + PADDING_MIN_BYTES;
  return padded ? block.subarray(end + 1) : null;
};

/** A reader of credentials. Those it has seen lately it knows without decrypting them again. */
export const createCredentialReader = (privateKeyPem?: string) => {
  let key: KeyObject | undefined;
  const remembered = new Map<string, string | null>();

  const decrypt = (credential: string): string | null => {
    key ??= createPrivateKey(privateKeyPem ?? readSandboxKey());
    try {
      const block = privateDecrypt({ key, padding: constants.RSA_NO_PADDING }, Buffer.from(credential, "base64"));
      return withoutPadding(block)?.toString("utf8") ?? null;
    } catch {
      return null;
    }
  };

  /** The password inside; null when it was not made with this certificate and this padding. */
  return (credential: string): string | null => {
    const known = remembered.get(credential);
    if (known !== undefined) return known;
    const oldest = remembered.keys().next();
    if (remembered.size >= REMEMBERED_MAX && !oldest.done) remembered.delete(oldest.value);
    const password = decrypt(credential);
    remembered.set(credential, password);
    return password;
  };
};
