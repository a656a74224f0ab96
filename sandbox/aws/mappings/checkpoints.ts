/**
 * How far each shard of each stream has been read. With a file it outlives the process, as the service's own does, so a
 * restart with kept tables does not announce yesterday's payments again.
 */
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import * as z from "zod";

export type Checkpoints = {
  /** The last record of the shard that was handled; null when none was. */
  get(mapping: string, shardId: string): string | null;
  put(mapping: string, shardId: string, sequenceNumber: string): void;
};

const Kept = z.record(z.string(), z.string());

/** In memory without a file. Throws when the file is there and can't be read. */
export const createCheckpoints = (file: string | null): Checkpoints => {
  const kept = new Map(Object.entries(file === null ? {} : readKept(file)));
  const save = (): void => {
    if (file === null) return;
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(`${file}.new`, JSON.stringify(Object.fromEntries(kept)));
    renameSync(`${file}.new`, file);
  };
  return {
    get: (mapping, shardId) => kept.get(`${mapping}/${shardId}`) ?? null,
    put(mapping, shardId, sequenceNumber) {
      kept.set(`${mapping}/${shardId}`, sequenceNumber);
      save();
    },
  };
};

const readKept = (file: string): Record<string, string> => {
  try {
    return Kept.parse(JSON.parse(readFileSync(file, "utf8")));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw new Error(`${file} can't be read. Remove it, and the streams are read from their beginning.`, {
      cause: error,
    });
  }
};
