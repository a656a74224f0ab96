/**
 * The SecurityCredential: the API operator's password, encrypted so that only Safaricom can read it. What must stay
 * true: the password is in no error and in nothing that is kept; dates are not checked, because Safaricom goes on using
 * its certificates long after they have expired.
 */
import { constants, createHmac, createPublicKey, publicEncrypt } from "node:crypto";
import type { KeyObject } from "node:crypto";
import type { Credentials, Initiator } from "./credentials.ts";

/** A field of the Daraja secret that can't be used as it stands; the message says which and what to do. */
export class InitiatorUnusable extends Error {
  override readonly name = "InitiatorUnusable";
}

const PEM = /-----BEGIN (CERTIFICATE|(?:RSA )?PUBLIC KEY)-----([\s\S]*?)-----END \1-----/;
const BASE64 = /^[A-Za-z0-9+/]+={0,2}$/;
const LINE = /.{1,64}/g;

/** A PEM text in its exact form: whoever pastes one into a form loses its line ends, or gets them as `\n`. */
const wellFormed = (text: string): string | null => {
  const [, label, body] = PEM.exec(text) ?? [];
  const base64 = body?.replace(/\s|\\[nr]/g, "") ?? "";
  if (label === undefined || !BASE64.test(base64)) return null;
  return [`-----BEGIN ${label}-----`, ...(base64.match(LINE) ?? []), `-----END ${label}-----`, ""].join("\n");
};

const readKey = (text: string): KeyObject | null => {
  const pem = wellFormed(text);
  if (pem === null) return null;
  try {
    const key = createPublicKey(pem);
    return key.asymmetricKeyType === "rsa" ? key : null;
  } catch {
    return null;
  }
};

/**
 * RSA with PKCS#1 v1.5 padding over the password's bytes, in base64: 344 characters for a key of 2048 bits (Daraja
 * portal, "Security credentials"). Another text each time, each as good as the next.
 * @throws InitiatorUnusable when the certificate can't be read or the password does not fit its key.
 */
export const securityCredential = ({ password, certificate }: Pick<Initiator, "password" | "certificate">): string => {
  const key = readKey(certificate);
  if (key === null)
    throw new InitiatorUnusable(
      "initiator_certificate is not readable: it must be Safaricom's certificate, or its RSA public key, as PEM",
    );
  try {
    return publicEncrypt({ key, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(password)).toString("base64");
  } catch {
    throw new InitiatorUnusable("initiator_password is too long to be encrypted with initiator_certificate");
  }
};

const FINGERPRINT_DIGITS = 16;

/**
 * 16 hexadecimal digits of a SHA-256 over the operator's name, password and certificate: another operator has another
 * fingerprint. Keyed with the passkey, so that nobody who reads it can try passwords on it. Null without an operator.
 */
export const initiatorFingerprint = ({
  initiator,
  passkey,
}: Pick<Credentials, "initiator" | "passkey">): string | null => {
  if (initiator === null) return null;
  const hmac = createHmac("sha256", passkey);
  for (const part of [initiator.name, initiator.password, initiator.certificate])
    hmac.update(`${Buffer.byteLength(part)}:${part}`);
  return hmac.digest("hex").slice(0, FINGERPRINT_DIGITS);
};

export interface InitiatorCredential {
  readonly name: string;
  readonly credential: string;
  readonly fingerprint: string;
}

/**
 * A function that gives the operator's name and encrypted password, encrypting once per operator: a credential may be
 * used any number of times. Null without an operator. @throws InitiatorUnusable
 */
export const createInitiatorCredentials = () => {
  let held: InitiatorCredential | null = null;
  return (credentials: Pick<Credentials, "initiator" | "passkey">): InitiatorCredential | null => {
    const fingerprint = initiatorFingerprint(credentials);
    if (credentials.initiator === null || fingerprint === null) return null;
    if (held?.fingerprint !== fingerprint)
      held = { name: credentials.initiator.name, credential: securityCredential(credentials.initiator), fingerprint };
    return held;
  };
};
