/**
 * A statement's lines as they are kept: gzip over one line of JSON for each line of the file, in the file's order. What
 * must stay true: lines come back as they went in or not at all, and whoever wants one day of a large file does not pay
 * for parsing the rest of it.
 */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { createGunzip, createGzip } from "node:zlib";
import * as z from "zod";
import { SignedCents } from "../domain/balance.ts";
import { Msisdn } from "../domain/msisdn.ts";
import type { PayerPhone } from "../domain/payer-phone.ts";
import { LINE_KINDS } from "../domain/statement-line.ts";
import type { StatementLine } from "../domain/statement-line.ts";
import type { ImportedStatement } from "../domain/statement.ts";
import type { Files } from "../runtime/files.ts";

/** The kept lines are not those that were imported. Nothing may be concluded from them. */
class KeptLinesFault extends Error {
  override readonly name = "KeptLinesFault";
}

/** The part of a statement that somebody wants: from `from` until, not including, `until`; epoch milliseconds. */
export interface Within {
  readonly from: number;
  readonly until: number;
}

const Phone = z.discriminatedUnion("form", [
  z.object({ form: z.literal("plain"), msisdn: Msisdn }),
  z.object({ form: z.literal("masked"), head: z.string(), tail: z.string() }),
  z.object({ form: z.literal("sha256"), hash: z.string() }),
  z.object({ form: z.literal("opaque"), text: z.string() }),
]) satisfies z.ZodType<PayerPhone>;

const Line = z.object({
  completedAt: z.int(),
  row: z.int().positive(),
  receipt: z.string(),
  kind: z.enum(LINE_KINDS),
  initiatedAt: z.int().nullable(),
  amount: SignedCents,
  balance: SignedCents.nullable(),
  completed: z.boolean(),
  status: z.string(),
  details: z.string(),
  party: z.object({ phone: Phone.nullable(), name: z.string() }).nullable(),
  reference: z.string().nullable(),
  linkedReceipt: z.string().nullable(),
}) satisfies z.ZodType<StatementLine>;

/** What a line's text begins with: its time, so that it can be told without parsing the rest. */
const OPENING = '{"completedAt":';
/** Text of this length is handed on at a time. */
const PIECE_CHARACTERS = 65_536;
/** The reader lets no cell be longer; a line has details, party and reference out of one row. */
const LONGEST_LINE = 131_072;

const textOf = ({ completedAt, ...rest }: StatementLine): string => `${JSON.stringify({ completedAt, ...rest })}\n`;

/** The file of these lines, as it comes. `sha256` gives the digest of its text once all of it was taken. */
export const packLines = (lines: AsyncIterable<StatementLine>) => {
  const hash = createHash("sha256");
  async function* text(): AsyncGenerator<string, void, undefined> {
    let piece = "";
    for await (const line of lines) {
      piece += textOf(line);
      if (piece.length < PIECE_CHARACTERS) continue;
      hash.update(piece, "utf8");
      yield piece;
      piece = "";
    }
    hash.update(piece, "utf8");
    yield piece;
  }
  const gzip = createGzip({ level: 6 });
  // A fault of the lines destroys the packer, whose reader gets the same error.
  pipeline(text, gzip).catch(() => undefined);
  const bytes: AsyncIterable<Uint8Array> = gzip;
  return { bytes, sha256: (): string => hash.digest("hex") };
};

const isWithin = (text: string, within: Within | null): boolean => {
  if (within === null) return true;
  const at = text.startsWith(OPENING) ? Number.parseInt(text.slice(OPENING.length, OPENING.length + 20), 10) : NaN;
  if (Number.isNaN(at)) throw new KeptLinesFault("a kept line does not say when it was");
  return at >= within.from && at < within.until;
};

const readLine = (text: string): StatementLine => {
  try {
    return Line.parse(JSON.parse(text));
  } catch {
    throw new KeptLinesFault("a kept line is not a line of a statement");
  }
};

async function* textLines(
  source: AsyncIterable<Uint8Array>,
  take: (piece: string) => void,
): AsyncGenerator<string, void, undefined> {
  const gunzip = createGunzip();
  // A fault of the source destroys the reader below with the same error.
  pipeline(Readable.from(source), gunzip).catch(() => undefined);
  gunzip.setEncoding("utf8");
  let held = "";
  for await (const unpacked of gunzip) {
    const piece = String(unpacked);
    take(piece);
    const lines = (held + piece).split("\n");
    held = lines.pop() ?? "";
    if (held.length > LONGEST_LINE) throw new KeptLinesFault("a kept line has no end");
    yield* lines;
  }
  if (held !== "") throw new KeptLinesFault("the kept lines are cut off");
}

/** What can't be unpacked is a fault of the file, what can't be fetched is not. */
const asFault = (error: unknown): unknown => {
  const code = error instanceof Error && "code" in error ? String(error.code) : "";
  return code.startsWith("Z_") ? new KeptLinesFault("the kept lines can't be unpacked", { cause: error }) : error;
};

/**
 * The lines of an imported statement, or those within a part of it, in the order of the file. Throws KeptLinesFault, at
 * the latest behind the last line, when the file is not the one that was kept: conclude nothing before the end.
 */
export const readLines = (files: Pick<Files, "read">) =>
  async function* (
    { lines: { file, sha256 }, content: { lineCount } }: Pick<ImportedStatement, "lines" | "content">,
    within: Within | null = null,
  ): AsyncGenerator<StatementLine, void, undefined> {
    const source = await files.read(file);
    if (source === null) throw new KeptLinesFault("the file of the kept lines is gone");
    const hash = createHash("sha256");
    let count = 0;
    try {
      for await (const text of textLines(source, (piece) => void hash.update(piece, "utf8"))) {
        count += 1;
        if (isWithin(text, within)) yield readLine(text);
      }
    } catch (error) {
      throw asFault(error);
    }
    if (count !== lineCount || hash.digest("hex") !== sha256)
      throw new KeptLinesFault("the kept lines are not those that were imported");
  };
export type ReadLines = ReturnType<typeof readLines>;
