/**
 * A statement's bytes as text with plain newlines: UTF-8 or UTF-16, any line end. What must stay true: the text is the
 * same however the bytes were cut, and bytes that are no text of their encoding become U+FFFD, which no cell that matters
 * may hold.
 */
import { TextDecoder } from "node:util";
import { StatementRefused } from "./statement-refused.ts";

/** Decoded at a time, so that a large chunk never becomes a hundred thousand rows at once. */
const PIECE_BYTES = 65_536;

const beginsWith = (bytes: Uint8Array, mark: readonly number[]): boolean =>
  mark.every((byte, index) => bytes[index] === byte);

/** The decoder that the first bytes ask for; it takes the byte order mark off. */
const decoderFor = (opening: Uint8Array): TextDecoder => {
  if (beginsWith(opening, [0xff, 0xfe])) return new TextDecoder("utf-16le");
  return new TextDecoder(beginsWith(opening, [0xfe, 0xff]) ? "utf-16be" : "utf-8");
};

/** The text in order; the first chunk must be long enough to hold a byte order mark. Throws StatementRefused. */
export async function* readText(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let decoder: TextDecoder | null = null;
  let held = "";
  const take = (decoded: string): string => {
    if (decoded.includes("\0"))
      throw new StatementRefused(
        "unreadable",
        "The file is not plain text. Export the statement from the portal again, as CSV or XLSX, and send that file as it is.",
      );
    const whole = held + decoded;
    // A line feed may follow in the next piece.
    held = whole.endsWith("\r") ? "\r" : "";
    return whole.slice(0, whole.length - held.length).replace(/\r\n?/g, "\n");
  };
  for await (const chunk of chunks) {
    decoder ??= decoderFor(chunk);
    for (let from = 0; from < chunk.length; from += PIECE_BYTES)
      yield take(decoder.decode(chunk.subarray(from, from + PIECE_BYTES), { stream: true }));
  }
  if (decoder) yield take(decoder.decode());
  if (held !== "") yield "\n";
}
