/**
 * The parts of a workbook, which is a ZIP archive: found by the archive's directory and unpacked piece by piece. What
 * must stay true: no more comes out of a part than its limit, whatever the archive says of its size, and nothing is
 * unpacked before it is asked for.
 */
import type { Buffer } from "node:buffer";
import { Readable } from "node:stream";
import { createInflateRaw } from "node:zlib";
import { count } from "../sheet-row.ts";
import { StatementRefused } from "../statement-refused.ts";

export interface Archive {
  readonly has: (name: string) => boolean;
  /** The part's bytes. Throws StatementRefused when there are more than `mostBytes`, or when it is damaged. */
  readonly unpack: (name: string, mostBytes: number) => AsyncGenerator<Uint8Array, void, undefined>;
}

interface Entry {
  readonly method: number;
  readonly packed: number;
  readonly offset: number;
}

const END = { signature: 0x06054b50, bytes: 22, longestComment: 65_535 } as const;
const DIRECTORY = { signature: 0x02014b50, bytes: 46 } as const;
const LOCAL = { signature: 0x04034b50, bytes: 30 } as const;
const STORED = 0;
const DEFLATED = 8;
const ENCRYPTED = 1;
/** A workbook has a few dozen parts. */
const MOST_ENTRIES = 2_000;
const PIECE_BYTES = 65_536;

export const damaged = (): StatementRefused =>
  new StatementRefused(
    "unreadable",
    "The workbook is damaged or of an unusual kind. Export the statement from the portal again, or open the file in Excel and save it as XLSX again.",
  );

const endOf = (archive: Buffer): number => {
  const first = Math.max(0, archive.length - END.bytes - END.longestComment);
  for (let at = archive.length - END.bytes; at >= first; at -= 1)
    if (archive.readUInt32LE(at) === END.signature) return at;
  throw damaged();
};

const readDirectory = (archive: Buffer): ReadonlyMap<string, Entry> => {
  const end = endOf(archive);
  const total = archive.readUInt16LE(end + 10);
  if (total > MOST_ENTRIES) throw damaged();
  const entries = new Map<string, Entry>();
  let at = archive.readUInt32LE(end + 16);
  for (let index = 0; index < total; index += 1) {
    if (at + DIRECTORY.bytes > end || archive.readUInt32LE(at) !== DIRECTORY.signature) throw damaged();
    const nameBytes = archive.readUInt16LE(at + 28);
    const name = archive.toString("utf8", at + DIRECTORY.bytes, at + DIRECTORY.bytes + nameBytes);
    if ((archive.readUInt16LE(at + 8) & ENCRYPTED) !== 0 || entries.has(name)) throw damaged();
    entries.set(name, {
      method: archive.readUInt16LE(at + 10),
      packed: archive.readUInt32LE(at + 20),
      offset: archive.readUInt32LE(at + 42),
    });
    at += DIRECTORY.bytes + nameBytes + archive.readUInt16LE(at + 30) + archive.readUInt16LE(at + 32);
  }
  return entries;
};

const packedBytes = (archive: Buffer, { offset, packed }: Entry): Buffer => {
  if (offset + LOCAL.bytes > archive.length || archive.readUInt32LE(offset) !== LOCAL.signature) throw damaged();
  const start = offset + LOCAL.bytes + archive.readUInt16LE(offset + 26) + archive.readUInt16LE(offset + 28);
  if (start + packed > archive.length) throw damaged();
  return archive.subarray(start, start + packed);
};

function* pieces(bytes: Buffer): Generator<Buffer> {
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) yield bytes.subarray(from, from + PIECE_BYTES);
}

async function* inflate(bytes: Buffer): AsyncGenerator<Uint8Array, void, undefined> {
  const inflated = Readable.from(pieces(bytes)).pipe(createInflateRaw({ chunkSize: PIECE_BYTES }));
  try {
    for await (const piece of inflated) {
      if (!(piece instanceof Uint8Array)) throw damaged();
      yield piece;
    }
  } catch (error) {
    // Zlib's own complaints, all of which mean the same to the person who sent the file.
    if (error instanceof Error && "errno" in error) throw damaged();
    throw error;
  }
}

/** Opens an archive that is in memory, packed. Throws StatementRefused. */
export const openArchive = (archive: Buffer): Archive => {
  const entries = readDirectory(archive);
  return {
    has: (name) => entries.has(name),
    unpack: async function* (name, mostBytes) {
      const entry = entries.get(name);
      if (!entry || (entry.method !== STORED && entry.method !== DEFLATED)) throw damaged();
      const bytes = packedBytes(archive, entry);
      let total = 0;
      for await (const piece of entry.method === STORED ? pieces(bytes) : inflate(bytes)) {
        total += piece.length;
        if (total > mostBytes)
          throw new StatementRefused(
            "too_large",
            `The workbook unpacks to more than ${count(mostBytes)} bytes. Export the statement as CSV, or for fewer days at a time.`,
          );
        yield piece;
      }
    },
  };
};
