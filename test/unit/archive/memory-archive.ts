/** An archive in memory, under the same promises: names in order, each written once; and the stream that fills it. */
import type { Archive } from "../../../functions/runtime/archive.ts";
import type { StreamedWrite } from "../../../functions/runtime/stream.ts";
import type { Item } from "../../../functions/store/attributes.ts";

export const createMemoryArchive = () => {
  const files = new Map<string, Uint8Array>();
  const archive: Archive = {
    write: (key, body) => {
      if (files.has(key)) return Promise.resolve("there" as const);
      files.set(key, Uint8Array.from(body));
      return Promise.resolve("written" as const);
    },
    read: (key) => Promise.resolve(files.get(key) ?? null),
    list: async function* (prefix, after = "") {
      for (const key of [...files.keys()].sort())
        if (key.startsWith(prefix) && key > after) yield await Promise.resolve(key);
    },
  };
  return { files, archive };
};

/** Tells of an item each time it is looked at, as the table's stream would. */
export const createStream = (read: (id: string) => Promise<Item | undefined>) => {
  const seen = new Map<string, Item>();
  let sequence = 100;
  return {
    /** What became of these items since they were looked at last. */
    writesTo: async (...ids: readonly string[]): Promise<readonly StreamedWrite[]> => {
      const writes: StreamedWrite[] = [];
      for (const id of ids) {
        const before = seen.get(id) ?? null;
        const after = (await read(id)) ?? null;
        sequence += 1;
        writes.push({ sequence: String(sequence), before, after });
        if (after) seen.set(id, after);
        else seen.delete(id);
      }
      return writes;
    },
  };
};
