/**
 * Files of the bucket that are too large to hold in memory: read as they were at one moment however often they are opened,
 * and written in parts as they come. What must stay true: a file is there as a whole or not at all, and nobody reads half
 * of one version and half of the next.
 */
import { Readable } from "node:stream";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";

/** A file as it was when it was looked at. */
export interface PinnedFile {
  /** The bucket's name for these very bytes. */
  readonly tag: string;
  readonly bytes: number;
  /** The bytes from the first one on, each time. Throws when somebody has put another file in its place. */
  readonly open: () => AsyncIterable<Uint8Array>;
}

export interface LargeFiles {
  /** Rejects when there is no such file. */
  pin(key: string): Promise<PinnedFile>;
  /** Writes `bytes` as they come; rejects with whatever they throw, and nothing is there then. */
  keep(key: string, bytes: AsyncIterable<Uint8Array>, contentType: string): Promise<void>;
}

/** S3 takes no part below 5 MiB but the last, and no more than 10,000 of them: up to 80 GB. */
const PART_BYTES = 8 * 1_024 * 1_024;
const MOST_PARTS = 10_000;

/** The bytes in pieces of exactly `size`, but for the last; one empty piece when there are none. */
async function* inParts(bytes: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Buffer, void, undefined> {
  let held: Uint8Array[] = [];
  let length = 0;
  let parts = 0;
  for await (const chunk of bytes) {
    held.push(chunk);
    length += chunk.length;
    if (length < size) continue;
    let whole = Buffer.concat(held);
    for (; whole.length >= size; whole = whole.subarray(size), parts += 1) yield whole.subarray(0, size);
    held = [whole];
    length = whole.length;
  }
  if (length > 0 || parts === 0) yield Buffer.concat(held);
}

export interface LargeFilesDeps {
  readonly s3: () => Pick<S3Client, "send">;
  readonly bucket: () => string;
}

interface Writing {
  readonly Key: string;
  readonly ContentType: string;
  readonly first: Buffer;
  readonly rest: AsyncIterable<Buffer>;
}

const keepInParts = async (deps: LargeFilesDeps, { Key, ContentType, first, rest }: Writing): Promise<void> => {
  const target = { Bucket: deps.bucket(), Key };
  const { UploadId } = await deps.s3().send(new CreateMultipartUploadCommand({ ...target, ContentType }));
  const Parts: { readonly ETag: string | undefined; readonly PartNumber: number }[] = [];
  const send = async (Body: Buffer): Promise<void> => {
    const PartNumber = Parts.length + 1;
    if (PartNumber > MOST_PARTS) throw new RangeError("a file has at most 10,000 parts");
    const { ETag } = await deps.s3().send(new UploadPartCommand({ ...target, UploadId, PartNumber, Body }));
    Parts.push({ ETag, PartNumber });
  };
  // Parts that a fault leaves behind are no file, and the bucket drops them after a day.
  await send(first);
  for await (const part of rest) await send(part);
  await deps.s3().send(new CompleteMultipartUploadCommand({ ...target, UploadId, MultipartUpload: { Parts } }));
};

export const createLargeFiles = (deps: LargeFilesDeps): LargeFiles => ({
  pin: async (Key) => {
    const target = { Bucket: deps.bucket(), Key };
    const { ETag, ContentLength } = await deps.s3().send(new HeadObjectCommand(target));
    if (ETag === undefined || ContentLength === undefined) throw new TypeError("a file came without its tag or length");
    async function* open(): AsyncGenerator<Uint8Array, void, undefined> {
      const { Body, ETag: found } = await deps.s3().send(new GetObjectCommand({ ...target, IfMatch: ETag }));
      if (!(Body instanceof Readable) || found !== ETag)
        throw new TypeError("another file was put in this one's place");
      yield* Body;
    }
    return { tag: ETag, bytes: ContentLength, open };
  },

  keep: async (Key, bytes, ContentType) => {
    const parts = inParts(bytes, PART_BYTES);
    const opening = await parts.next();
    const first = opening.done === true ? Buffer.alloc(0) : opening.value;
    if (first.length >= PART_BYTES) return keepInParts(deps, { Key, ContentType, first, rest: parts });
    await deps.s3().send(new PutObjectCommand({ Bucket: deps.bucket(), Key, Body: first, ContentType }));
    return undefined;
  },
});
