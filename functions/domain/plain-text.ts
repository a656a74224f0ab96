/**
 * A file's bytes as text with plain newlines: UTF-8 or UTF-16, with or without a byte order mark, any line end. What must
 * stay true: the text is the same however the bytes were cut, and bytes that are no text of their encoding become U+FFFD,
 * which no cell that matters may hold.
 */

/** Decoded at a time, so that a large chunk never becomes a hundred thousand rows at once. */
const PIECE_BYTES = 65_536;

/** Whether `bytes` begin with these. */
export const beginsWith = (bytes: Uint8Array, mark: readonly number[]): boolean =>
  mark.every((byte, index) => bytes[index] === byte);

type Decoder = InstanceType<typeof TextDecoder>;

/** The decoder that the first bytes ask for; it takes the byte order mark off. */
const decoderFor = (opening: Uint8Array): Decoder => {
  if (beginsWith(opening, [0xff, 0xfe])) return new TextDecoder("utf-16le");
  return new TextDecoder(beginsWith(opening, [0xfe, 0xff]) ? "utf-16be" : "utf-8");
};

async function* decoded(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string, void, undefined> {
  let decoder: Decoder | null = null;
  for await (const chunk of chunks) {
    decoder ??= decoderFor(chunk);
    for (let from = 0; from < chunk.length; from += PIECE_BYTES)
      yield decoder.decode(chunk.subarray(from, from + PIECE_BYTES), { stream: true });
  }
  if (decoder) yield decoder.decode();
}

/**
 * The text in order, every line end written as `\n`. The first chunk must be long enough to hold a byte order mark. Throws
 * what `noText` gives where the bytes are no text at all.
 */
export async function* plainText(
  chunks: AsyncIterable<Uint8Array>,
  noText: () => Error,
): AsyncGenerator<string, void, undefined> {
  let held = "";
  for await (const text of decoded(chunks)) {
    if (text.includes("\0")) throw noText();
    const whole = held + text;
    // A line feed may follow in the next piece.
    held = whole.endsWith("\r") ? "\r" : "";
    yield whole.slice(0, whole.length - held.length).replace(/\r\n?/g, "\n");
  }
  if (held !== "") yield "\n";
}
