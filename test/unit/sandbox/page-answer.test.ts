/** Files of the pages, compressed as CloudFront would: what a phone on a slow line waits for. */
import { brotliDecompressSync } from "node:zlib";
import { expect, test } from "vitest";
import { compressed, pageAnswer } from "../../../sandbox/gateway/page-answer.ts";

const TEXT = Buffer.from("export const words = 'the same again and again';\n".repeat(200));

test("a large file goes compressed to whoever reads that, says so, and is the same behind it", () => {
  const plain = pageAnswer("/checkout/assets/page-1.js", TEXT);
  const small = compressed(plain, "gzip, deflate, br");
  expect(small.headers).toEqual([...plain.headers, ["content-encoding", "br"], ["vary", "accept-encoding"]]);
  expect(small.body.length).toBeLessThan(TEXT.length / 10);
  expect(brotliDecompressSync(small.body)).toEqual(TEXT);
  expect(compressed(plain, "br").body).toBe(small.body);
});

test("a small file, or one for somebody who reads no such thing, stays as it is", () => {
  const plain = pageAnswer("/checkout/index.html", TEXT);
  for (const accepted of [undefined, "", "gzip", "brotli"]) expect(compressed(plain, accepted)).toBe(plain);
  const short = pageAnswer("/checkout/index.html", TEXT.subarray(0, 900));
  expect(compressed(short, "br")).toBe(short);
});
