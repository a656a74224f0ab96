import { generateKeyPairSync } from "node:crypto";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { Credentials } from "../../../functions/daraja/credentials.ts";
import {
  createInitiatorCredentials,
  initiatorFingerprint,
  InitiatorUnusable,
  securityCredential,
} from "../../../functions/daraja/security-credential.ts";
import { createCredentialReader } from "../../../sandbox/daraja/core/security-credential.ts";

const read = (path: string): string => readFileSync(new URL(path, import.meta.url), "utf8");
const CERTIFICATE = read("../../../sandbox/daraja/certificate/certificate.pem");
/** Its dates ended in January 2016, like those of the certificates that Safaricom goes on using. */
const EXPIRED = read("../../fixtures/expired-certificate.pem");
const PASSWORD = "Safaricom999!*!";

const thrown = (act: () => unknown): Error => {
  try {
    act();
  } catch (fault) {
    return fault as Error;
  }
  throw new Error("nothing was thrown");
};

describe("the security credential", () => {
  test("has 344 characters and gives the password to whoever holds the certificate's key", () => {
    const credential = securityCredential({ password: PASSWORD, certificate: CERTIFICATE });
    expect(credential).toMatch(/^[A-Za-z0-9+/]{342}==$/);
    expect(createCredentialReader()(credential)).toBe(PASSWORD);
  });

  test("is made with an expired certificate too", () => {
    expect(securityCredential({ password: PASSWORD, certificate: EXPIRED })).toHaveLength(344);
  });

  test("is made with a bare public key, in either of its PEM forms", () => {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const reader = createCredentialReader(privateKey.export({ type: "pkcs8", format: "pem" }).toString());
    for (const type of ["spki", "pkcs1"] as const) {
      const certificate = publicKey.export({ type, format: "pem" }).toString();
      expect(reader(securityCredential({ password: PASSWORD, certificate }))).toBe(PASSWORD);
    }
  });

  test.each([
    ["has lost its line ends", (pem: string) => pem.replaceAll("\n", " ")],
    ["carries its line ends as \\n", (pem: string) => pem.replaceAll("\n", "\\n")],
    ["comes from Windows", (pem: string) => pem.replaceAll("\n", "\r\n")],
    ["has words around it", (pem: string) => `Bag Attributes\n  friendlyName: x\n${pem}\nthe end`],
  ])("is made with a certificate that %s", (_, spoil) => {
    const credential = securityCredential({ password: PASSWORD, certificate: spoil(CERTIFICATE) });
    expect(createCredentialReader()(credential)).toBe(PASSWORD);
  });

  test("keeps every byte of a password", () => {
    const password = "p#&%$ ä€";
    expect(createCredentialReader()(securityCredential({ password, certificate: CERTIFICATE }))).toBe(password);
  });

  test("is not made with anything else, and the error names the field and no value", () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const curve = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const unfit = [
      "",
      "not a certificate",
      "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----",
      "-----BEGIN CERTIFICATE-----\n<b>\n-----END CERTIFICATE-----",
      privateKey.export({ type: "pkcs8", format: "pem" }).toString(),
      curve.publicKey.export({ type: "spki", format: "pem" }).toString(),
    ];
    for (const certificate of unfit) {
      const fault = thrown(() => securityCredential({ password: PASSWORD, certificate }));
      expect(fault).toBeInstanceOf(InitiatorUnusable);
      expect(fault.message).toMatch(/^initiator_certificate is not readable/);
      expect(fault.message).not.toContain(PASSWORD);
    }
  });

  test("is not made of a password that does not fit the key", () => {
    const password = "long-secret".repeat(30);
    const fault = thrown(() => securityCredential({ password, certificate: CERTIFICATE }));
    expect(fault).toBeInstanceOf(InitiatorUnusable);
    expect(fault.message).toMatch(/^initiator_password is too long/);
    expect(`${fault.message}${String(fault.cause)}`).not.toContain("long-secret");
  });
});

const credentials = (changes: Record<string, string> = {}) =>
  Credentials.parse({
    consumer_key: "key",
    consumer_secret: "hush",
    shortcode: "174379",
    passkey: "pass",
    transaction_type: "CustomerPayBillOnline",
    initiator_name: "testapi",
    initiator_password: PASSWORD,
    initiator_certificate: CERTIFICATE,
    ...changes,
  });

describe("the operator's fingerprint", () => {
  const first = initiatorFingerprint(credentials());

  test("has 16 hexadecimal digits and is the same for the same operator", () => {
    expect(first).toMatch(/^[0-9a-f]{16}$/);
    expect(initiatorFingerprint(credentials({ consumer_secret: "new", consumer_key: "new" }))).toBe(first);
  });

  test.each([
    ["name", { initiator_name: "other" }],
    ["password", { initiator_password: "other" }],
    ["certificate", { initiator_certificate: EXPIRED }],
    ["boundary between name and password", { initiator_name: "testapiS", initiator_password: PASSWORD.slice(1) }],
  ])("changes with the %s", (_, changes) => {
    expect(initiatorFingerprint(credentials(changes))).not.toBe(first);
  });

  test("can't be computed by whoever guesses the password but does not hold the passkey", () => {
    expect(initiatorFingerprint(credentials({ passkey: "another" }))).not.toBe(first);
  });

  test("is null without an operator", () => {
    expect(initiatorFingerprint({ initiator: null, passkey: "pass" })).toBeNull();
  });
});

describe("the credentials of a process", () => {
  test("are encrypted once and again when the operator changed", () => {
    const initiatorOf = createInitiatorCredentials();
    const one = initiatorOf(credentials());
    expect(initiatorOf(credentials())?.credential).toBe(one?.credential);
    const other = initiatorOf(credentials({ initiator_password: "new-password" }));
    expect(createCredentialReader()(other!.credential)).toBe("new-password");
    expect(other?.fingerprint).not.toBe(one?.fingerprint);
  });

  test("are null without an operator, even after there was one", () => {
    const initiatorOf = createInitiatorCredentials();
    initiatorOf(credentials());
    expect(initiatorOf({ ...credentials(), initiator: null })).toBeNull();
  });
});
