/** A stand-in for the bucket of files. What must stay true: a file is there as a whole or not at all. */
import { gunzipSync, gzipSync } from "node:zlib";
import type { Files } from "../../../functions/runtime/files.ts";
import type { Chance } from "../core/prng.ts";
import type { VirtualTime } from "../core/virtual-time.ts";

export interface BucketParts {
  readonly time: Pick<VirtualTime, "wait">;
  readonly chance: Chance;
  /** How often a file can't be read or kept, in [0, 1]. */
  readonly down: () => number;
  readonly note: (what: string) => void;
}

const LATENCY_MS = { least: 10, most: 60 } as const;
/** A shilling. */
const CENTS = 100;
/** The most bytes that come at once. */
const PIECE = 4_096;

async function* piecesOf(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += PIECE)
    yield await Promise.resolve(bytes.subarray(start, start + PIECE));
}

export const createBucket = ({ time, chance, down, note }: BucketParts) => {
  const kept = new Map<string, Uint8Array>();

  const travel = async (): Promise<void> => {
    await time.wait(chance.between(LATENCY_MS.least, LATENCY_MS.most));
    if (!chance.happens(down())) return;
    note("the bucket is down");
    throw new Error("S3 answered 503");
  };

  const files: Files = {
    put: async (key, body) => {
      await travel();
      kept.set(key, typeof body === "string" ? Buffer.from(body) : body);
    },
    read: async (key) => {
      await travel();
      const bytes = kept.get(key);
      return bytes === undefined ? null : piecesOf(bytes);
    },
    uploadUrl: (key) => Promise.resolve(`https://files.world/${key}`),
    downloadUrl: (key) => Promise.resolve(`https://files.world/${key}`),
  };
  /** Changes what the first row of a batch's kept file pays; nothing when there is no such file. */
  const tamper = (batch: string): void => {
    const [name] = [...kept.keys()].filter((key) => key.startsWith(`batches/${batch}/rows-`));
    const bytes = name === undefined ? undefined : kept.get(name);
    if (name === undefined || bytes === undefined) return;
    const [head = "", first = "", ...rest] = gunzipSync(bytes).toString("utf8").split("\n");
    const [position, row, phone, amount, ...words] = JSON.parse(first) as [number, number, string, number, ...string[]];
    const changed = JSON.stringify([position, row, phone, amount + CENTS, ...words]);
    kept.set(name, gzipSync([head, changed, ...rest].join("\n")));
    note(`somebody changes the rows of ${batch}`);
  };

  return { files, kept, tamper };
};
