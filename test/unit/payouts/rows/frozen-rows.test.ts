import { Buffer } from "node:buffer";
import { createHash } from "node:crypto";
import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { digestHead, digestLine } from "../../../../functions/domain/batch-row.ts";
import type { BatchRow } from "../../../../functions/domain/batch-row.ts";
import { shillings } from "../../../../functions/domain/money.ts";
import { Msisdn } from "../../../../functions/domain/msisdn.ts";
import {
  freeze,
  FrozenFault,
  readFrozenRow,
  thaw,
  verifyFrozen,
} from "../../../../functions/payouts/rows/frozen-rows.ts";
import { createRowsDigest, digestOf } from "../../../../functions/payouts/rows/rows-digest.ts";

const HEAD = { storefront: "duka", shortcode: "600000", reference: "NOV-2026", kind: "salary" };
const row = (position: number, changes: Partial<BatchRow> = {}): BatchRow => ({
  position,
  row: position + 1,
  phone: Msisdn.parse(`25471${String(position).padStart(7, "0")}`),
  amount: shillings(10 + position),
  reference: `INV-${position}`,
  remarks: "",
  ...changes,
});
const rows = (count: number): readonly BatchRow[] => Array.from({ length: count }, (_, index) => row(index + 1));
const ROWS = rows(3);
const textOf = (all: readonly BatchRow[]): string => digestHead(HEAD) + all.map(digestLine).join("");
const sha256 = (text: string): string => createHash("sha256").update(text).digest("hex");
const read = async (bytes: Uint8Array | AsyncIterable<Uint8Array>, digest: string, head = HEAD) => {
  const read: BatchRow[] = [];
  for await (const one of thaw(bytes, { head, digest })) read.push(one);
  return read;
};

it("the digest is SHA-256 over the head and the rows' lines", async () => {
  expect(await digestOf(HEAD, ROWS)).toBe(sha256(textOf(ROWS)));
  expect(await digestOf(HEAD, [])).toBe(sha256(digestHead(HEAD)));
});

it("the digest can be read on the way and takes no row out of order", () => {
  const digest = createRowsDigest(HEAD);
  expect(digest.hex()).toBe(sha256(digestHead(HEAD)));
  digest.add(row(1));
  expect(() => digest.add(row(1))).toThrow(RangeError);
  expect(() => digest.add(row(3))).toThrow(RangeError);
  digest.add(row(2));
  expect(digest.hex()).toBe(sha256(textOf(rows(2))));
});

it("rows come back as they went in, with their totals", async () => {
  const many = rows(5_000);
  const frozen = await freeze(HEAD, many);
  expect(gunzipSync(frozen.bytes).toString("utf8")).toBe(textOf(many));
  expect(frozen).toMatchObject({ digest: sha256(textOf(many)), count: 5_000, largestCents: 501_000 });
  expect(frozen.totalCents).toBe(many.reduce((sum, { amount }) => sum + amount, 0));
  expect(await read(frozen.bytes, frozen.digest)).toEqual(many);
  expect(await verifyFrozen(frozen.bytes, { head: HEAD, digest: frozen.digest })).toBe(5_000);
});

it("the same rows freeze to the same bytes", async () => {
  expect((await freeze(HEAD, ROWS)).bytes).toEqual((await freeze(HEAD, ROWS)).bytes);
});

it("rows come back from bytes in any chunks", async () => {
  const frozen = await freeze(HEAD, ROWS);
  async function* single(): AsyncGenerator<Uint8Array> {
    for (const byte of frozen.bytes) yield await Promise.resolve(Uint8Array.of(byte));
  }
  expect(await read(single(), frozen.digest)).toEqual(ROWS);
});

it("nothing is frozen when reading the rows fails", async () => {
  async function* broken(): AsyncGenerator<BatchRow> {
    yield await Promise.resolve(row(1));
    throw new TypeError("no more rows");
  }
  await expect(freeze(HEAD, broken())).rejects.toThrow(TypeError);
});

describe("frozen rows that were changed are a fault", () => {
  const digest = sha256(textOf(ROWS));
  const line = (one: BatchRow): string => digestLine(one);
  const [first, second, third] = ROWS as [BatchRow, BatchRow, BatchRow];
  it.each<[string, string]>([
    ["another amount", textOf([first, { ...second, amount: shillings(9_999) }, third])],
    ["another phone", textOf([first, { ...second, phone: third.phone }, third])],
    ["a row that is missing", textOf([first, third])],
    ["the last row missing", textOf([first, second])],
    ["a row more", textOf([...ROWS, row(4)])],
    ["rows in another order", textOf([second, first, third])],
    ["a row twice", textOf([first, first, second, third])],
    ["no rows and no head", ""],
    ["no head", ROWS.map(line).join("")],
    ["a last line without its end", textOf(ROWS).trimEnd()],
    ["half of a line more", `${textOf(ROWS)}[4,5,"254710`],
    ["an empty line", `${textOf(ROWS)}\n`],
    ["a space in a line", textOf(ROWS).replace('1000,"INV', '1000, "INV').replace("[2,", "[2, ")],
    ["a line that is no row", `${textOf(ROWS)}{}\n`],
  ])("%s", async (_what, text) => {
    await expect(read(gzipSync(text), digest)).rejects.toThrow(FrozenFault);
  });

  it("a line without end, which is not read to its end", async () => {
    const endless = gzipSync(`${textOf(ROWS)}${"x".repeat(1_000_000)}`);
    await expect(read(endless, digest)).rejects.toThrow("has no end");
  });

  it("bytes cut off, or that are no gzip", async () => {
    const { bytes } = await freeze(HEAD, rows(1_000));
    await expect(read(bytes.subarray(0, bytes.length - 20), digest)).rejects.toThrow(FrozenFault);
    await expect(read(Buffer.from("not gzip"), digest)).rejects.toThrow(FrozenFault);
  });

  it("another batch's head, or another digest", async () => {
    const { bytes } = await freeze(HEAD, ROWS);
    await expect(read(bytes, digest, { ...HEAD, reference: "DEC-2026" })).rejects.toThrow("another batch's");
    await expect(read(bytes, sha256(""))).rejects.toThrow("not those of the digest");
  });

  it("a fault of the source is the source's", async () => {
    const { bytes } = await freeze(HEAD, ROWS);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield await Promise.resolve(bytes.subarray(0, 20));
      throw new TypeError("the connection was reset");
    }
    await expect(read(broken(), digest)).rejects.toThrow(TypeError);
  });
});

it("a line is read back only as it was written", () => {
  expect(readFrozenRow(digestLine(row(1)))).toEqual(row(1));
  for (const line of [
    digestLine(row(1)).trimEnd(),
    digestLine(row(1)).replace(",", " ,"),
    digestLine(row(1)).replace("[1,", "[1.0,"),
    digestLine(row(1)).replace("25471", "25451"),
    digestLine({ ...row(1), reference: "" }),
    digestLine({ ...row(1), reference: "é" }),
    digestLine({ ...row(1), remarks: "r".repeat(101) }),
    "[1,2]\n",
    "null\n",
    "\n",
  ])
    expect(() => readFrozenRow(line)).toThrow(FrozenFault);
});
