import { Readable } from "node:stream";
import { describe, expect, it } from "vitest";
import { beginsWith, plainText } from "../../../functions/domain/plain-text.ts";

const piecesOf = async (chunks: readonly Uint8Array[]): Promise<readonly string[]> => {
  const pieces: string[] = [];
  for await (const piece of plainText(Readable.from(chunks), () => new Error("no text"))) pieces.push(piece);
  return pieces;
};
const read = async (...chunks: readonly (string | readonly number[])[]): Promise<string> => {
  const bytes = chunks.map((chunk) => (typeof chunk === "string" ? Buffer.from(chunk) : Uint8Array.from(chunk)));
  return (await piecesOf(bytes)).join("");
};

describe("a file's text", () => {
  it("has its lines end alike, however they end and wherever the file is cut", async () => {
    expect(await read("a\r\nb\rc\nd")).toBe("a\nb\nc\nd");
    expect(await read("a\r", "\nb")).toBe("a\nb");
    expect(await read("a\r", "b")).toBe("a\nb");
    expect(await read("a\r", "\r", "\nb\r")).toBe("a\n\nb\n");
    expect(await read("a\r")).toBe("a\n");
    expect(await read("a")).toBe("a");
    expect(await read()).toBe("");
  });

  it("is whole across a cut inside a character", async () => {
    const bytes = [...Buffer.from("Wanjikũ €")];
    for (let cut = 0; cut <= bytes.length; cut += 1)
      expect(await read(bytes.slice(0, cut), bytes.slice(cut))).toBe("Wanjikũ €");
    expect(await read(bytes.slice(0, -1))).toBe("Wanjikũ \ufffd");
  });

  it("is read as its first two bytes say, without the mark itself", async () => {
    expect(await read([0xff, 0xfe, 0x41, 0x00, 0x20, 0x01])).toBe("A\u0120");
    expect(await read([0xfe, 0xff, 0x00, 0x41, 0x01, 0x20])).toBe("A\u0120");
    expect(await read([0xef, 0xbb, 0xbf, 0x41])).toBe("A");
    expect(await read([0xff, 0xfe], [0x41, 0x00])).toBe("A");
    expect(await read("A", [0xff, 0xfe])).toBe("A\ufffd\ufffd");
  });

  it("comes in pieces, however large a chunk is, and without losing any of it", async () => {
    const long = "0123456789".repeat(20_000);
    const pieces = await piecesOf([Buffer.from(long)]);
    expect(pieces.join("")).toBe(long);
    expect(Math.max(...pieces.map(({ length }) => length))).toBe(65_536);
    expect(await read("x".repeat(65_536))).toBe("x".repeat(65_536));
  });

  it("is no text where a byte is zero", async () => {
    await expect(read("a", "b\0c")).rejects.toThrow("no text");
  });
});

it("bytes begin with a mark only when all of it is there", () => {
  const bytes = Uint8Array.from([1, 2, 3]);
  expect(beginsWith(bytes, [1, 2])).toBe(true);
  expect(beginsWith(bytes, [1, 3])).toBe(false);
  expect(beginsWith(bytes, [2])).toBe(false);
  expect(beginsWith(bytes, [1, 2, 3, 4])).toBe(false);
});
