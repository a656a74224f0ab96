import { createPublicKey, verify } from "node:crypto";
import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { endpointKeys, shownKeys, signatures } from "../../../functions/webhooks/endpoint-keys.ts";

const material = (byte: number): Uint8Array => new Uint8Array(64).fill(byte);
/** RFC 8032, 7.1, test 1. */
const SEED = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const PUBLIC = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";

const told = { id: "evt_1", timestamp: Math.floor(Date.now() / 1_000), body: '{"amount":75,"note":"café"}' };
const headers = (signature: string) => ({
  "webhook-id": told.id,
  "webhook-timestamp": String(told.timestamp),
  "webhook-signature": signature,
});

describe("an endpoint's keys", () => {
  it("are shown as Standard Webhooks writes them, the public one as RFC 8032 derives it", () => {
    const seeded = Buffer.concat([Buffer.alloc(32, 1), Buffer.from(SEED, "hex")]);
    const { v1, v1a } = shownKeys(endpointKeys(seeded));
    expect(v1).toBe(`whsec_${Buffer.alloc(32, 1).toString("base64")}`);
    expect(v1a).toBe(`whpk_${Buffer.from(PUBLIC, "hex").toString("base64")}`);
  });

  it("are made of 64 bytes and of nothing else", () => {
    expect(() => endpointKeys(new Uint8Array(63))).toThrow(RangeError);
  });

  it("sign what the library accepts, and refuses once a letter of it is changed", () => {
    const keys = endpointKeys(material(3));
    const signed = headers(signatures([keys], told));
    const library = new Webhook(shownKeys(keys).v1);
    expect(library.verify(told.body, signed)).toEqual({ amount: 75, note: "café" });
    expect(() => library.verify(told.body.replace("75", "76"), signed)).toThrow();
    expect(() => library.verify(told.body, { ...signed, "webhook-id": "evt_2" })).toThrow();
    expect(() => library.verify(told.body, { ...signed, "webhook-timestamp": String(told.timestamp - 1) })).toThrow();
  });

  it("sign what everybody can check with the public one", () => {
    const keys = endpointKeys(material(3));
    const [, v1a] = signatures([keys], told).split(" ");
    const x = Buffer.from(shownKeys(keys).v1a.slice(5), "base64").toString("base64url");
    const publicKey = createPublicKey({ key: { kty: "OKP", crv: "Ed25519", x }, format: "jwk" });
    const content = Buffer.from(`${told.id}.${told.timestamp}.${told.body}`);
    expect(v1a).toMatch(/^v1a,/);
    expect(verify(null, content, publicKey, Buffer.from(v1a!.slice(4), "base64"))).toBe(true);
    expect(verify(null, Buffer.from("other"), publicKey, Buffer.from(v1a!.slice(4), "base64"))).toBe(false);
  });

  it("of two generations both sign, the newest first", () => {
    const [fresh, old] = [endpointKeys(material(4)), endpointKeys(material(3))];
    const signed = signatures([fresh, old], told);
    expect(signed.split(" ").map((signature) => signature.split(",")[0])).toEqual(["v1", "v1a", "v1", "v1a"]);
    for (const keys of [fresh, old])
      expect(() => new Webhook(shownKeys(keys).v1).verify(told.body, headers(signed))).not.toThrow();
  });
});
