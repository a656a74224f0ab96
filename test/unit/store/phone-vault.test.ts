import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  createPhoneVault,
  PhoneKeysSecret,
  rotatedPhoneKeys,
  SealBroken,
} from "../../../functions/store/phone-vault.ts";
import { ID_BYTES, SALT_BYTES, withoutSalt } from "../../../functions/store/salt.ts";
import { payoutIntent, resultText } from "./payout-samples.ts";
import { freshReceipt, intent, paidText } from "./samples.ts";

const FIRST = "the first key that the stage ever had, sixty letters of it";
const SECOND = "the second key, in force since the first was rotated out";
const vaultOf = (secret: Record<string, string>) => {
  const keys = PhoneKeysSecret.parse(secret);
  return createPhoneVault(() => Promise.resolve(keys));
};
const bytes = (text: string) => new TextEncoder().encode(text);
const text = (read: Uint8Array) => new TextDecoder().decode(read);

describe("hashing a phone", () => {
  const vault = vaultOf({ current: FIRST });

  it("gives 22 letters that are the same each time and differ for each number and key", async () => {
    const hash = await vault.hash("254708374149");
    expect(hash).toMatch(/^[A-Za-z0-9_-]{22}$/);
    expect(await vault.hash("254708374149")).toBe(hash);
    expect(await vault.hash("254708374150")).not.toBe(hash);
    expect(await vaultOf({ current: SECOND }).hash("254708374149")).not.toBe(hash);
  });
});

describe("sealing", () => {
  const vault = vaultOf({ current: FIRST });

  it("opens to what was sealed, for any bytes and any context", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 300 }), fc.string(), async (plain, context) => {
        expect([...(await vault.open(await vault.seal(plain, context), context))]).toEqual([...plain]);
      }),
    );
  });

  it("never gives the same text twice, nor anything of what it hides", async () => {
    const [one, two] = await Promise.all([
      vault.seal(bytes("254708374149"), "a"),
      vault.seal(bytes("254708374149"), "a"),
    ]);
    expect(Buffer.from(one)).not.toEqual(Buffer.from(two));
    expect(Buffer.from(one).toString("latin1")).not.toContain("0837");
  });

  it("does not open without its salt, nor with another's", async () => {
    const [one, two] = await Promise.all([vault.seal(bytes("0708"), "a"), vault.seal(bytes("0708"), "a")]);
    const kept = withoutSalt(one);
    expect(kept.length).toBe(one.length - SALT_BYTES);
    const salt = one.subarray(ID_BYTES, ID_BYTES + SALT_BYTES);
    expect(Buffer.from(kept).includes(Buffer.from(salt))).toBe(false);
    const rejoined = (other: Uint8Array) =>
      Buffer.concat([
        kept.subarray(0, ID_BYTES),
        other.subarray(ID_BYTES, ID_BYTES + SALT_BYTES),
        kept.subarray(ID_BYTES),
      ]);
    expect(text(await vault.open(rejoined(one), "a"))).toBe("0708");
    await expect(vault.open(rejoined(two), "a")).rejects.toThrow(SealBroken);
    await expect(vault.open(kept, "a")).rejects.toThrow(SealBroken);
  });

  it("does not open when any bit was changed, when it was cut, or in another context", async () => {
    const sealed = await vault.seal(bytes("254708374149"), "pay_1");
    await fc.assert(
      fc.asyncProperty(fc.nat(sealed.length - 1), fc.nat(7), async (at, bit) => {
        const changed = Uint8Array.from(sealed);
        changed[at]! ^= 1 << bit;
        await expect(vault.open(changed, "pay_1")).rejects.toThrow(SealBroken);
      }),
      { numRuns: 60 },
    );
    for (const length of [0, 1, 12, 28, sealed.length - 1])
      await expect(vault.open(sealed.subarray(0, length), "pay_1")).rejects.toThrow(SealBroken);
    await expect(vault.open(sealed, "pay_2")).rejects.toThrow(SealBroken);
  });
});

describe("rotating the keys", () => {
  const before = vaultOf({ current: FIRST });
  const AFTER = { current: SECOND, previous: FIRST, hash: FIRST };
  const after = vaultOf(AFTER);

  it("keeps what was sealed readable and every phone findable", async () => {
    const sealed = await before.seal(bytes("254708374149"), "pay_1");
    expect(text(await after.open(sealed, "pay_1"))).toBe("254708374149");
    expect(await after.hash("254708374149")).toBe(await before.hash("254708374149"));
  });

  it("seals with the new key alone", async () => {
    const sealed = await after.seal(bytes("254708374149"), "pay_1");
    await expect(before.open(sealed, "pay_1")).rejects.toThrow(SealBroken);
    expect(text(await vaultOf({ current: SECOND, hash: FIRST }).open(sealed, "pay_1"))).toBe("254708374149");
  });

  it("is found out by whoever still has the keys of before, once, when something newer comes along", async () => {
    const looks: (number | undefined)[] = [];
    const late = createPhoneVault((maxAgeMs) => {
      looks.push(maxAgeMs);
      return Promise.resolve(PhoneKeysSecret.parse(maxAgeMs === undefined ? { current: FIRST } : AFTER));
    });
    const [old, newer] = [await before.seal(bytes("0708"), "pay_1"), await after.seal(bytes("0711"), "pay_1")];
    expect(text(await late.open(old, "pay_1"))).toBe("0708");
    expect(looks).toEqual([undefined]);
    expect(text(await late.open(newer, "pay_1"))).toBe("0711");
    expect(looks).toEqual([undefined, undefined, 5_000]);
    await expect(late.open(newer, "pay_2")).rejects.toThrow(SealBroken);
  });

  it("never makes unreadable what any key before has sealed", async () => {
    let secret = JSON.stringify({ current: FIRST });
    const sealed: Uint8Array[] = [];
    for (let rotation = 1; rotation <= 6; rotation += 1) {
      sealed.push(await vaultOf(JSON.parse(secret) as Record<string, string>).seal(bytes(`key ${rotation}`), "pay_1"));
      secret = rotatedPhoneKeys(secret, `key number ${rotation}, in force since the one before was rotated out`);
    }
    const last = vaultOf(JSON.parse(secret) as Record<string, string>);
    for (const [at, one] of sealed.entries()) expect(text(await last.open(one, "pay_1"))).toBe(`key ${at + 1}`);
    expect(await last.hash("254708374149")).toBe(await before.hash("254708374149"));
  });

  it("is refused when it would change the hash by accident, and the error shows no key", () => {
    const rotate = () => PhoneKeysSecret.parse({ current: SECOND, previous: FIRST });
    expect(rotate).toThrow(/must carry the first key/);
    expect(rotate).not.toThrow(new RegExp(FIRST));
    expect(() => PhoneKeysSecret.parse({ current: "short" })).toThrow();
  });
});

describe("keeping a received text", () => {
  const vault = vaultOf({ current: FIRST });

  it("gives back every text as it came", async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme", maxLength: 2_000 }), async (raw) => {
        expect(await vault.openText(await vault.sealText(raw, "pay_1"), "pay_1")).toBe(raw);
      }),
    );
  });

  it.each(["pay_1", "pyo_1", "rfd_1"])(
    "gives back a text of %s that is far longer than the compressor's window",
    async (id) => {
      const raw = Array.from({ length: 4_000 }, (_, place) => `{"row":${place * 7_919}}`).join("");
      expect(await vault.openText(await vault.sealText(raw, id), id)).toBe(raw);
    },
  );

  it("takes a typical callback to less than two hundred bytes", async () => {
    const raw = paidText(intent(), freshReceipt());
    expect(raw.length).toBeGreaterThan(400);
    expect((await vault.sealText(raw, "pay_1")).length).toBeLessThan(200);
  });

  it("takes a typical result of a payout to a quarter of it", async () => {
    const asked = payoutIntent();
    const raw = resultText(asked, freshReceipt());
    expect(raw.length).toBeGreaterThan(800);
    const sealed = await vault.sealText(raw, asked.id);
    expect(sealed.length).toBeLessThan(220);
    expect(await vault.openText(sealed, asked.id)).toBe(raw);
  });

  it("opens what was packed before there were payouts", async () => {
    const first = vaultOf({ current: "the first key of this store, which is long enough" });
    const sealed =
      "pFyrhMVlk7YVSBz16xJgojPDJeF/0IN3+jDJuwpooCt+lcpSWyaD8RCTHUk/ppF1OyqUHC56+a2bOXFr4dde8zm5g0Pq/+ot+5E3ZznVGuxPar0L";
    const read = await first.openText(Buffer.from(sealed, "base64"), "pay_1");
    expect(JSON.parse(read)).toEqual({
      Body: {
        stkCallback: {
          MerchantRequestID: "29115-34620561-1",
          CheckoutRequestID: "ws_CO_191220191020363925",
          ResultCode: 1032,
          ResultDesc: "Request cancelled by user.",
        },
      },
    });
  });

  it("says so when it was packed with words that nobody has any more", async () => {
    const sealed = await vault.seal(Uint8Array.of(250, 3, 0), "pay_1");
    await expect(vault.openText(sealed, "pay_1")).rejects.toThrow("a dictionary that does not exist");
  });

  it("does not open for another transaction", async () => {
    const sealed = await vault.sealText("{}", "pay_1");
    await expect(vault.openText(sealed, "pay_2")).rejects.toThrow(SealBroken);
  });
});
