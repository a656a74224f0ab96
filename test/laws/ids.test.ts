import fc from "fast-check";
import { expect, it } from "vitest";
import { encode32, ID_ALPHABET, isPaymentId, transactionId } from "../../functions/domain/ids.ts";

const REFUSED = /m-?pesa|safaricom|exe|exec|cmd|sql|query/i;
const names = fc.record({ storefront: fc.string(), operation: fc.string(), key: fc.string() });

it("no id ever spells a word that Daraja refuses in a callback URL", () => {
  fc.assert(
    fc.property(names, (name) => {
      const id = transactionId("pay", name);
      expect(id).not.toMatch(REFUSED);
      expect(isPaymentId(id)).toBe(true);
    }),
    { numRuns: 2_000 },
  );
});

it("no bytes at all can spell one", () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 64 }), (bytes) => {
      const text = encode32(bytes);
      expect(text).not.toMatch(REFUSED);
      expect(Array.from(text).every((character) => ID_ALPHABET.includes(character))).toBe(true);
      expect(text).toHaveLength(Math.ceil((bytes.length * 8) / 5));
    }),
    { numRuns: 2_000 },
  );
});

it("two different lists of bytes of one length have two texts", () => {
  const pairs = fc
    .integer({ min: 1, max: 40 })
    .chain((length) => fc.tuple(...[0, 1].map(() => fc.uint8Array({ minLength: length, maxLength: length }))));
  fc.assert(
    fc.property(pairs, ([one, other]) => {
      expect(encode32(one!) === encode32(other!)).toBe(Buffer.from(one!).equals(other!));
    }),
  );
});

it("two names that differ in any part have two ids", () => {
  fc.assert(
    fc.property(names, names, (one, other) => {
      const same = one.storefront === other.storefront && one.operation === other.operation && one.key === other.key;
      expect(transactionId("pay", one) === transactionId("pay", other)).toBe(same);
    }),
  );
});

it("no way to cut one text into three parts gives two of them one id", () => {
  fc.assert(
    fc.property(fc.string({ minLength: 2, maxLength: 12 }), (text) => {
      const ids = new Set<string>();
      let cuts = 0;
      for (let first = 0; first <= text.length; first += 1)
        for (let second = first; second <= text.length; second += 1) {
          const [storefront, operation, key] = [text.slice(0, first), text.slice(first, second), text.slice(second)];
          ids.add(transactionId("pay", { storefront, operation, key }));
          cuts += 1;
        }
      expect(ids.size).toBe(cuts);
    }),
  );
});
