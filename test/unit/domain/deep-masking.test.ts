import { describe, expect, it } from "vitest";
import { DEEP_LIMITS, maskDeep } from "../../../functions/domain/deep-masking.ts";

describe("a structured value", () => {
  it("loses its secrets by name and its phone numbers wherever they are", () => {
    const masked = maskDeep({
      BusinessShortCode: 174379,
      Password: "short",
      Timestamp: "20210628092408",
      PartyA: 254708374149,
      access_token: { value: "abc" },
      consumerSecret: "abc",
      mpesa_pin: 1234,
      note: ["call 0712 345 678", { msisdn: "712345678" }],
      "by 0712345678": 1n,
    });
    expect(masked).toEqual({
      BusinessShortCode: 174379,
      Password: "[masked]",
      Timestamp: "20210628092408",
      PartyA: "2547*****149",
      access_token: "[masked]",
      consumerSecret: "[masked]",
      mpesa_pin: "[masked]",
      note: ["call 2547*****678", { msisdn: "7*****678" }],
      "by 2547*****678": 1n,
    });
  });

  it("keeps what finance and engineers need to read", () => {
    const readable = {
      id: "pay_0123456789abcdfghijknpqrst",
      receipt: "NLJ7RT61SV",
      amount_cents: 712345678,
      total: "112345678",
      TransactionDate: 20191219102115,
      at: 1763741234567,
      paid: true,
      failure: null,
      took_ms: 12.5,
      shipping: "free",
    };
    expect(maskDeep(readable)).toEqual(readable);
  });

  it("may be an error, with its cause and its own fields", () => {
    const error = Object.assign(new Error("no answer for 0712345678", { cause: new Error("Bearer abcdefgh") }), {
      token: "abc",
      status: 500,
    });
    expect(maskDeep(error)).toMatchObject({
      name: "Error",
      message: "no answer for 2547*****678",
      cause: { message: "Bearer [masked]" },
      token: "[masked]",
      status: 500,
    });
    expect(JSON.stringify(maskDeep(error))).not.toContain("0712345678");
  });

  it("may hold whatever JavaScript has", () => {
    const masked = maskDeep({
      date: new Date(0),
      noDate: new Date(Number.NaN),
      map: new Map([
        ["secret", "x"],
        ["a", "b"],
      ]),
      set: new Set(["0712345678"]),
      bytes: new Uint8Array(3),
      call: () => 1,
      symbol: Symbol("s"),
      nothing: undefined,
    });
    expect(masked).toEqual({
      date: "1970-01-01T00:00:00.000Z",
      noDate: "[invalid date]",
      map: { secret: "[masked]", a: "b" },
      set: ["2547*****678"],
      bytes: "[3 bytes]",
      call: "[function]",
      symbol: "[symbol]",
      nothing: undefined,
    });
  });

  it("that throws when it is read is said to be unreadable", () => {
    const trap = Object.defineProperty({}, "a", {
      enumerable: true,
      get: () => {
        throw new Error("0712345678");
      },
    });
    expect(maskDeep({ trap, b: 1 })).toEqual({ trap: "[unreadable]", b: 1 });
  });

  it("that contains itself ends at a depth", () => {
    const self: Record<string, unknown> = { a: 1 };
    self["self"] = self;
    const text = JSON.stringify(maskDeep(self));
    expect(text).toContain("[deeper]");
    expect(text.length).toBeLessThan(500);
  });

  it("with a million items ends at a number of them", () => {
    const masked = maskDeep({ list: Array.from({ length: 1_000_000 }, (_, index) => index) }) as { list: unknown[] };
    expect(masked.list.length).toBeLessThanOrEqual(DEEP_LIMITS.nodes + 1);
    expect(masked.list.at(-1)).toBe("[more]");
  });
});

describe("a long text", () => {
  it("is cut, and says how long it was", () => {
    const masked = maskDeep("x ".repeat(50_000)) as string;
    expect(masked.length).toBeLessThan(DEEP_LIMITS.text + 50);
    expect(masked).toMatch(/… \[100000 characters\]$/);
  });

  it("shows no half of a number, wherever the cut falls", () => {
    for (let shift = 0; shift < 40; shift += 1) {
      const text = `${"x".repeat(DEEP_LIMITS.text + 512 - shift)}254712345678${"y".repeat(1_000)}`;
      expect(maskDeep(text)).not.toMatch(/\d{5}(?! characters)/);
      expect(maskDeep(`${"Bearer abcdefgh ".repeat(700)}${text}`)).not.toMatch(/25471234/);
    }
  });
});

describe("what is written of an error", () => {
  const fieldsOf = (error: Error): readonly string[] => Object.keys(maskDeep(error) as object);

  it("is its name, message, stack, cause and own fields, each once", () => {
    expect(fieldsOf(new Error("x"))).toEqual(["name", "message", "stack"]);
    const own = Object.assign(new Error("x"), { name: "Refused", message: "y", stack: "z", status: 500 });
    expect(maskDeep(own)).toEqual({ name: "Refused", message: "y", stack: "z", status: 500 });
    const caused = Object.assign(new Error("x", { cause: null }), { cause: "0712345678" });
    expect(maskDeep(caused)).toMatchObject({ cause: "2547*****678" });
    expect(fieldsOf(caused)).toEqual(["name", "message", "stack", "cause"]);
  });
});

describe("the limits", () => {
  const nested = (levels: number): unknown =>
    Array.from({ length: levels }).reduce<unknown>((inner) => ({ in: inner }), "end");

  it("are eight levels below the value itself", () => {
    expect(maskDeep(nested(8))).toEqual(nested(8));
    expect(JSON.stringify(maskDeep(nested(9)))).toBe(JSON.stringify(nested(8)).replace("end", "[deeper]"));
    const lists = [[[[[[[[[1]]]]]]]]];
    expect(JSON.stringify(maskDeep(lists))).toBe('[[[[[[[["[deeper]"]]]]]]]]');
  });

  it("are a thousand fields and items over all levels, the value itself among them", () => {
    const fields = (count: number) => Object.fromEntries(Array.from({ length: count }, (_, at) => [`f${at}`, at]));
    const most = DEEP_LIMITS.nodes - 1;
    expect(maskDeep(fields(most))).toEqual(fields(most));
    expect(maskDeep(fields(most + 1))).toEqual({ ...fields(most), more: "[more]" });
    const two = maskDeep({ a: fields(600), b: fields(600) }) as { a: object; b: object };
    expect([Object.keys(two.a).length, Object.keys(two.b).length]).toEqual([600, 398]);
    const list = Array.from({ length: most + 1 }, (_, at) => at);
    expect(maskDeep(list)).toEqual([...list.slice(0, most), "[more]"]);
    expect(maskDeep(list.slice(1))).toEqual(list.slice(1));
  });

  it("cut a text that is longer, and no other", () => {
    const whole = "x ".repeat(DEEP_LIMITS.text / 2);
    const cut = (text: string, length: number): string => `${text}… [${length} characters]`;
    expect(maskDeep(whole) === whole).toBe(true);
    expect(maskDeep(`${whole}x`) === cut(whole.slice(0, 8_193 - 512), 8_193)).toBe(true);
    expect(maskDeep(whole.repeat(2)) === cut(whole, 16_384)).toBe(true);
    expect(Object.keys(maskDeep({ [whole.repeat(2)]: 1 }) as object)[0] === cut(whole, 16_384)).toBe(true);
    expect(maskDeep("x".repeat(16_384))).toBe(cut("", 16_384));
  });
});

describe("what a field is called", () => {
  it("says whether nine digits are an amount, in numbers and in words", () => {
    const counted = { amount: 712345678, total: "712345678", big_count: 712345678n };
    expect(maskDeep(counted)).toEqual(counted);
    expect(maskDeep({ who: 712345678, whom: "712345678", big: 712345678n })).toEqual({
      who: "7*****678",
      whom: "7*****678",
      big: "7*****678",
    });
    expect(maskDeep({ amount: "0712345678", total: "712345678 " })).toEqual({
      amount: "2547*****678",
      total: "7*****678 ",
    });
    expect(maskDeep({ amounts: [712345678], amount: [712345678] })).toEqual({
      amounts: ["7*****678"],
      amount: [712345678],
    });
  });

  it("hides a secret of whatever shape, but not that there is none", () => {
    const empty = { token: null, password: undefined, secret: "", pin: false };
    expect(maskDeep(empty)).toEqual(empty);
    expect(maskDeep({ token: 0, secret: [], pin: () => 1 })).toEqual({
      token: "[masked]",
      secret: "[masked]",
      pin: "[masked]",
    });
  });

  it("may be a key of a map that is no text", () => {
    expect(maskDeep(new Map<unknown, unknown>([[254712345678, 1]]))).toEqual({ "2547*****678": 1 });
  });
});
