/**
 * A file's bytes as text with plain newlines. Spreadsheets write UTF-8 and UTF-16, with and without a byte order mark,
 * and three kinds of line ends. What must stay true: the text is the same however the bytes were cut into chunks, and
 * bytes that are no text of their encoding become U+FFFD, which no cell that matters may hold, never something else.
 */
import { Buffer } from "node:buffer";
import { TextDecoder } from "node:util";
import { FileRefused } from "./file-refused.ts";

/** What a file may be read from. */
export type ByteSource = string | Uint8Array | AsyncIterable<Uint8Array>;

/** Read this many bytes at a time, so that a large body never becomes a hundred thousand rows at once. */
const PIECE_BYTES = 65_536;

const SAVE_AS_CSV = 'Open it in the program that made it and save it as "CSV UTF-8", then send that file.';

/** First bytes of what people send instead of CSV. */
const FOREIGN: readonly (readonly [mark: readonly number[], what: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], "an Excel workbook (or another zipped file)"],
  [[0xd0, 0xcf, 0x11, 0xe0], "an old Excel workbook"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF"],
  [[0x1f, 0x8b], "a compressed file"],
];
const LONGEST_MARK = 4;

const beginsWith = (bytes: Uint8Array, mark: readonly number[]): boolean =>
  mark.every((byte, index) => bytes[index] === byte);

/** The decoder that the first bytes ask for; it removes the byte order mark. */
const decoderFor = (opening: Uint8Array): TextDecoder => {
  const foreign = FOREIGN.find(([mark]) => beginsWith(opening, mark));
  if (foreign) throw new FileRefused("unreadable", `The file is ${foreign[1]}, not CSV. ${SAVE_AS_CSV}`);
  if (beginsWith(opening, [0xff, 0xfe])) return new TextDecoder("utf-16le");
  return new TextDecoder(beginsWith(opening, [0xfe, 0xff]) ? "utf-16be" : "utf-8");
};

async function* chunksOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  if (typeof source === "string") yield Buffer.from(source, "utf8");
  else if (source instanceof Uint8Array) yield source;
  else yield* source;
}

/** Pieces of bounded size; the first one is long enough to tell what the file is, if the file is. */
async function* piecesOf(source: ByteSource, maxBytes: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  let opening: Uint8Array = new Uint8Array();
  for await (const chunk of chunksOf(source)) {
    total += chunk.length;
    if (total > maxBytes)
      throw new FileRefused(
        "too_large",
        `The file is larger than ${maxBytes.toLocaleString("en")} bytes. Split it into smaller files.`,
      );
    let rest = chunk;
    if (total - chunk.length < LONGEST_MARK) {
      opening = Buffer.concat([opening, chunk]);
      if (opening.length < LONGEST_MARK) continue;
      rest = opening;
    }
    for (let from = 0; from < rest.length; from += PIECE_BYTES) yield rest.subarray(from, from + PIECE_BYTES);
  }
  if (total < LONGEST_MARK) yield opening;
}

async function* decoded(pieces: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let decoder: TextDecoder | null = null;
  for await (const piece of pieces) {
    decoder ??= decoderFor(piece);
    yield decoder.decode(piece, { stream: true });
  }
  if (decoder) yield decoder.decode();
}

/**
 * The text of a file in order, every line end written as `\n`. Throws FileRefused: `too_large` beyond `maxBytes`,
 * `unreadable` when it is no text.
 */
export async function* readText(
  source: ByteSource,
  { maxBytes }: { readonly maxBytes: number },
): AsyncGenerator<string> {
  let held = "";
  for await (const text of decoded(piecesOf(source, maxBytes))) {
    if (text.includes("\0")) throw new FileRefused("unreadable", `The file is not plain text. ${SAVE_AS_CSV}`);
    const whole = held + text;
    // A line feed may follow in the next piece.
    held = whole.endsWith("\r") ? "\r" : "";
    yield whole.slice(0, whole.length - held.length).replace(/\r\n?/g, "\n");
  }
  if (held !== "") yield "\n";
}
