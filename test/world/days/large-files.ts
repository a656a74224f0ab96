/**
 * Files too large to hold, over the bucket's stand-in. What must stay true: a file is read as it was when it was looked at,
 * and is there as a whole or not at all.
 */
import { sha256Hex } from "../../../functions/domain/canonical-json.ts";
import type { Files } from "../../../functions/runtime/files.ts";
import type { LargeFiles } from "../../../functions/runtime/large-files.ts";

interface Bucket {
  readonly files: Files;
  readonly kept: ReadonlyMap<string, Uint8Array>;
}

/** By the bytes alone, as S3's own tags of files that came in one piece. */
const tagOf = (bytes: Uint8Array): string => sha256Hex(Buffer.from(bytes).toString("latin1"));

const changed = (): Error => new TypeError("another file was put in this one's place");

export const createLargeFiles = ({ files, kept }: Bucket): LargeFiles => {
  const bytesAt = async (key: string): Promise<Uint8Array> => {
    // The reading is what takes time, and what fails.
    await files.read(key);
    const bytes = kept.get(key);
    if (bytes === undefined) throw new TypeError("there is no such file");
    return bytes;
  };
  return {
    pin: async (key) => {
      const pinned = await bytesAt(key);
      async function* open(): AsyncGenerator<Uint8Array, void, undefined> {
        const found = await bytesAt(key);
        if (found !== pinned && tagOf(found) !== tagOf(pinned)) throw changed();
        yield found;
      }
      return { tag: tagOf(pinned), bytes: pinned.length, open };
    },
    keep: async (key, bytes, contentType) => {
      const pieces: Uint8Array[] = [];
      for await (const piece of bytes) pieces.push(piece);
      await files.put(key, Buffer.concat(pieces), contentType);
    },
  };
};
