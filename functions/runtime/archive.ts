/**
 * The archive: a bucket in which nothing can be changed or taken away for years, not even by us. What must stay true: a
 * name is written once; whoever writes it again is told that it is there.
 */
import { createHash } from "node:crypto";
import { GetObjectCommand, ListObjectsV2Command, NoSuchKey, PutObjectCommand } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";

export interface Archive {
  /** `there`: the name was written before, whatever it holds. */
  write(key: string, body: Uint8Array, contentType: string): Promise<"written" | "there">;
  /** Null when there is no such file. */
  read(key: string): Promise<Uint8Array | null>;
  /** Names below a prefix, in their order; those after `after`, when it is given. */
  list(prefix: string, after?: string): AsyncIterable<string>;
}

/** A list this long is a fault: a day has fewer files than a batch a second would make, a century fewer days. */
const MOST_PAGES = 200;

/** S3 says 412 when the name is there, and 409 when two write it at once: the second is repeated by the SDK, or by Lambda. */
const isThere = (fault: unknown): boolean => fault instanceof Error && fault.name === "PreconditionFailed";

export const createArchive = (deps: { readonly s3: () => S3Client; readonly bucket: () => string }): Archive => ({
  write: async (Key, Body, ContentType) => {
    // What is locked has to come with its checksum: S3 refuses it otherwise.
    const ChecksumSHA256 = createHash("sha256").update(Body).digest("base64");
    const put = { Bucket: deps.bucket(), Key, Body, ContentType, ChecksumSHA256, IfNoneMatch: "*" };
    try {
      await deps.s3().send(new PutObjectCommand(put));
      return "written";
    } catch (fault) {
      if (isThere(fault)) return "there";
      throw fault;
    }
  },

  read: async (Key) => {
    try {
      const { Body } = await deps.s3().send(new GetObjectCommand({ Bucket: deps.bucket(), Key }));
      if (!Body) throw new TypeError("a file came without a body");
      return await Body.transformToByteArray();
    } catch (fault) {
      if (fault instanceof NoSuchKey) return null;
      throw fault;
    }
  },

  list: async function* (Prefix, after) {
    let token: string | undefined;
    for (let page = 0; page < MOST_PAGES; page += 1) {
      const place = token === undefined ? { StartAfter: after } : { ContinuationToken: token };
      const request = new ListObjectsV2Command({ Bucket: deps.bucket(), Prefix, ...place });
      const { Contents = [], NextContinuationToken } = await deps.s3().send(request);
      for (const { Key } of Contents) if (Key !== undefined) yield Key;
      if (NextContinuationToken === undefined) return;
      token = NextContinuationToken;
    }
    throw new RangeError(`more than ${MOST_PAGES} pages of names below ${Prefix}; look at what fills the archive`);
  },
});
