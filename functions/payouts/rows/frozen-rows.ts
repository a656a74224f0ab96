/**
 * A batch's accepted rows as they are kept from the moment they are approved on: gzip over exactly the text that the
 * digest is taken over, the head and then one line for each row. What must stay true: rows come back as they went in or
 * not at all; a file in which anything was changed, added or cut off is a fault.
 */
import type { Buffer } from "node:buffer";
import { pipeline } from "node:stream/promises";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import { createGunzip, createGzip } from "node:zlib";
import * as z from "zod";
import { digestHead, digestLine } from "../../domain/batch-row.ts";
import type { BatchHead, BatchRow } from "../../domain/batch-row.ts";
import { Cents } from "../../domain/money.ts";
import { Msisdn } from "../../domain/msisdn.ts";
import { createRowsDigest } from "./rows-digest.ts";

/** Rows as a file, and what there is to say about them. */
export interface Frozen {
  /** Gzip. */
  readonly bytes: Buffer;
  readonly digest: string;
  readonly count: number;
  readonly totalCents: Cents;
  /** The largest single amount; 0 without rows. */
  readonly largestCents: Cents;
}

/** Compress about this much text at a time. */
const PIECE_CHARACTERS = 65_536;

/** Freezes `rows`, which come in order from position 1. Rejects with whatever reading them throws. */
export const freeze = async (head: BatchHead, rows: Iterable<BatchRow> | AsyncIterable<BatchRow>): Promise<Frozen> => {
  const digest = createRowsDigest(head);
  let count = 0;
  let total = 0;
  let largest = 0;
  async function* text(): AsyncGenerator<string> {
    let piece = digestHead(head);
    for await (const row of rows) {
      piece += digest.add(row);
      count += 1;
      total += row.amount;
      largest = Math.max(largest, row.amount);
      if (piece.length < PIECE_CHARACTERS) continue;
      yield piece;
      piece = "";
    }
    yield piece;
  }
  const bytes = await pipeline(text, createGzip(), (compressed) => buffer(compressed));
  return { bytes, digest: digest.hex(), count, totalCents: Cents.parse(total), largestCents: Cents.parse(largest) };
};

/** The kept rows are not those that were frozen. Nothing may be paid from them. */
export class FrozenFault extends Error {
  override readonly name = "FrozenFault";
}

const printable = (max: number) =>
  z
    .string()
    .max(max)
    .regex(/^[\u0020-\u007e]*$/);
const Line = z.tuple([z.int().min(1), z.int().min(1), Msisdn, Cents, printable(64).min(1), printable(100)]);
/** No line that was written is longer, in characters. */
const LONGEST_LINE = 2_048;

const parsed = (line: string): unknown => {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
};

/** One row's line, its `\n` included, as the row. Throws FrozenFault unless it is exactly what was written. */
export const readFrozenRow = (line: string): BatchRow => {
  const fields = Line.safeParse(parsed(line));
  if (!fields.success) throw new FrozenFault("a line of the frozen rows is not a row");
  const [position, row, phone, amount, reference, remarks] = fields.data;
  const read = { position, row, phone, amount, reference, remarks };
  if (digestLine(read) !== line) throw new FrozenFault("a line of the frozen rows is not written as rows are");
  return read;
};

async function* linesOf(source: Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const gunzip = createGunzip();
  // A fault of the source destroys the reader below with the same error.
  pipeline(Readable.from(source instanceof Uint8Array ? [source] : source), gunzip).catch(() => undefined);
  let held = "";
  gunzip.setEncoding("utf8");
  for await (const piece of gunzip) {
    const lines = (held + String(piece)).split("\n");
    held = lines.pop() ?? "";
    if (held.length > LONGEST_LINE) throw new FrozenFault("a line of the frozen rows has no end");
    for (const line of lines) yield `${line}\n`;
  }
  if (held !== "") throw new FrozenFault("the frozen rows are cut off");
}

/** The lines; what can't be unpacked is a fault of the file, what can't be fetched is not. */
async function* unpacked(source: Uint8Array | AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  try {
    yield* linesOf(source);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code.startsWith("Z_")) throw new FrozenFault("the frozen rows can't be unpacked", { cause: error });
    throw error;
  }
}

export interface Expected {
  readonly head: BatchHead;
  readonly digest: string;
}

/**
 * The rows of a frozen file, in order from position 1. Throws FrozenFault at a line that is not what was written, and
 * after the last row when the whole is not what the digest was taken over: act on no row before the end was reached, or
 * before `verifyFrozen` has said that it can be.
 */
export async function* thaw(
  source: Uint8Array | AsyncIterable<Uint8Array>,
  { head, digest: expected }: Expected,
): AsyncGenerator<BatchRow, void, undefined> {
  const digest = createRowsDigest(head);
  let position = 0;
  let headed = false;
  for await (const line of unpacked(source)) {
    if (!headed) {
      if (line !== digestHead(head)) throw new FrozenFault("the frozen rows are another batch's");
      headed = true;
      continue;
    }
    const row = readFrozenRow(line);
    position += 1;
    if (row.position !== position) throw new FrozenFault(`row ${position} is not where it was in the frozen rows`);
    digest.add(row);
    yield row;
  }
  if (!headed || digest.hex() !== expected) throw new FrozenFault("the frozen rows are not those of the digest");
}

/** Reads a frozen file to its end. Throws FrozenFault unless it holds exactly what was digested; returns how many rows. */
export const verifyFrozen = async (
  source: Uint8Array | AsyncIterable<Uint8Array>,
  expected: Expected,
): Promise<number> => {
  let count = 0;
  for await (const { position } of thaw(source, expected)) count = position;
  return count;
};
