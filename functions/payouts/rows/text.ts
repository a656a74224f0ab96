/**
 * A file of payouts as text. What must stay true: what is no CSV is refused by its first bytes, and nothing is read beyond
 * the size that the file may have.
 */
import { Buffer } from "node:buffer";
import { beginsWith, plainText } from "../../domain/plain-text.ts";
import { FileRefused } from "./file-refused.ts";

/** What a file may be read from. */
export type ByteSource = string | Uint8Array | AsyncIterable<Uint8Array>;

const SAVE_AS_CSV = 'Open it in the program that made it and save it as "CSV UTF-8", then send that file.';

/** First bytes of what people send instead of CSV. */
const FOREIGN: readonly (readonly [mark: readonly number[], what: string])[] = [
  [[0x50, 0x4b, 0x03, 0x04], "an Excel workbook (or another zipped file)"],
  [[0xd0, 0xcf, 0x11, 0xe0], "an old Excel workbook"],
  [[0x25, 0x50, 0x44, 0x46], "a PDF"],
  [[0x1f, 0x8b], "a compressed file"],
];
const LONGEST_MARK = 4;

/** Refuses a file that begins like something else than text. */
const refuseForeign = (opening: Uint8Array): void => {
  const foreign = FOREIGN.find(([mark]) => beginsWith(opening, mark));
  if (foreign) throw new FileRefused("unreadable", `The file is ${foreign[1]}, not CSV. ${SAVE_AS_CSV}`);
};

async function* chunksOf(source: ByteSource): AsyncGenerator<Uint8Array> {
  if (typeof source === "string") yield Buffer.from(source, "utf8");
  else if (source instanceof Uint8Array) yield source;
  else yield* source;
}

/** The chunks as they come; the first one is long enough to tell what the file is, if the file is. */
async function* checked(source: ByteSource, maxBytes: number): AsyncGenerator<Uint8Array> {
  let total = 0;
  let opening: Uint8Array = new Uint8Array();
  for await (const chunk of chunksOf(source)) {
    total += chunk.length;
    if (total > maxBytes)
      throw new FileRefused(
        "too_large",
        `The file is larger than ${maxBytes.toLocaleString("en")} bytes. Split it into smaller files.`,
      );
    if (total - chunk.length >= LONGEST_MARK) {
      yield chunk;
      continue;
    }
    opening = Buffer.concat([opening, chunk]);
    if (opening.length < LONGEST_MARK) continue;
    refuseForeign(opening);
    yield opening;
  }
  if (total >= LONGEST_MARK) return;
  refuseForeign(opening);
  yield opening;
}

const noText = (): Error => new FileRefused("unreadable", `The file is not plain text. ${SAVE_AS_CSV}`);

/**
 * The text of a file in order, every line end written as `\n`. Throws FileRefused: `too_large` beyond `maxBytes`,
 * `unreadable` when it is no text.
 */
export const readText = (
  source: ByteSource,
  { maxBytes }: { readonly maxBytes: number },
): AsyncGenerator<string, void, undefined> => plainText(checked(source, maxBytes), noText);
