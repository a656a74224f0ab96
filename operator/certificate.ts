/**
 * What may be said about the certificate that the API operator's password is encrypted with: a fingerprint of its key, and
 * its date. What must stay true: a date alone is no fault, because only the key counts and Safaricom's certificates in
 * circulation are past theirs.
 */
import { createHash, createPublicKey, X509Certificate } from "node:crypto";

export interface CertificateFacts {
  /** The same for a certificate and for its bare key. */
  readonly fingerprint: string;
  /** Null for a bare key, which has no date. */
  readonly validTo: Date | null;
}

const FINGERPRINT_DIGITS = 16;

/** Null for what is no certificate and no key. */
export const certificateFacts = (pem: string): CertificateFacts | null => {
  try {
    const isCertificate = pem.includes("BEGIN CERTIFICATE");
    const certificate = isCertificate ? new X509Certificate(pem) : null;
    const key = certificate?.publicKey ?? createPublicKey(pem);
    const spki = key.export({ type: "spki", format: "der" });
    const fingerprint = createHash("sha256").update(spki).digest("hex").slice(0, FINGERPRINT_DIGITS);
    return { fingerprint, validTo: certificate === null ? null : new Date(certificate.validTo) };
  } catch {
    return null;
  }
};

const dateOf = (date: Date): string => date.toISOString().slice(0, 10);

/** Sentences about the certificate; `before` is the one of the version before, if there was any. */
export const certificateWords = (pem: string, before: string | null, now: number): readonly string[] => {
  const facts = certificateFacts(pem);
  if (facts === null) return ["The certificate can't be read."];
  const { fingerprint, validTo } = facts;
  const was = before === null ? null : certificateFacts(before);
  return [
    `The certificate's key: ${fingerprint}.`,
    ...(validTo !== null && validTo.getTime() < now
      ? [`The certificate is past its date, ${dateOf(validTo)}. That is no fault: only its key counts.`]
      : []),
    ...(was !== null && was.fingerprint !== fingerprint
      ? [`The certificate is another than in the version before, whose key was ${was.fingerprint}.`]
      : []),
  ];
};
