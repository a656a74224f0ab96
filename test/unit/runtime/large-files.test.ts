/** Large files: written in parts as they come or not at all, and read as they were when they were looked at. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { buffer } from "node:stream/consumers";
import type { S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { createLargeFiles } from "../../../functions/runtime/large-files.ts";

interface Input {
  readonly Key?: string;
  readonly Body?: Uint8Array;
  readonly IfMatch?: string;
  readonly PartNumber?: number;
  readonly MultipartUpload?: { readonly Parts: readonly { readonly PartNumber: number }[] };
}

/** S3 in memory, as far as these commands go. */
const createS3 = () => {
  const kept = new Map<string, Buffer>();
  const calls: string[] = [];
  const parts = new Map<number, Buffer>();
  const tagOf = (bytes: Buffer): string => createHash("md5").update(bytes).digest("hex");
  const found = (Key = ""): Buffer => {
    const bytes = kept.get(Key);
    if (!bytes) throw new Error("NotFound");
    return bytes;
  };
  const answers: Readonly<Record<string, (input: Input) => object>> = {
    PutObject: ({ Key = "", Body }) => {
      kept.set(Key, Buffer.from(Body ?? []));
      return {};
    },
    HeadObject: ({ Key }) => ({ ETag: tagOf(found(Key)), ContentLength: found(Key).length }),
    GetObject: ({ Key, IfMatch }) => {
      if (IfMatch !== tagOf(found(Key))) throw new Error("PreconditionFailed");
      return { Body: Readable.from([found(Key)]), ETag: IfMatch };
    },
    CreateMultipartUpload: () => ({ UploadId: "u" }),
    UploadPart: ({ PartNumber = 0, Body }) => {
      parts.set(PartNumber, Buffer.from(Body ?? []));
      return { ETag: String(PartNumber) };
    },
    CompleteMultipartUpload: ({ Key = "", MultipartUpload }) => {
      const numbers = MultipartUpload?.Parts.map(({ PartNumber }) => PartNumber) ?? [];
      kept.set(Key, Buffer.concat(numbers.map((each) => parts.get(each) ?? Buffer.alloc(0))));
      return {};
    },
  };
  const send = (command: { constructor: { name: string }; input: Input }) => {
    const name = command.constructor.name.replace("Command", "");
    calls.push(name);
    return Promise.resolve().then(() => answers[name]?.(command.input));
  };
  return { s3: { send } as unknown as S3Client, kept, calls, parts };
};

const filesOf = (s3: S3Client) => createLargeFiles({ s3: () => s3, bucket: () => "the-bucket" });

const MEGABYTE = 1_024 * 1_024;

async function* megabytes(count: number, then?: Error): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index += 1) yield await Promise.resolve(Buffer.alloc(MEGABYTE, index));
  if (then) throw then;
}

test("a small file is one request, even one with nothing in it", async () => {
  const { s3, kept, calls } = createS3();
  await filesOf(s3).keep("small", megabytes(2), "application/gzip");
  await filesOf(s3).keep("empty", megabytes(0), "application/gzip");
  expect(calls).toEqual(["PutObject", "PutObject"]);
  expect([kept.get("small")?.length, kept.get("empty")?.length]).toEqual([2 * MEGABYTE, 0]);
});

test("a large file is written in parts of eight megabytes and comes out as it went in", async () => {
  const { s3, kept, calls, parts } = createS3();
  await filesOf(s3).keep("large", megabytes(19), "application/gzip");
  expect(calls).toEqual([
    ...["CreateMultipartUpload", "UploadPart", "UploadPart", "UploadPart", "CompleteMultipartUpload"],
  ]);
  expect([...parts.values()].map(({ length }) => length / MEGABYTE)).toEqual([8, 8, 3]);
  expect(kept.get("large")?.equals(await buffer(megabytes(19)))).toBe(true);
});

test("a file that ends with a part has no empty one behind it", async () => {
  const { s3, parts } = createS3();
  await filesOf(s3).keep("large", megabytes(16), "application/gzip");
  expect([...parts.values()].map(({ length }) => length / MEGABYTE)).toEqual([8, 8]);
});

test("a file whose bytes break off is not there, small or large, and its fault is told", async () => {
  for (const [count, last] of [
    [2, undefined],
    [12, "UploadPart"],
  ] as const) {
    const { s3, kept, calls } = createS3();
    const fault = new Error("no more");
    await expect(filesOf(s3).keep("half", megabytes(count, fault), "application/gzip")).rejects.toBe(fault);
    expect(kept.size).toBe(0);
    expect(calls.at(-1)).toBe(last);
  }
});

test("a pinned file is read from its beginning each time, and never half as another one", async () => {
  const { s3, kept } = createS3();
  kept.set("a", Buffer.from("first"));
  const pinned = await filesOf(s3).pin("a");
  expect(pinned.bytes).toBe(5);
  expect((await buffer(pinned.open())).toString()).toBe("first");
  expect((await buffer(pinned.open())).toString()).toBe("first");
  kept.set("a", Buffer.from("other"));
  await expect(buffer(pinned.open())).rejects.toThrow("PreconditionFailed");
  expect((await filesOf(s3).pin("a")).tag).not.toBe(pinned.tag);
});

test("what is not there can't be pinned", async () => {
  await expect(filesOf(createS3().s3).pin("nothing")).rejects.toThrow("NotFound");
});
