import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  CALLBACK_KINDS,
  callbackToken,
  callbackUrl,
  checkCallbackToken,
  checkCallbackUrl,
} from "../../../functions/daraja/callback-url.ts";

const ID = "pay_0123456789abcdfghijknpqrst";
const SECRET = "a-signing-secret-of-some-length";
const check = (token: string, secrets: readonly string[] = [SECRET], id = ID) =>
  checkCallbackToken({ kind: "stk", id, token, secrets });
const token = callbackToken({ kind: "stk", id: ID, secret: SECRET });

describe("the token", () => {
  test("has 26 characters of the id alphabet: 130 bits", () => {
    expect(token).toMatch(/^[0-9a-dfgh-kn-qp-z]{26}$/);
    expect(token).not.toMatch(/[elmo]/);
  });

  test("is the same for the same callback and another for any other", () => {
    expect(callbackToken({ kind: "stk", id: ID, secret: SECRET })).toBe(token);
    expect(callbackToken({ kind: "stk", id: `${ID}0`, secret: SECRET })).not.toBe(token);
    expect(callbackToken({ kind: "stk", id: ID, secret: `${SECRET}0` })).not.toBe(token);
  });

  test("is taken under the current and the previous secret, and under no other", () => {
    expect(check(token)).toBe(true);
    expect(check(token, ["new", SECRET])).toBe(true);
    expect(check(token, [SECRET, "old"])).toBe(true);
    expect(check(token, ["new", "old"])).toBe(false);
    expect(check(token, [])).toBe(false);
    expect(check(token, [SECRET], "pay_other")).toBe(false);
  });

  test("is refused with any character changed, cut or added, and so is anything else", () => {
    fc.assert(
      fc.property(fc.nat(25), fc.constantFrom(...Array.from("0123456789abcdfghijknpqrstuvwxyz")), (at, put) => {
        const forged = token.slice(0, at) + put + token.slice(at + 1);
        expect(check(forged)).toBe(forged === token);
      }),
    );
    for (const forged of ["", token.slice(1), `${token}0`, token.toUpperCase(), `${token.slice(0, 25)}\u0100`])
      expect(check(forged)).toBe(false);
    fc.assert(fc.property(fc.string({ unit: "binary" }), (forged) => !check(forged)));
  });

  // Mutations found it: a letter beyond Latin-1 was taken for the one that its last eight bits spell.
  test("is refused with a letter that only ends in the right bits", () => {
    const callback = { kind: "stk", id: "pay_0123456789abcdfghijknpqrst" } as const;
    const token = callbackToken({ ...callback, secret: "a secret" });
    const disguised = String.fromCharCode(0x4d00 + token.charCodeAt(3));
    const changed = `${token.slice(0, 3)}${disguised}${token.slice(4)}`;
    expect(checkCallbackToken({ ...callback, token: changed, secrets: ["a secret"] })).toBe(false);
    expect(checkCallbackToken({ ...callback, token, secrets: ["a secret"] })).toBe(true);
  });

  test("of any id never spells a word that Daraja refuses", () => {
    fc.assert(
      fc.property(fc.string(), fc.string({ minLength: 1 }), (id, secret) => {
        expect(callbackToken({ kind: "stk", id, secret })).not.toMatch(/m-?pesa|safaricom|exe|cmd|sql|query/i);
      }),
    );
  });
});

describe("the URL", () => {
  test("of every kind is one that Daraja takes, and its token is good for that kind alone", () => {
    const tokens = CALLBACK_KINDS.map((kind) => {
      const url = callbackUrl({ baseUrl: "https://callbacks.duka.co.ke", kind, id: ID, secret: SECRET });
      expect(checkCallbackUrl(url, "production")).toEqual({ ok: true });
      return url.slice(url.lastIndexOf("/") + 1);
    });
    expect(new Set(tokens).size).toBe(CALLBACK_KINDS.length);
    const [, , late = ""] = tokens;
    expect(checkCallbackToken({ kind: "b2c-late", id: ID, token: late, secrets: [SECRET] })).toBe(true);
    expect(checkCallbackToken({ kind: "b2c", id: ID, token: late, secrets: [SECRET] })).toBe(false);
  });

  test("is base, kind, id and token, with or without a slash at the base's end", () => {
    const url = `https://callbacks.duka.co.ke/callbacks/v1/stk/${ID}/${token}`;
    for (const baseUrl of ["https://callbacks.duka.co.ke", "https://callbacks.duka.co.ke/"])
      expect(callbackUrl({ baseUrl, kind: "stk", id: ID, secret: SECRET })).toBe(url);
    expect(checkCallbackUrl(url, "production")).toEqual({ ok: true });
  });

  test.each([
    "https://callbacks.duka.co.ke",
    "https://callbacks.duka.co.ke/",
    "https://a.co/in/x_y~z.1",
    "https://41.90.64.1/callbacks",
  ])("%s is fine in production", (url) => {
    expect(checkCallbackUrl(url, "production")).toEqual({ ok: true });
  });

  test.each(["http://127.0.0.1:8080", "http://localhost:3000/x", "https://x.ngrok.io", "https://x.example.com:8443"])(
    "%s is fine in the sandbox and not in production",
    (url) => {
      expect(checkCallbackUrl(url, "sandbox")).toEqual({ ok: true });
      expect(checkCallbackUrl(url, "production").ok).toBe(false);
    },
  );

  test.each([
    ["https://abc.execute-api.eu-west-1.amazonaws.com/x", "exec"],
    ["https://mpesa.duka.co.ke", "mpesa"],
    ["https://duka.co.ke/M-PESA", "m-pesa"],
    ["https://duka.co.ke/Safaricom", "safaricom"],
    ["https://duka.co.ke/a.exe", "exe"],
    ["https://duka.co.ke/cmd", "cmd"],
    ["https://mysql.duka.co.ke", "sql"],
    ["https://duka.co.ke/QueryResult", "query"],
  ])("%s is refused for the word %s", (url, word) => {
    const refused = { ok: false, because: expect.stringContaining(`"${word}"`) as string };
    expect(checkCallbackUrl(url, "production")).toMatchObject(refused);
    const inHost = new URL(url).hostname.includes(word);
    expect(checkCallbackUrl(url, "sandbox")).toMatchObject(inHost ? { ok: true } : refused);
  });

  test("an API Gateway host is refused with the way out", () => {
    expect(checkCallbackUrl("https://abc.execute-api.eu-west-1.amazonaws.com", "production")).toMatchObject({
      because: expect.stringContaining("domain of their own") as string,
    });
  });

  test.each([
    "https://Duka.co.ke",
    "https://duka.co.ke/a b",
    "https://duka.co.ke/?a=1",
    "https://duka.co.ke/#a",
    "https://duka.co.ke/%41",
    "https://user@duka.co.ke/",
    "https://duka.co.ke/../x",
    "https://duka.co.ke:443/x",
    "ftp://duka.co.ke",
    "duka.co.ke",
    "",
    "https://",
    `https://duka.co.ke/${"a".repeat(255)}`,
  ])("%j is refused everywhere", (url) => {
    expect(checkCallbackUrl(url, "sandbox").ok).toBe(false);
    expect(checkCallbackUrl(url, "production").ok).toBe(false);
  });

  test.each([
    "https://localhost",
    "https://gateway",
    "https://gateway.internal",
    "https://10.0.0.1",
    "https://127.0.0.1",
    "https://169.254.169.254",
    "https://172.20.1.1",
    "https://192.168.1.1",
    "https://100.64.0.1",
    "https://0.0.0.0",
    "https://a.ngrok-free.app",
    "https://b.trycloudflare.com",
    "https://webhook.site/x",
    "http://duka.co.ke",
    "https://duka.co.ke:8443",
  ])("%s can't be called from outside, so production refuses it", (url) => {
    expect(checkCallbackUrl(url, "production").ok).toBe(false);
  });

  test("any text has an answer", () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.webUrl()),
        (url) => typeof checkCallbackUrl(url, "production").ok === "boolean",
      ),
    );
  });
});
