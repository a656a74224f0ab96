/** Objects that outlive the process: what was answered is found by the next start, byte for byte. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

import { afterAll, beforeEach, expect, test } from "vitest";

import { keepObjects } from "../../../../sandbox/aws/buckets/kept-objects.ts";
import { openStore } from "../../../../sandbox/aws/buckets/store.ts";
import type { Store } from "../../../../sandbox/aws/buckets/store.ts";

const made: string[] = [];
let directory = "";
beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), "malipo-kept-"));
  made.push(directory);
});
afterAll(() => made.forEach((each) => rmSync(each, { recursive: true })));

const start = async (): Promise<Store> => keepObjects(await openStore(["files", "vault"]), directory);
const put = (
  store: Store,
  url: string,
  { body, headers = {} }: { body: string | Buffer; headers?: Record<string, string> },
) => store.ask({ method: "PUT", url, headers, body: Buffer.from(body) });
const get = (store: Store, url: string) => store.ask({ method: "GET", url });

test("the next start finds every byte and what was said of it", async () => {
  const bytes = Buffer.from([0, 10, 13, 255, 10]);
  const first = await start();
  const headers = { "content-type": "text/csv", "x-amz-meta-digest": "abc" };
  await put(first, "/files/batches/bat_1/rows.csv.gz", { body: bytes, headers });
  await put(first, "/vault/a%20name/%C3%A9", { body: "older" });
  await put(first, "/vault/a%20name/%C3%A9", { body: "newer" });
  await first.close();

  const second = await start();
  const rows = await get(second, "/files/batches/bat_1/rows.csv.gz");
  expect(rows).toMatchObject({ status: 200, headers });
  expect(Buffer.from(rows.body).equals(bytes)).toBe(true);
  expect(String((await get(second, "/vault/a%20name/%C3%A9")).body)).toBe("newer");
  await second.close();
});

test("what was deleted, alone or with others, stays deleted", async () => {
  const first = await start();
  for (const key of ["a", "b", "c", "d"]) await put(first, `/files/${key}`, { body: key });
  await first.ask({ method: "DELETE", url: "/files/a" });
  const body = "<Delete><Object><Key>b</Key></Object><Object><Key>c</Key></Object></Delete>";
  const headers = { "content-type": "application/xml" };
  await first.ask({ method: "POST", url: "/files?delete", headers, body: Buffer.from(body) });
  await first.close();
  expect(readdirSync(directory)).toHaveLength(1);

  const second = await start();
  const found = await Promise.all(["a", "b", "c", "d"].map((key) => get(second, `/files/${key}`)));
  expect(found.map(({ status }) => status)).toEqual([404, 404, 404, 200]);
  await second.close();
});

test("an upload in parts is kept once it is complete", async () => {
  const first = await start();
  const begun = await first.ask({ method: "POST", url: "/files/large?uploads" });
  const id = /<UploadId>([^<]+)/.exec(String(begun.body))?.[1] ?? "";
  const part = await put(first, `/files/large?partNumber=1&uploadId=${id}`, { body: "all of it" });
  expect(readdirSync(directory)).toEqual([]);
  const etag = part.headers["etag"] ?? "";
  const body = `<CompleteMultipartUpload><Part><PartNumber>1</PartNumber><ETag>${etag}</ETag></Part></CompleteMultipartUpload>`;
  const headers = { "content-type": "application/xml" };
  await first.ask({ method: "POST", url: `/files/large?uploadId=${id}`, headers, body: Buffer.from(body) });
  await first.close();

  const second = await start();
  expect(String((await get(second, "/files/large")).body)).toBe("all of it");
  await second.close();
});
