/**
 * The bucket that keeps batches' rows and results, and takes uploads. What must stay true: what is kept here holds clear
 * phone numbers, so it is read by name only and handed out only by addresses that name one file and end soon.
 */
import { Readable } from "node:stream";
import { GetObjectCommand, NoSuchKey, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";

export interface Files {
  put(key: string, body: Uint8Array | string, contentType: string): Promise<void>;
  /**
   * The bytes as they come; null when there is certainly no such file. Rejects when S3 says "denied", which it says of a
   * missing file too to whoever may not list the bucket, and nobody may list this one: the two can't be told apart, and a
   * file that we may not read must not pass for one that somebody took away.
   */
  read(key: string): Promise<AsyncIterable<Uint8Array> | null>;
  /** Where a browser or program may PUT this one file, with exactly this content type. */
  uploadUrl(key: string, options: { readonly expiresInSeconds: number; readonly contentType: string }): Promise<string>;
  /** Where this one file may be fetched; a browser saves it as `fileName`. */
  downloadUrl(key: string, options: { readonly expiresInSeconds: number; readonly fileName: string }): Promise<string>;
}

/**
 * The SDK would sign a checksum of the body into every upload address, and there is no body yet when one is made: so
 * checksums are left to TLS, and to the digest that batches are approved by.
 */
export const createS3 = (): S3Client =>
  new S3Client({
    maxAttempts: 4,
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: { connectionTimeout: 2_000, requestTimeout: 30_000, throwOnRequestTimeout: true },
  });

/** Only what is safe between the quotes of a header. */
const asFileName = (name: string): string => name.replace(/[^A-Za-z0-9._-]/g, "_").slice(0, 100);

export const createFiles = (deps: { readonly s3: () => S3Client; readonly bucket: () => string }): Files => ({
  put: async (Key, Body, ContentType) => {
    await deps.s3().send(new PutObjectCommand({ Bucket: deps.bucket(), Key, Body, ContentType }));
  },

  read: async (Key) => {
    try {
      const { Body } = await deps.s3().send(new GetObjectCommand({ Bucket: deps.bucket(), Key }));
      if (!(Body instanceof Readable)) throw new TypeError("a file came without a stream");
      return Body;
    } catch (fault) {
      if (fault instanceof NoSuchKey) return null;
      throw fault;
    }
  },

  uploadUrl: (Key, { expiresInSeconds, contentType }) =>
    getSignedUrl(deps.s3(), new PutObjectCommand({ Bucket: deps.bucket(), Key, ContentType: contentType }), {
      expiresIn: expiresInSeconds,
      signableHeaders: new Set(["content-type"]),
    }),

  downloadUrl: (Key, { expiresInSeconds, fileName }) => {
    const disposition = `attachment; filename="${asFileName(fileName)}"`;
    const get = { Bucket: deps.bucket(), Key, ResponseContentDisposition: disposition };
    return getSignedUrl(deps.s3(), new GetObjectCommand(get), { expiresIn: expiresInSeconds });
  },
});
