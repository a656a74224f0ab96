import fc from "fast-check";
import { expect, it } from "vitest";
import { BadCursor, readCursor, writeCursor } from "../../functions/store/cursor.ts";
import { PhoneKeysSecret, createPhoneVault } from "../../functions/store/phone-vault.ts";

const keys = PhoneKeysSecret.parse({ current: "the phone keys of the laws, which are 64 letters in real life" });
const vault = createPhoneVault(() => Promise.resolve(keys));

const positions = fc.record({
  at: fc.integer({ min: 0, max: 4_102_444_800_000 }),
  id: fc.string({ maxLength: 60 }),
});
const queries = fc.record({
  storefront: fc.constantFrom("shop", "other"),
  filters: fc.record({ reference: fc.constantFrom("INV-1", "INV-2") }, { requiredKeys: [] }),
});

it("a cursor leads back to its position, in its own query and in no other", async () => {
  await fc.assert(
    fc.asyncProperty(positions, queries, queries, async (position, query, other) => {
      const cursor = await writeCursor(vault, query, position);
      expect(await readCursor(vault, query, cursor)).toEqual(position);
      if (JSON.stringify(query) !== JSON.stringify(other))
        await expect(readCursor(vault, other, cursor)).rejects.toThrow(BadCursor);
    }),
    { numRuns: 200 },
  );
});

it("a cursor that anybody changed leads nowhere, and says nothing of where it led", async () => {
  const changes = fc.record({ place: fc.nat(), by: fc.integer({ min: 1, max: 255 }) });
  await fc.assert(
    fc.asyncProperty(positions, queries, changes, async (position, query, { place, by }) => {
      const cursor = await writeCursor(vault, query, position);
      expect(Buffer.from(cursor, "base64url").toString("latin1")).not.toContain(`"at"`);
      const bytes = Buffer.from(cursor, "base64url");
      const at = place % bytes.length;
      bytes[at] = (bytes[at] ?? 0) ^ by;
      await expect(readCursor(vault, query, bytes.toString("base64url"))).rejects.toThrow(BadCursor);
    }),
    { numRuns: 200 },
  );
});

it("any text at all is a cursor of ours or none", async () => {
  await fc.assert(
    fc.asyncProperty(fc.string({ unit: "binary", maxLength: 600 }), queries, async (text, query) => {
      await expect(readCursor(vault, query, text)).rejects.toThrow(BadCursor);
    }),
    { numRuns: 200 },
  );
});
