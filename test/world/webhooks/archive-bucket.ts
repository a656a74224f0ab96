/**
 * A stand-in for the archive's bucket as functions/runtime/archive.ts reaches it: three commands, with the SDK's own
 * repetitions. What must stay true: a name is written once, whatever gets lost; a list comes in the names' order, page by
 * page.
 */
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand } from "@aws-sdk/client-s3";
import type { Chance } from "../core/prng.ts";
import type { VirtualTime } from "../core/virtual-time.ts";
import type { ArchiveFaults } from "./rates.ts";

export interface ArchiveBucketParts {
  readonly time: Pick<VirtualTime, "wait">;
  readonly chance: Chance;
  readonly faults: () => ArchiveFaults;
  readonly note: (what: string) => void;
}

/** `maxAttempts` and `requestTimeout` of functions/runtime/files.ts. */
const ATTEMPTS = 4;
const TIMEOUT_MS = 30_000;
const LATENCY_MS = { least: 10, most: 60 } as const;
/** S3's own page has a thousand names; a smaller one shows whether anybody goes on. */
const PAGE = 3;

class Passing extends Error {}

const named = (name: string): Error => Object.assign(new Error(name), { name });

export const createArchiveBucket = ({ time, chance, faults, note }: ArchiveBucketParts) => {
  const kept = new Map<string, Uint8Array>();

  const list = ({ input }: ListObjectsV2Command): object => {
    const { Prefix = "", StartAfter = "", ContinuationToken = StartAfter } = input;
    const names = [...kept.keys()].filter((key) => key.startsWith(Prefix) && key > ContinuationToken).sort();
    const page = names.slice(0, PAGE);
    const next = names.length > PAGE ? { NextContinuationToken: page.at(-1) } : {};
    return { Contents: page.map((Key) => ({ Key })), ...next };
  };

  const execute = (command: unknown): object => {
    if (command instanceof PutObjectCommand) {
      const { Key = "", Body, IfNoneMatch } = command.input;
      if (kept.has(Key) && IfNoneMatch === "*") throw named("PreconditionFailed");
      kept.set(Key, Body as Uint8Array);
      return {};
    }
    if (command instanceof GetObjectCommand) {
      const bytes = kept.get(command.input.Key ?? "");
      if (bytes === undefined) throw new NoSuchKey({ $metadata: {}, message: "The specified key does not exist." });
      return { Body: { transformToByteArray: () => Promise.resolve(bytes) } };
    }
    if (command instanceof ListObjectsV2Command) return list(command);
    throw new TypeError("the stand-in for the archive does not know this command");
  };

  const attempt = async (command: unknown): Promise<object> => {
    const { lostRequest, lostAnswer, down } = faults();
    const lose = async (what: string): Promise<never> => {
      note(`S3 ${what}`);
      await time.wait(TIMEOUT_MS);
      throw new Passing("no answer from S3 in time");
    };
    await time.wait(chance.between(LATENCY_MS.least, LATENCY_MS.most));
    if (chance.happens(lostRequest)) return lose("request lost");
    if (chance.happens(down)) {
      note("S3 is down");
      throw new Passing("S3 answered 503");
    }
    const answer = execute(command);
    return chance.happens(lostAnswer) ? lose("answer lost") : answer;
  };

  /** As `S3Client.send`. */
  const send = async (command: unknown): Promise<object> => {
    for (let tried = 1; ; tried += 1) {
      try {
        return await attempt(command);
      } catch (fault) {
        if (tried >= ATTEMPTS || !(fault instanceof Passing)) throw fault;
      }
    }
  };
  return { send, kept };
};
