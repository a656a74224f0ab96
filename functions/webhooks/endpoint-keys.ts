/**
 * The keys of an endpoint and what they sign, by Standard Webhooks: `v1` is an HMAC-SHA256 under a secret that both sides
 * hold, `v1a` an Ed25519 signature that everybody can check. What must stay true: both kinds of one generation are made,
 * sealed and rotated together; the text that is signed is id, timestamp and body, so none can be changed alone.
 */
import { createHmac, createPrivateKey, createPublicKey, sign } from "node:crypto";
import type { KeyObject } from "node:crypto";
import * as z from "zod";
import type { WebhookEndpoint } from "../domain/webhook-endpoint.ts";
import { signingSecrets } from "../domain/webhook-endpoint.ts";
import type { PhoneVault } from "../store/phone-vault.ts";

const HMAC_BYTES = 32;
const SEED_BYTES = 32;

/** What is random about one generation of keys. */
export const KEY_MATERIAL_BYTES = HMAC_BYTES + SEED_BYTES;

/** The keys of one generation. */
export interface EndpointKeys {
  readonly hmac: Uint8Array;
  readonly privateKey: KeyObject;
}

/** RFC 8410: what stands before the 32 bytes of an Ed25519 private key in PKCS #8. */
const PKCS8_HEAD = Buffer.from("302e020100300506032b657004220420", "hex");

const Jwk = z.object({ x: z.string().length(43) });

/** Throws a RangeError for anything but 64 bytes. */
export const endpointKeys = (material: Uint8Array): EndpointKeys => {
  if (material.length !== KEY_MATERIAL_BYTES) throw new RangeError("an endpoint's keys are made of 64 bytes");
  const key = Buffer.concat([PKCS8_HEAD, material.subarray(HMAC_BYTES)]);
  return {
    hmac: material.subarray(0, HMAC_BYTES),
    privateKey: createPrivateKey({ key, format: "der", type: "pkcs8" }),
  };
};

const base64 = (bytes: Uint8Array): string => Buffer.from(bytes).toString("base64");

/** The keys as the endpoint's owner is shown them: a secret to keep, and a public key. */
export const shownKeys = ({ hmac, privateKey }: EndpointKeys): { readonly v1: string; readonly v1a: string } => {
  const { x } = Jwk.parse(createPublicKey(privateKey).export({ format: "jwk" }));
  return { v1: `whsec_${base64(hmac)}`, v1a: `whpk_${base64(Buffer.from(x, "base64url"))}` };
};

/** What is signed. `timestamp` in whole seconds. */
export interface Signed {
  readonly id: string;
  readonly timestamp: number;
  readonly body: string;
}

/** The value of `webhook-signature`: both kinds for each generation, the newest first. */
export const signatures = (keys: readonly EndpointKeys[], { id, timestamp, body }: Signed): string => {
  const content = Buffer.from(`${id}.${timestamp}.${body}`);
  return keys
    .flatMap(({ hmac, privateKey }) => [
      `v1,${createHmac("sha256", hmac).update(content).digest("base64")}`,
      `v1a,${base64(sign(null, content, privateKey))}`,
    ])
    .join(" ");
};

/** What the seal of a generation is bound to. */
const context = (endpoint: string, madeAt: number): string => `webhook#${endpoint}#${madeAt}`;

export interface KeyVault {
  seal(endpoint: string, material: Uint8Array, madeAt: number): Promise<Uint8Array>;
  /** The keys that sign for `endpoint` at `now`, the newest first. */
  open(endpoint: WebhookEndpoint, now: number): Promise<readonly EndpointKeys[]>;
}

export const createKeyVault = (vault: Pick<PhoneVault, "seal" | "open">): KeyVault => ({
  seal: (endpoint, material, madeAt) => vault.seal(material, context(endpoint, madeAt)),
  open: (endpoint, now) =>
    Promise.all(
      signingSecrets(endpoint, now).map(async ({ sealed, madeAt }) =>
        endpointKeys(await vault.open(sealed, context(endpoint.id, madeAt))),
      ),
    ),
});
