import { describe, expect, test } from "vitest";
import fc from "fast-check";
import { mintClientToken, readClientToken } from "../../../functions/api/client-token.ts";

const NOW = 1_800_000_000_000;
const PAYMENT = "pay_4k9qdz1n7ah0xv3rw8gtb2jcf5";
const SECRETS = { current: "the secret in force, long enough" };

describe("a client token", () => {
  const token = mintClientToken(PAYMENT, NOW + 60_000, SECRETS);

  test("names its payment until it ends", () => {
    expect(readClientToken(token, NOW, SECRETS)).toBe(PAYMENT);
    expect(readClientToken(token, NOW + 60_000, SECRETS)).toBeNull();
  });

  test("is still read after the secret rotated, and no longer after the next rotation", () => {
    expect(readClientToken(token, NOW, { current: "another secret, long enough", previous: SECRETS.current })).toBe(
      PAYMENT,
    );
    expect(
      readClientToken(token, NOW, { current: "a third secret, long enough", previous: "another secret, long enough" }),
    ).toBeNull();
  });

  test("can't be changed anywhere", () => {
    fc.assert(
      fc.property(fc.nat(token.length - 1), fc.constantFrom("a", "z", "A", "0", "9", ".", "_", "-"), (at, char) => {
        const changed = `${token.slice(0, at)}${char}${token.slice(at + 1)}`;
        expect(readClientToken(changed, NOW, SECRETS)).toBe(changed === token ? PAYMENT : null);
      }),
    );
  });

  test("is nothing else's text", () => {
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), (text) => {
        expect(readClientToken(text, NOW, SECRETS)).toBeNull();
        expect(readClientToken(`ct_${text}`, NOW, SECRETS)).toBeNull();
      }),
    );
  });
});
