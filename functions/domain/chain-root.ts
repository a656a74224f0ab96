/**
 * The day's root: one hash over the head of every history that changed that day and over every file of the archive, tied
 * to the root of the day before. What must stay true: it depends on what the archive holds and on nothing else, so whoever
 * has the archive computes it again; one changed byte, in any file or history, gives another root.
 */
import { createHash } from "node:crypto";
import * as z from "zod";
import type { ArchiveLine } from "./archive-line.ts";
import { canonicalJson, sha256Hex } from "./canonical-json.ts";

const Sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const Count = z.int().nonnegative();

/** What is kept of one Nairobi day. */
export const DayRoot = z.strictObject({
  version: z.literal(1),
  /** The Nairobi day, `yyyy-MM-dd`. */
  date: z.iso.date(),
  /** The root of the day before; null on the first. */
  previous: Sha256.nullable(),
  /** How many histories changed. */
  histories: Count,
  /** SHA-256 over their heads. */
  heads: Sha256,
  /** How many files the archive has of the day. */
  files: Count,
  /** SHA-256 over their names and contents. */
  contents: Sha256,
  /** SHA-256 over all of the above as canonical JSON. */
  root: Sha256,
});
export type DayRoot = z.infer<typeof DayRoot>;

/** How far a history had come, and its hash then. */
export interface Head {
  /** Entries. */
  readonly length: number;
  readonly chain: string;
}

/** A file of the archive. */
export interface ArchivedFile {
  readonly key: string;
  /** SHA-256 (hex) of its bytes, as they lie there. */
  readonly sha256: string;
}

const linesDigest = (lines: readonly string[]): string => {
  const hash = createHash("sha256");
  for (const line of lines.toSorted()) hash.update(`${line}\n`);
  return hash.digest("hex");
};

/** Takes a line in. A file may come twice, in other company: the longest history counts, and of equal ones always the same. */
export const takeHead = (heads: Map<string, Head>, line: ArchiveLine): void => {
  if (line.kind !== "entry") return;
  const { id, chain } = line;
  const length = line.index + 1;
  const known = heads.get(id);
  if (!known || length > known.length || (length === known.length && chain > known.chain))
    heads.set(id, { length, chain });
};

export interface Day {
  readonly date: string;
  readonly previous: string | null;
  readonly heads: ReadonlyMap<string, Head>;
  readonly files: readonly ArchivedFile[];
}

export const rootOf = ({ date, previous, heads, files }: Day): DayRoot => {
  const said = {
    version: 1,
    date,
    previous,
    histories: heads.size,
    heads: linesDigest([...heads].map(([id, { length, chain }]) => `${id} ${length} ${chain}`)),
    files: files.length,
    contents: linesDigest(files.map(({ key, sha256 }) => `${key} ${sha256}`)),
  } as const;
  return { ...said, root: sha256Hex(canonicalJson(said)) };
};

/** Whether a kept root says what its own hash covers. */
export const isWhole = ({ root, ...said }: DayRoot): boolean => sha256Hex(canonicalJson(said)) === root;

/** Where the archive keeps things: names that sort by day, and within a day by when the ledger wrote. */
export const ARCHIVE_PREFIXES = ["entries", "roots"] as const;
const DIGITS = 40;

export const entriesOf = (date: string): string => `entries/${date.replaceAll("-", "/")}/`;

/** `first` and `last` are sequence numbers of the table's stream: decimal, of any length. */
export const entriesKey = (date: string, { first, last }: { readonly first: string; readonly last: string }): string =>
  `${entriesOf(date)}${first.padStart(DIGITS, "0")}-${last.padStart(DIGITS, "0")}.ndjson.gz`;

export const rootKey = (date: string): string => `roots/${date}.json`;

const ROOT_KEY = /^roots\/(\d{4}-\d\d-\d\d)\.json$/;
const ENTRIES_KEY = /^entries\/(\d{4})\/(\d\d)\/(\d\d)\//;

/** The day of a root's name; null for any other name. */
export const dateOfRoot = (key: string): string | null => ROOT_KEY.exec(key)?.[1] ?? null;

/** The day under which entries lie; null for any other name. */
export const dateOfEntries = (key: string): string | null => {
  const found = ENTRIES_KEY.exec(key);
  return found ? found.slice(1, 4).join("-") : null;
};
