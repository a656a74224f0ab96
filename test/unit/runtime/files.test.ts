/** The bucket: bytes as they were put, nothing for what is not there, and addresses that name one file and end. */
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { NoSuchKey, S3Client, S3ServiceException } from "@aws-sdk/client-s3";
import type { Context, S3Event } from "aws-lambda";
import { expect, test } from "vitest";
import { createFiles } from "../../../functions/runtime/files.ts";
import { onUploads } from "../../../functions/runtime/uploads.ts";

/** S3 in memory, as far as the two commands go. */
const createS3 = () => {
  const kept = new Map<string, Uint8Array>();
  const send = ({ input }: PutObjectCommand | GetObjectCommand) => {
    const { Key = "" } = input;
    if ("Body" in input) {
      kept.set(Key, Buffer.from(input.Body as Uint8Array | string));
      return Promise.resolve({});
    }
    const bytes = kept.get(Key);
    if (!bytes) return Promise.reject(new NoSuchKey({ message: "no such key", $metadata: {} }));
    return Promise.resolve({ Body: Readable.from([bytes]) });
  };
  return { send } as unknown as S3Client;
};
const bucket = () => "the-bucket";

test("a file is read as it was put", async () => {
  const s3 = createS3();
  const files = createFiles({ s3: () => s3, bucket });
  await files.put("batches/a/rows", Buffer.from([0, 255, 1]), "application/gzip");
  const read = await files.read("batches/a/rows");
  expect(await buffer(read!)).toEqual(Buffer.from([0, 255, 1]));
});

test("what is not there is null; what is denied may be there, and is a fault like all that can't be read", async () => {
  const s3 = createS3();
  expect(await createFiles({ s3: () => s3, bucket }).read("nothing")).toBeNull();
  const denied = new S3ServiceException({ name: "AccessDenied", $fault: "client", $metadata: {} });
  const unlisted = { send: () => Promise.reject(denied) } as unknown as S3Client;
  await expect(createFiles({ s3: () => unlisted, bucket }).read("x")).rejects.toBe(denied);
  const away = { send: () => Promise.reject(new Error("socket hang up")) } as unknown as S3Client;
  await expect(createFiles({ s3: () => away, bucket }).read("x")).rejects.toThrow("socket hang up");
});

const credentials = { accessKeyId: "key", secretAccessKey: "secret" };
const signing = createFiles({ s3: () => new S3Client({ region: "eu-west-1", credentials }), bucket });

test("an upload address names one file, ends, and is for one type of content", async () => {
  const { pathname, searchParams } = new URL(
    await signing.uploadUrl("uploads/a/payouts.csv", { expiresInSeconds: 900, contentType: "text/csv" }),
  );
  expect(pathname).toBe("/uploads/a/payouts.csv");
  expect(searchParams.get("X-Amz-Expires")).toBe("900");
  expect(searchParams.get("X-Amz-SignedHeaders")).toBe("content-type;host");
});

test("a download address has the browser save the file under a harmless name", async () => {
  const { searchParams } = new URL(
    await signing.downloadUrl("batches/a/results.csv", { expiresInSeconds: 60, fileName: 'a"; b\r\nc.csv' }),
  );
  expect(searchParams.get("response-content-disposition")).toBe('attachment; filename="a___b__c.csv"');
  expect(searchParams.get("X-Amz-Expires")).toBe("60");
});

test("notices name files as they are called, one after the other", async () => {
  const seen: string[] = [];
  const handle = onUploads(() => undefined)(({ key, bytes }) => (seen.push(`${key} ${bytes}`), Promise.resolve()));
  const Records = ["uploads/a/payouts.csv", "uploads/a+b%2Bc/100%.csv"].map((key) => ({
    s3: { object: { key, size: 7 } },
  }));
  await handle({ Records } as S3Event, { awsRequestId: "x", getRemainingTimeInMillis: () => 1 } as Context);
  expect(seen).toEqual(["uploads/a/payouts.csv 7", "uploads/a+b%2Bc/100%.csv 7"]);
});
