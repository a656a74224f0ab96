/** The archive, as a person's command needs it: names in their order, and what lies under them. */
import { GetObjectCommand, NoSuchKey, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import type { S3Client } from "@aws-sdk/client-s3";

export interface ArchiveReader {
  /** Null when there is no such file. */
  read(key: string): Promise<Uint8Array | null>;
  list(prefix: string): AsyncIterable<string>;
}

export const s3ArchiveReader = (client: S3Client, bucket: string): ArchiveReader => ({
  read: async (Key) => {
    try {
      const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key }));
      return Body ? await Body.transformToByteArray() : null;
    } catch (fault) {
      if (fault instanceof NoSuchKey) return null;
      throw fault;
    }
  },
  list: async function* (Prefix) {
    for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: bucket, Prefix }))
      for (const { Key } of Contents) if (Key !== undefined) yield Key;
  },
});
